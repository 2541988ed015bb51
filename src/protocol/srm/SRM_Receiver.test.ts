// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Pipeline } from "../../chassis/index.ts";
import { SeededRandom } from "../../axon/index.ts";
import { drive, seedOf } from "../../testing/index.ts";
import { MaxSizePacketiser } from "../MaxSizePacketiser.ts";
import { SRM_Receiver } from "./SRM_Receiver.ts";
import { SRM_Sender } from "./SRM_Sender.ts";

const messages = (count: number): Uint8Array[] => Array.from({ length: count }, (_, n) => new TextEncoder().encode(`message ${n + 1} XX%`));

test("SRM_Receiver() gives back all that was sent, to the last message (of 100 the original gave back 69)", async () => {
  const { outbox } = await drive(Pipeline(SRM_Sender(), MaxSizePacketiser({ maxSize: 30 }), SRM_Receiver()), { inbox: messages(100) });
  assert.deepEqual(
    outbox,
    messages(100).map((message, n) => [n + 1, message]),
  );
});
test("SRM_Receiver() gives every message whole whose packets have come, in order, over any bad network", async () => {
  const { outbox: packets } = await drive(SRM_Sender(), { inbox: messages(50) });
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new SeededRandom(seed);
      const came = packets
        .map((packet, n) => ({ packet, n, place: n + random.integer(8) }))
        .filter(() => random.integer(10) > 0)
        .flatMap((each) => (random.integer(10) === 0 ? [each, { ...each, place: each.place + random.integer(5) }] : [each]))
        .sort((a, b) => a.place - b.place);
      const { outbox } = await drive(SRM_Receiver(), { inbox: came.map(({ packet }) => packet) });
      const first = came[0]?.n ?? 0;
      const expected = [...new Set(came.map(({ n }) => n))].filter((n) => n >= first).sort((a, b) => a - b);
      assert.deepEqual(
        outbox,
        expected.map((n) => [n + 1, messages(50)[n]]),
      );
    }),
    { seed: seedOf("SRM over a bad network"), numRuns: 50 },
  );
});
test("SRM_Receiver() that joins late begins with the next message", async () => {
  const { outbox: packets } = await drive(SRM_Sender(), { inbox: messages(10) });
  const stream = Buffer.concat(packets).subarray(100);
  const { outbox } = await drive(SRM_Receiver(), { inbox: [stream] });
  assert.deepEqual(outbox.at(-1), [10, messages(10)[9]]);
  assert.ok(outbox.length >= 7);
});
