// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { beforeFrame, filler } from "./frames.ts";
import { Cursor, History } from "./history.ts";

/** Frames of MPEG 1, layer 3, 128 kbit/s, 44,100 Hz: 417 bytes. */
const mp3 = Buffer.concat(
  Array.from({ length: 40 }, (_, n) => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc0]), Buffer.alloc(413, n)])),
);
/** Frames of ADTS, 300 bytes each. */
const adts = Buffer.concat(
  Array.from({ length: 60 }, (_, n) =>
    Buffer.concat([Buffer.from([0xff, 0xf1, 0x50, 0x80, 300 >> 3, ((300 & 7) << 5) | 0x1f, 0xfc]), Buffer.alloc(293, n)]),
  ),
);

/** What somebody gets who comes when all this was sent, in pieces of so many bytes. */
function joined(sound: Buffer, size: number, { wantsMetadata = false, isFramed = true, burst = 3000 } = {}): Buffer {
  const history = new History({ interval: 1000, queueSize: 1_000_000, isFramed });
  for (let at = 0; at < sound.length; at += size) history.push(sound.subarray(at, at + size));
  const cursor = new Cursor(history, wantsMetadata, burst);
  const pieces: Uint8Array[] = [];
  for (let bytes = cursor.next(); bytes !== undefined; bytes = cursor.next()) pieces.push(bytes);
  return Buffer.concat(pieces);
}

test("Cursor begins with a whole frame, of MP3 and of ADTS, wherever the stream was cut", () => {
  for (const [sound, frame] of [
    [mp3, 417],
    [adts, 300],
  ] as const)
    for (const size of [100, 417, 1000, 3271]) {
      const got = joined(sound, size);
      assert.equal(got.length % frame, 0);
      assert.ok(got.length > 2000 && sound.subarray(-got.length).equals(got));
    }
});

test("Cursor counts for those who want metadata as for all others, and gives them no rest of a frame", () => {
  for (const size of [100, 417, 1000]) {
    const got = joined(mp3, size, { wantsMetadata: true });
    const sound: Buffer[] = [];
    for (let at = 0; at < got.length; at += 1001) {
      sound.push(got.subarray(at, at + 1000));
      if (at + 1000 < got.length) assert.equal(got[at + 1000], 0);
    }
    const all = Buffer.concat(sound);
    const first = beforeFrame(all);
    assert.ok(first < 417 && (mp3.length - (all.length - first)) % 417 === 0);
    assert.deepEqual(all.subarray(0, first), Buffer.from(filler(first)));
    assert.ok(mp3.subarray(-(all.length - first)).equals(all.subarray(first)));
  }
});

test("Cursor begins where it is when there are no frames, and filler() is a tag if there is room for one", () => {
  const noise = Buffer.from(Array.from({ length: 20_000 }, (_, n) => (n * 7919) % 255));
  const got = joined(noise, 100);
  assert.ok(got.length === 3000 && noise.subarray(-3000).equals(got));
  assert.equal(joined(mp3, 100, { isFramed: false }).length, 3080);
  assert.deepEqual([...filler(12)], [0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 2, 0, 0]);
  assert.deepEqual([...filler(3)], [0, 0, 0]);
});
