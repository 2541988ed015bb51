// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "../../axon/index.ts";
import { drive, seedOf } from "../../testing/index.ts";
import { randomMessages } from "./parts.ts";
import { ReliableMulticastReceiver } from "./ReliableMulticastReceiver.ts";
import { ReliableMulticastSender } from "./ReliableMulticastSender.ts";

const messages = randomMessages(60, 200);
const packets = async (): Promise<Uint8Array[]> =>
  (await drive(ReliableMulticastSender({ id: 1, sources: 8, parities: 4, symbolSize: 100 }), { inbox: messages })).outbox;

test("ReliableMulticastReceiver() needs nobody to ask as long as parity makes up for what is lost", async () => {
  const all = await packets();
  const { outbox, missed } = await drive(ReliableMulticastReceiver(), { inbox: all.filter((_, n) => n % 5 !== 3) });
  assert.deepEqual(
    outbox.map(({ message }) => message),
    messages,
  );
  assert.deepEqual(missed, []);
});
test("ReliableMulticastReceiver() survives packets that are damaged and cut anywhere, and says of some that they are none", async () => {
  const all = await packets();
  let malformed = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new SeededRandom(seed);
      const bad = all.map((bytes) => {
        const cut = random.integer(3) === 0 ? bytes.slice(0, random.integer(bytes.length)) : bytes.slice();
        for (let n = random.integer(3); n > 0 && cut.length > 0; n--) cut[random.integer(Math.min(28, cut.length))] = random.integer(256);
        return cut;
      });
      const result = await drive(ReliableMulticastReceiver({ senders: 4, window: 16, longest: 10_000 }), { inbox: bad });
      malformed += result.malformed.length;
    }),
    { seed: seedOf("damaged packets"), numRuns: 60 },
  );
  assert.ok(malformed > 100);
});
