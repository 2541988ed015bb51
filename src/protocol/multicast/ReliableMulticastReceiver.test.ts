// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "../../axon/index.ts";
import { at, drive, seedOf } from "../../testing/index.ts";
import { randomMessages } from "./parts.ts";
import { ReliableMulticastReceiver } from "./ReliableMulticastReceiver.ts";
import { ReliableMulticastSender } from "./ReliableMulticastSender.ts";

const messages = randomMessages(60, 200);
const packets = async (id = 1): Promise<Uint8Array[]> =>
  (await drive(ReliableMulticastSender({ id, sources: 8, parities: 4, symbolSize: 100 }), { inbox: messages })).outbox;

test("ReliableMulticastReceiver() needs nobody to ask as long as parity makes up for what is lost", async () => {
  const all = await packets();
  const { outbox, missed } = await drive(ReliableMulticastReceiver(), { inbox: all.filter((_, n) => n % 5 !== 3) });
  assert.deepEqual(
    outbox.map(({ message }) => message),
    messages,
  );
  assert.deepEqual(missed, []);
});
test("ReliableMulticastReceiver() gives nothing twice when everything is replayed, at once or later", async () => {
  const all = await packets();
  for (const gap of [0, 5000]) {
    const times = [...all, ...all, ...all.toReversed()].map((packet, n): [number, Uint8Array] => [
      Math.floor(n / all.length) * gap + n / 1000,
      packet,
    ]);
    const inbox = at<Uint8Array>(Object.fromEntries(times));
    const { outbox, missed } = await drive(ReliableMulticastReceiver({ patience: 100_000 }), { inbox });
    assert.equal(outbox.length, messages.length);
    assert.deepEqual(missed, []);
  }
});
test("ReliableMulticastReceiver() keeps sessions apart: another sender's packets, with the same numbers, harm nobody", async () => {
  const [one, two] = [await packets(1), await packets(2)];
  const { outbox } = await drive(ReliableMulticastReceiver(), { inbox: one.flatMap((packet, n) => [packet, two.at(-1 - n)!]) });
  for (const from of [1, 2])
    assert.deepEqual(
      outbox.filter((each) => each.from === from).map(({ message }) => message),
      messages,
    );
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
