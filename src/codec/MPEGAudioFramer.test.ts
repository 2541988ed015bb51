// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { MPEGAudioFramer, type MPEGAudioFrame } from "./MPEGAudioFramer.ts";

const skip = spawnSync("ffmpeg", ["-version"]).error === undefined ? false : "needs ffmpeg";

function encode(...words: string[]): Buffer {
  const { status, stdout } = spawnSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=2", ...words, "-"], {
    maxBuffer: 1 << 24,
  });
  assert.equal(status, 0);
  return stdout;
}
const frames = async (...pieces: Uint8Array[]): Promise<MPEGAudioFrame[]> => (await drive(MPEGAudioFramer(), { inbox: pieces })).outbox;
const joined = (list: readonly MPEGAudioFrame[]): Buffer => Buffer.concat(list.map(({ bytes }) => bytes));
const lasting = (list: readonly MPEGAudioFrame[]): number => list.reduce((sum, { duration }) => sum + duration, 0);
/** A silent frame of MPEG 1, layer 3, 128 kbit/s, 44.1 kHz. */
const FRAME = Buffer.concat([Buffer.from("fffb9000", "hex"), Buffer.alloc(413)]);

test("MPEGAudioFramer() finds the frames of MP3 and MP2, at constant and variable rates, without the tags", { skip }, async () => {
  for (const words of [
    ["-b:a", "128k", "-f", "mp3"],
    ["-q:a", "5", "-f", "mp3"],
    ["-ar", "22050", "-b:a", "48k", "-f", "mp3"],
    ["-ar", "8000", "-b:a", "16k", "-f", "mp3"],
    ["-ac", "2", "-b:a", "192k", "-f", "mp2"],
  ]) {
    const file = encode("-metadata", "title=It's", "-metadata", "artist=\u00ff\u00fb\u0090", "-write_id3v1", "1", ...words);
    const list = await frames(file);
    assert.ok(Math.abs(lasting(list) - 2000) < 200, `${words.join(" ")}: ${lasting(list)} ms`);
    const { status, stderr, stdout } = spawnSync("ffmpeg", ["-v", "warning", "-i", "-", "-f", "s16le", "-"], {
      input: joined(list),
      maxBuffer: 1 << 24,
    });
    assert.equal(status, 0);
    assert.doesNotMatch(stderr.toString(), /invalid|error|missing/i);
    assert.ok(stdout.length > 10_000);
  }
});

test("MPEGAudioFramer() finds the same wherever the file is cut", { skip }, async () => {
  const file = encode("-b:a", "32k", "-ar", "16000", "-t", "0.3", "-write_id3v1", "1", "-f", "mp3");
  const whole = joined(await frames(file));
  for (let cut = 1; cut < file.length; cut++)
    assert.ok(joined(await frames(file.subarray(0, cut), file.subarray(cut))).equals(whole), `cut at ${cut}`);
});

test("MPEGAudioFramer() finds its way through junk, and leaves out what is cut off", async () => {
  const junk = Buffer.from("\xff\xfb\x90 no frame \xff\xff\xff", "latin1");
  const list = await frames(Buffer.concat([junk, FRAME, FRAME, junk, FRAME, FRAME, FRAME.subarray(0, 100)]));
  assert.equal(list.length, 4);
  assert.deepEqual(list[0]!.header, { version: 1, layer: 3, bitrate: 128_000, sample_rate: 44_100, channels: 2, size: 417, samples: 1152 });
  assert.ok(Math.abs(list[0]!.duration - 26.122) < 0.001);
});

test("MPEGAudioFramer() finds nothing in what is no MP3, and keeps little of it", async () => {
  const noise = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * n * 31 + n) & 0xff));
  assert.ok((await frames(noise)).length < 3);
  assert.deepEqual(await frames(Buffer.alloc(1000, 0xff)), []);
  assert.deepEqual(await frames(Buffer.from("ID3")), []);
});
