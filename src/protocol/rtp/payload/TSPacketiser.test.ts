// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../../chassis/index.ts";
import { at, drive, SeededRandom, VirtualClock } from "../../../testing/index.ts";
import { Tap } from "../../../util/index.ts";
import type { RTPContent } from "../packet.ts";
import { cuts, hex, tsPacket } from "./parts.ts";
import { TSPacketiser } from "./TSPacketiser.ts";

/** A second of a film: a reference every 10 packets, 20 ms apart. */
const stream = (count: number, start = 0): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => tsPacket(n & 0xff, n % 10 === 0 ? start + n * 180 : undefined));

test("TSPacketiser() puts seven packets into each payload, and the rest into a last one", async () => {
  const film = stream(17);
  const { outbox, malformed } = await drive(TSPacketiser({ ssrc: 7 }), { inbox: [Buffer.concat(film)] });
  assert.deepEqual(
    outbox.map(({ payloadtype, payload, ssrc, marker }) => [payloadtype, payload.length, ssrc, marker]),
    [
      [33, 1316, 7, false],
      [33, 1316, 7, false],
      [33, 564, 7, false],
    ],
  );
  assert.equal(hex(Buffer.concat(outbox.map(({ payload }) => payload))), hex(Buffer.concat(film)));
  assert.deepEqual(malformed, []);
});
test("TSPacketiser() tells the time by the clock references, evenly between two of them", async () => {
  const { outbox } = await drive(TSPacketiser(), { inbox: [Buffer.concat(stream(50, 12_345_678))] });
  assert.deepEqual(
    outbox.map(({ timestamp }) => timestamp),
    [0, 1260, 2520, 3780, 5040, 6300, 7560, 8820],
  );
});
test("TSPacketiser() does not mind that the clock wraps around", async () => {
  const film = Array.from({ length: 21 }, (_, n) => tsPacket(n, n % 10 === 0 ? (2 ** 33 - 900 + n * 180) % 2 ** 33 : undefined));
  const { outbox } = await drive(TSPacketiser(), { inbox: [Buffer.concat(film)] });
  assert.deepEqual(
    outbox.map(({ timestamp, marker }) => [timestamp, marker]),
    [
      [0, false],
      [1260, false],
      [2520, false],
    ],
  );
});
test("TSPacketiser() goes on at the same rate when another film follows, and marks where", async () => {
  const film = Buffer.concat([...stream(14, 5_000_000), ...stream(14, 77)]);
  const { outbox } = await drive(TSPacketiser({ packets: 10 }), { inbox: [film] });
  assert.deepEqual(
    outbox.map(({ timestamp, payload, marker }) => [timestamp, payload.length / 188, marker]),
    [
      [0, 10, false],
      [1800, 4, false],
      [2520, 10, true],
      [4320, 4, false],
    ],
  );
});
test("TSPacketiser({ bitrate }) tells the time by the rate", async () => {
  const { outbox } = await drive(TSPacketiser({ bitrate: 1_316_000 * 8 }), { inbox: [Buffer.concat(stream(21))] });
  assert.deepEqual(
    outbox.map(({ timestamp }) => timestamp),
    [0, 90, 180],
  );
});
test("TSPacketiser() finds the packets wherever the stream begins and its messages are cut", async () => {
  const film = Buffer.concat([Buffer.from([1, 0x47, 2]), ...stream(3)]);
  for (const inbox of cuts(film)) {
    const { outbox, malformed } = await drive(TSPacketiser(), { inbox });
    assert.equal(hex(outbox[0]!.payload), hex(film.subarray(3)));
    assert.equal(hex(Buffer.concat(malformed.map((one) => one.bytes))), "014702");
  }
});
test("TSPacketiser() waits for clock references no longer than it has room", async () => {
  const film = Buffer.concat(Array.from({ length: 12_000 }, (_, n) => tsPacket(n & 0xff)));
  const clock = new VirtualClock();
  const times: number[] = [];
  const look = Tap<RTPContent>(() => times.push(clock.now()));
  await drive(Pipeline(TSPacketiser(), look), { inbox: at({ 0: film, 1000: tsPacket(0) }) }, { clock });
  assert.deepEqual([times.filter((time) => time === 0).length, times.length], [1428, 1715]);
});
test("TSPacketiser() loses nothing of random bytes: they are in packets, or malformed", async () => {
  const random = new SeededRandom(4);
  for (let round = 0; round < 200; round++) {
    const film = Buffer.concat(stream(5));
    for (let n = 0; n < 20; n++) film[random.integer(film.length)] = random.integer(256);
    const cut = random.integer(film.length);
    const { outbox, malformed } = await drive(TSPacketiser(), { inbox: [film.subarray(cut), film.subarray(0, cut)] });
    const sizes = [...outbox.map(({ payload }) => payload.length), ...malformed.map((one) => one.bytes.length)];
    assert.equal(
      sizes.reduce((a, b) => a + b, 0),
      film.length,
    );
  }
});
test("TSPacketiser() refuses what there cannot be", () => {
  for (const options of [{ packets: 0 }, { packets: 1.5 }, { bitrate: 0 }, { payloadtype: 128 }, { ssrc: -1 }])
    assert.throws(() => TSPacketiser(options), RangeError);
});
