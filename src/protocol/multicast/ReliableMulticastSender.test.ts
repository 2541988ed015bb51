// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { sendToGroup, type GroupOptions, type Outcome, randomMessages } from "./parts.ts";

const SIZE = 1000;

/** Sends so many kilobytes, and sees that every receiver gets every byte, in order. Answers also how much more was sent than had to be. */
async function send(count: number, options: GroupOptions): Promise<Outcome & { readonly share: number; readonly repairs: number }> {
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
    repairs: outcome.packets - Math.ceil((count * SIZE) / 1400),
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
test("ReliableMulticastSender() is hardly asked more often by a hundred receivers than by ten", async () => {
  const [few, many] = [await send(500, { receivers: 10, loss: 0.2 }), await send(500, { receivers: 100, loss: 0.2 })];
  const growth = many.nacks / many.repairs / (few.nacks / few.repairs);
  assert.ok(growth < 2, `${growth.toFixed(2)} times as many requests for a repair, for ten times as many receivers`);
});
