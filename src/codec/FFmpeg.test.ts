// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Component, component, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, ToList } from "../testing/index.ts";
import { FFmpeg } from "./FFmpeg.ts";
import { cut, ffmpeg, joined, withoutFFmpeg } from "./parts.ts";

const skip = withoutFFmpeg;
const SWAP = { input: ["-f", "s16le", "-ar", "8000", "-ac", "1"], output: ["-f", "s16be"] } as const;
const audio = Uint8Array.from({ length: 64_000 }, (_, i) => (i * 7) % 251);
const swapped = audio.map((_, i) => audio[i ^ 1]!);

test("FFmpeg() turns what comes into what is wanted, and ends with its input", { skip }, async () => {
  const { outbox, progress, signal } = await drive(FFmpeg(SWAP), { inbox: cut(audio, 1001) });
  assert.deepEqual(joined(outbox), swapped);
  assert.deepEqual([signal.length, signal[0]?.type], [1, "producerFinished"]);
  const last = progress.at(-1);
  assert.deepEqual([last?.done, last?.time], [true, 4]);
});
test("FFmpeg() loses nothing between boxes that are soon full", { skip }, async () => {
  const list: Uint8Array[] = [];
  const pieces = cut(new Uint8Array(4_000_000), 4000);
  await new System().run(Pipeline.with({ boxSize: 2 })(Feed(pieces), FFmpeg(SWAP), ToList(list)));
  assert.equal(joined(list).length, 4_000_000);
});
test("FFmpeg() with an input of its own makes something of nothing", { skip }, async () => {
  const list: Uint8Array[] = [];
  const input = ["-f", "lavfi", "-i", "sine=frequency=440:duration=0.5:sample_rate=8000"];
  await new System().run(Pipeline(FFmpeg({ input, output: ["-f", "u8"] }), ToList(list)));
  assert.equal(joined(list).length, 4000);
});
test("FFmpeg() fails with what ffmpeg complains about", { skip }, async () => {
  await assert.rejects(drive(FFmpeg({ output: ["-f", "nonsense"] }), { inbox: [audio] }), ({ message }: Error) => {
    assert.match(message, /^FFmpeg_\d+ failed: Cannot transcode with ffmpeg: it ended with code 1\n/);
    return true;
  });
  await assert.rejects(
    drive(FFmpeg({ input: ["-f", "wav"], output: ["-f", "s16le"] }), { inbox: [audio] }),
    /Cannot transcode with ffmpeg: .*\n.*pipe:0: Invalid data/s,
  );
});
test("FFmpeg() says what to do where there is no ffmpeg", async () => {
  await assert.rejects(drive(FFmpeg({ ...SWAP, program: "no-such-ffmpeg" }), { inbox: [audio] }), {
    message:
      "FFmpeg_1 failed: Cannot transcode with no-such-ffmpeg: there is no such program; install it (Debian's package is ffmpeg), or give its path as `program`",
  });
});
test("FFmpeg() opens no files for what it reads", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "secret.wav");
  writeFileSync(file, ffmpeg(audio, ...SWAP.input, "-i", "-", "-f", "wav", "-"));
  const script = Buffer.from(`ffconcat version 1.0\nfile 'file:${file}'\n`);
  const words = ["-f", "concat", "-safe", "0"];
  assert.ok(ffmpeg(script, "-protocol_whitelist", "pipe,file", ...words, "-i", "-", "-f", "u8", "-").length > 0);
  await assert.rejects(
    drive(FFmpeg({ input: words, output: ["-f", "u8"] }), { inbox: [script] }),
    /Protocol 'file' not on whitelist 'pipe'/,
  );
});
test("FFmpeg() that is told to stop ends its ffmpeg at once", { skip }, async () => {
  const endless = ["-f", "lavfi", "-i", "sine"];
  const system = new System();
  const coder = FFmpeg({ input: endless, output: ["-f", "s16le"] });
  const list: Uint8Array[] = [];
  const Stop = (): Component<{ inbox: Uint8Array }, {}> =>
    component(Stop, {
      inboxes: { inbox: "audio" },
      *main({ inbox }) {
        yield inbox;
        list.push(inbox.recv());
        coder.stop();
        while (yield inbox) inbox.recv();
      },
    });
  await system.run(Pipeline(coder, Stop()));
  assert.deepEqual([list.length, coder.failure], [1, undefined]);
});
test("FFmpeg() ends well when it has enough before its input has ended", { skip }, async () => {
  const list: Uint8Array[] = [];
  await new System().run(
    Pipeline(Feed(cut(new Uint8Array(800_000), 8000)), FFmpeg({ ...SWAP, output: ["-t", "1", "-f", "u8"] }), ToList(list)),
  );
  assert.equal(joined(list).length, 8000);
});
