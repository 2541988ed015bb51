// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { drive, SeededRandom } from "../../testing/index.ts";
import { opusDuration } from "../rtp/index.ts";
import { OggDeframer } from "./OggDeframer.ts";
import { OggFramer } from "./OggFramer.ts";

const skip = spawnSync("ffmpeg", ["-version"]).error === undefined ? false : "needs ffmpeg";
const packets = [3, 254, 255, 256, 510, 1275].map((length) => new Uint8Array(length).fill(0x78));

async function file(seed = 1): Promise<Buffer> {
  return Buffer.concat((await drive(OggFramer(), { inbox: packets }, { seed })).outbox);
}

test("OggDeframer() finds the packets that an OggFramer() wrote, in messages of all sizes", async () => {
  const bytes = await file();
  for (const size of [1, 2, 3, 26, 27, 28, 100, 255, 1000, 10_000]) {
    const inbox = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
    const { outbox, malformed } = await drive(OggDeframer(), { inbox });
    assert.deepEqual(
      outbox.map((one) => one.length),
      packets.map((one) => one.length),
    );
    assert.deepEqual(malformed, []);
  }
});
test("OggDeframer({ skipHeaders: false }) shows the headers, too", async () => {
  const { outbox } = await drive(OggDeframer({ skipHeaders: false }), { inbox: [await file()] });
  assert.deepEqual(
    outbox.slice(0, 2).map((one) => Buffer.from(one.subarray(0, 8)).toString()),
    ["OpusHead", "OpusTags"],
  );
});
test("OggDeframer() says what is damaged, and goes on behind it", async () => {
  const bytes = await file();
  bytes[bytes.length - 1]! ^= 1;
  const { outbox, malformed } = await drive(OggDeframer(), { inbox: [Buffer.from("junk"), bytes, await file(2)] });
  assert.equal(outbox.length, 2 * packets.length - 1);
  assert.match(malformed.map(({ reason }) => reason).join("\n"), /there is no page\n.*the checksum of a page is wrong/);
});
test("OggDeframer() reads one stream after another", async () => {
  const { outbox } = await drive(OggDeframer(), { inbox: [await file(), await file(2)] });
  assert.equal(outbox.length, 2 * packets.length);
});
test("OggDeframer() keeps no more of a packet than it may", async () => {
  const { outbox, malformed } = await drive(OggDeframer({ maxSize: 300 }), { inbox: [await file()] });
  assert.deepEqual([outbox.length, malformed.length], [4, 2]);
});
test("OggDeframer() survives mutated and truncated files", async () => {
  const random = new SeededRandom(2);
  const bytes = await file();
  for (let round = 0; round < 300; round++) {
    const copy = Buffer.from(bytes.subarray(0, random.integer(bytes.length + 1)));
    for (let n = 0; n < 4 && copy.length > 0; n++) copy[random.integer(copy.length)] = random.integer(256);
    const { outbox } = await drive(OggDeframer(), { inbox: [copy] });
    assert.ok(outbox.length <= packets.length);
  }
});
test("OggDeframer() reads what ffmpeg writes: 2 seconds of Opus", { skip }, async () => {
  const words = ["-v", "error", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "libopus", "-f", "ogg", "-"];
  const { stdout } = spawnSync("ffmpeg", words, { maxBuffer: 1 << 24 });
  const { outbox, malformed } = await drive(OggDeframer(), { inbox: [new Uint8Array(stdout)] });
  const samples = outbox.reduce((sum, packet) => sum + Number(opusDuration(packet)), 0);
  assert.ok(samples >= 96_000 && samples < 98_000, String(samples));
  assert.deepEqual(malformed, []);
});
test("ffmpeg reads what OggFramer() writes, without a word", { skip }, async () => {
  const words = ["-v", "error", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "libopus", "-f", "ogg", "-"];
  const { stdout } = spawnSync("ffmpeg", words, { maxBuffer: 1 << 24 });
  const { outbox } = await drive(Pipeline(OggDeframer(), OggFramer({ channels: 1 })), { inbox: [new Uint8Array(stdout)] });
  const played = spawnSync("ffmpeg", ["-v", "error", "-i", "-", "-f", "s16le", "-"], { input: Buffer.concat(outbox), maxBuffer: 1 << 24 });
  assert.deepEqual([played.status, played.stderr.toString()], [0, ""]);
  assert.ok(played.stdout.length >= 2 * 96_000, String(played.stdout.length));
});
