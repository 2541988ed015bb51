// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { producerFinished } from "../axon/index.ts";
import { SimpleServer } from "../internet/index.ts";
import { serve, systemOf, without } from "../internet/parts.ts";
import { drive, VirtualClock } from "../testing/index.ts";
import { VideoCookieProtocol } from "./VideoCookieProtocol.ts";

const clip = new Uint8Array(4000).map((_, n) => n);
const skip = without("ffmpeg");

test("VideoCookieProtocol() sends 24 pieces, 375000 bits a second, then ends (the original never did)", async () => {
  const clock = new VirtualClock();
  const { outbox, signal } = await drive(VideoCookieProtocol({ clips: [clip] }), {}, { clock, shutdown: false });
  assert.deepEqual(
    outbox.map(({ length }) => length),
    [1953, 1953, 94],
  );
  assert.deepEqual([new Uint8Array(Buffer.concat(outbox)), Math.round(clock.now()), signal], [clip, 125, [producerFinished()]]);
});
test("VideoCookieProtocol() does not send back what the client says (the original did)", async () => {
  const inbox = Array.from({ length: 500 }, () => Buffer.from("hello?"));
  const { outbox } = await drive(VideoCookieProtocol({ clips: [clip] }), { inbox });
  assert.deepEqual(new Uint8Array(Buffer.concat(outbox)), clip);
});
test("VideoCookieProtocol() makes a film that lasts as long as it says, at its rate", { skip, timeout: 60_000 }, async () => {
  const clock = new VirtualClock();
  const film = Buffer.concat((await drive(VideoCookieProtocol({ seconds: 3 }), {}, { clock })).outbox);
  assert.ok(clock.now() > 2700 && clock.now() < 3900, `${clock.now()} ms`);
  const reading = promisify(execFile)("ffmpeg", ["-v", "error", "-i", "-", "-f", "s16le", "-ac", "1", "-"], {
    encoding: "buffer",
    maxBuffer: 1 << 24,
  });
  reading.child.stdin!.end(film);
  const { stdout, stderr } = await reading;
  assert.equal(stderr.toString(), "");
  assert.ok(stdout.length > 2.8 * 88_200, String(stdout.length));
});
test("VideoCookieProtocol() shows a film to ffmpeg over a real connection, to its end", { skip, timeout: 60_000 }, async (t) => {
  const protocol = () => VideoCookieProtocol({ seconds: 1, rate: 3_000_000 });
  const { port } = await serve(systemOf(t), SimpleServer({ port: 0, protocol }));
  const words = ["-v", "error", "-i", `tcp://127.0.0.1:${port}`, "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "gray", "-"];
  const { stdout, stderr } = await promisify(execFile)("ffmpeg", words, { encoding: "buffer", maxBuffer: 1 << 26 });
  assert.equal(stderr.toString(), "");
  assert.equal(stdout.length, 24 * 320 * 240);
});
test("VideoCookieProtocol() says what is to be done where there is no ffmpeg", async () => {
  await assert.rejects(
    drive(VideoCookieProtocol({ program: "/nonexistent/ffmpeg" })),
    /Cannot make a film with .*; install ffmpeg, or give clips/,
  );
});
test("VideoCookieProtocol() refuses rates and times at which nothing would ever come, and no clips", () => {
  for (const options of [{ rate: 0 }, { chunkRate: -1 }, { seconds: 0 }, { clips: [] }])
    assert.throws(() => VideoCookieProtocol(options), RangeError);
});
