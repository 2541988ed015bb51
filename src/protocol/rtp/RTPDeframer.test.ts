// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Pipeline } from "../../chassis/index.ts";
import { drive, seedOf } from "../../testing/index.ts";
import { RTPDeframer } from "./RTPDeframer.ts";
import { RTPFramer } from "./RTPFramer.ts";

const reasons = async (...packets: readonly string[]): Promise<string[]> => {
  const { malformed, outbox } = await drive(RTPDeframer(), { inbox: packets.map((hex) => Buffer.from(hex, "hex")) });
  assert.deepEqual(outbox, []);
  return malformed.map(({ reason }) => reason.replace("Cannot read an RTP packet: ", ""));
};

test("RTPDeframer() reads the original's packets", async () => {
  const { outbox } = await drive(RTPDeframer(), { inbox: [Buffer.from("82a1ffff01020304deadbeef000000010000000248454c4c4f", "hex")] });
  assert.deepEqual(outbox, [
    [
      0xffff,
      {
        payloadtype: 33,
        payload: Buffer.from("HELLO"),
        timestamp: 0x01020304,
        ssrc: 0xdeadbeef,
        csrcs: [1, 2],
        bytespadding: 0,
        marker: true,
      },
    ],
  ]);
});
test("RTP extension and CSRC: read, whatever they are (either ended the original)", async () => {
  const content = fc.record(
    {
      payloadtype: fc.nat({ max: 127 }),
      payload: fc.uint8Array(),
      timestamp: fc.nat({ max: 0xffffffff }),
      ssrc: fc.nat({ max: 0xffffffff }),
      csrcs: fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 15 }),
      bytespadding: fc.nat({ max: 255 }),
      marker: fc.boolean(),
      extension: fc.tuple(
        fc.nat({ max: 0xffff }),
        fc.uint8Array().map((data) => data.subarray(0, data.length & ~3)),
      ),
    },
    { noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(content, async (given) => {
      const { outbox } = await drive(Pipeline(RTPFramer({ sequence: 7, timestampOffset: 0 }), RTPDeframer()), { inbox: [given] });
      assert.deepEqual(outbox, [[7, given]]);
    }),
    { seed: seedOf("RTP round trip") },
  );
});
test("RTPDeframer() drops what is no RTP packet, and says why", async () => {
  assert.deepEqual(await reasons("", "8021fffe01020304deadbe", "0021fffe01020304deadbeef00", "8f21fffe01020304deadbeef00"), [
    "it has 0 bytes, and the header 12",
    "it has 11 bytes, and the header 12",
    "its version is 0, not 2",
    "its sources or its padding are longer than the packet",
  ]);
  assert.deepEqual(
    await reasons(
      "9021fffe01020304deadbeef12",
      "9021fffe01020304deadbeef12340002aabbccdd",
      "a021fffe01020304deadbeef0000",
      "a021fffe01020304deadbeef0005",
    ),
    [
      "its header extension is cut off",
      "its header extension is cut off",
      "it has no padding, and says that it has",
      "its sources or its padding are longer than the packet",
    ],
  );
});
test("RTPDeframer() takes any bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 })), async (inbox) => {
      const { outbox, malformed } = await drive(RTPDeframer(), { inbox });
      assert.equal(outbox.length + malformed.length, inbox.length);
    }),
    { seed: seedOf("RTPDeframer fuzz"), numRuns: 1000 },
  );
});
