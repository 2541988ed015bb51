// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../../testing/index.ts";
import { H264Packetiser } from "./H264Packetiser.ts";
import { bytes, hex } from "./parts.ts";

const picture = (...nals: string[]) => ({ nals: nals.map(bytes), timestamp: 3600 });

test("H264Packetiser() writes the packets of RFC 6184: a unit as it is, several together, one in pieces", async () => {
  const pictures = [
    picture("6588840102"),
    picture("2742", "68ce01", "06ff"),
    picture("6742", "658801020304050607080910111213141516171819202122232425262728"),
  ];
  const { outbox } = await drive(H264Packetiser({ maxSize: 16, ssrc: 1 }), { inbox: pictures });
  assert.deepEqual(
    outbox.map(({ payload, marker }) => [hex(payload), marker]),
    [
      ["6588840102", true],
      ["7800022742000368ce01000206ff", true],
      ["6742", false],
      ["7c858801020304050607080910111213", false],
      ["7c051415161718192021222324252627", false],
      ["7c4528", true],
    ],
  );
  assert.deepEqual([outbox[0]!.timestamp, outbox[0]!.payloadtype], [3600, 96]);
});
test("H264Packetiser() keeps to the size, whatever comes", async () => {
  for (let size = 1; size < 120; size++) {
    const nal = new Uint8Array(size).fill(0x65);
    const { outbox } = await drive(H264Packetiser({ maxSize: 20 }), { inbox: [{ nals: [nal, nal.subarray(0, 3), nal], timestamp: 0 }] });
    for (const { payload } of outbox) assert.ok(payload.length > 0 && payload.length <= 20, `${size}: ${payload.length}`);
    assert.deepEqual(
      outbox.map(({ marker }) => marker),
      outbox.map((_, n) => n === outbox.length - 1),
    );
  }
});
test("H264Packetiser() refuses packets that nothing fits in", () => {
  assert.throws(() => H264Packetiser({ maxSize: 15 }), RangeError);
});
