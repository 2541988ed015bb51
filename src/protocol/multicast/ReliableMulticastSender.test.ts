// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { sendToGroup, type GroupOptions, type Outcome, randomMessages } from "./parts.ts";

const SIZE = 1000;

/** Sends so many kilobytes, and sees that every receiver gets every byte, in order. Answers also how much more was sent than had to be. */
async function send(count: number, options: GroupOptions): Promise<Outcome & { readonly share: number }> {
  const messages = randomMessages(count, SIZE);
  const place = new Uint32Array(options.receivers);
  const outcome = await sendToGroup(messages, options, (receiver, { message }) => {
    assert.ok(
      Buffer.compare(message, messages[place[receiver]!++] ?? Buffer.of()) === 0,
      "each message is the one that was sent, in order",
    );
  });
  assert.deepEqual(
    [...place].filter((got) => got !== count),
    [],
    "everything comes to everybody",
  );
  assert.deepEqual(outcome.missed, []);
  return {
    ...outcome,
    share: (outcome.forward + outcome.back) / ((count * SIZE) / (1 - options.loss)),
  };
}

for (const loss of [0, 0.01, 0.05, 0.2]) {
  const percent = `${loss * 100} %`;
  test(`ReliableMulticastSender() and one receiver need at most 1.15 times what ${percent} loss demands`, async () => {
    const { share } = await send(3000, { receivers: 1, loss });
    assert.ok(share <= 1.15, `${share.toFixed(3)} times`);
  });
  test(`ReliableMulticastSender() and ten receivers need at most 1.2 times what ${percent} loss demands`, async () => {
    const { share } = await send(2000, { receivers: 10, loss });
    assert.ok(share <= 1.2, `${share.toFixed(3)} times`);
  });
}
test("ReliableMulticastSender() brings everything to a hundred receivers that lose 20 %, at most 1.3 times", async () => {
  const { share, forward, reports } = await send(1000, { receivers: 100, loss: 0.2 });
  assert.ok(share <= 1.3, `${share.toFixed(3)} times`);
  assert.ok(forward > 1000 * SIZE);
  assert.ok(new Set(reports.map(({ receiver }) => receiver)).size > 60, "most receivers have reported");
});
for (const [receivers, kilobytes] of [
  [1, 1000],
  [10, 1000],
  [100, 1000],
  [1000, 400],
] as const) {
  test(`ReliableMulticastSender() is asked a few times by all ${receivers} receivers together: at most 12 times, and 0.15 times for a repair`, async () => {
    for (const loss of receivers === 1000 ? [0.05] : [0.05, 0.2]) {
      const { nacks, repairs, share } = await send(kilobytes, { receivers, loss });
      assert.ok(nacks >= 1 && nacks <= 12, `${nacks} requests at ${loss}`);
      assert.ok(nacks / repairs <= 0.15, `${nacks} requests for ${repairs} repairs at ${loss}`);
      assert.ok(share <= 1.3, `${share.toFixed(3)} times at ${loss}`);
    }
  });
}
test("ReliableMulticastSender() is asked hardly more often for each repair by ten receivers than by one, of whom that is 0.004 to 0.008 times", async () => {
  const { nacks, repairs } = await send(8000, { receivers: 10, loss: 0.2 });
  assert.ok(nacks / repairs < 0.011, `${nacks} requests for ${repairs} repairs`);
});
test("ReliableMulticastSender() is not asked by a crowd for what one of a hundred misses: others lose nothing, and it sends little more", async () => {
  const { nacks, repairs } = await send(300, { receivers: 100, loss: 0, outlier: 0.2 });
  assert.ok(nacks <= 12 && repairs < 140, `${nacks} requests, ${repairs} repairs for 216 symbols`);
});
test("ReliableMulticastSender() manages when it is told of the wrong number of receivers", async () => {
  for (const groupSize of [1, 100_000]) {
    const { nacks, share } = await send(300, { receivers: 50, loss: 0.05, sender: { groupSize } });
    assert.ok(nacks < 50 && share < 1.4, `${nacks} requests, ${share.toFixed(3)} times with ${groupSize}`);
  }
});
