// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { drive, seedOf } from "../../testing/index.ts";
import type { ReceivedBlock } from "./block.ts";
import { BlockMaker } from "./BlockMaker.ts";
import { BlockReader } from "./BlockReader.ts";

const messages = Array.from({ length: 30 }, (_, n) => new Uint8Array((n * 13) % 60).fill(n));
const blocks = async (from = 1): Promise<ReceivedBlock[]> =>
  (await drive(BlockMaker({ sources: 3, symbolSize: 12 }), { inbox: messages })).outbox.map((block) => ({ from, ...block }));

test("BlockReader() gives the messages again, empty ones and long ones, too; of several senders at the same time", async () => {
  const [one, two] = [await blocks(1), await blocks(2)];
  const { outbox } = await drive(BlockReader(), { inbox: one.flatMap((block, n) => [block, two[n]!]) });
  for (const from of [1, 2])
    assert.deepEqual(
      outbox.filter((each) => each.from === from).map(({ message }) => message),
      messages,
    );
});
test("BlockReader() goes on with the next message after a gap, and begins with one when it comes late", async () => {
  const all = await blocks();
  for (let missing = 0; missing < all.length; missing++) {
    const { outbox, malformed } = await drive(BlockReader(), { inbox: all.filter((_, n) => n !== missing) });
    assert.deepEqual(malformed, []);
    let at = -1;
    for (const { message } of outbox) {
      at = messages.findIndex((each, n) => n > at && Buffer.compare(each, message) === 0);
      assert.ok(at >= 0, "each is one of those that were sent, in order");
    }
    assert.ok(outbox.length >= messages.length - 6, `${outbox.length} messages are left`);
  }
});
test("BlockReader() says what is no block, and what is too long", async () => {
  const { malformed, outbox } = await drive(BlockReader({ longest: 20 }), {
    inbox: [{ from: 1, number: 0, symbols: [new Uint8Array(3)] }, ...(await blocks())],
  });
  assert.match(malformed[0]!.reason, /a block of 3 bytes cannot/);
  assert.match(malformed[1]!.reason, /^Cannot read a message: it would have 26 bytes, and 20 is the most$/);
  assert.ok(outbox.length > 0);
});
test("BlockReader() survives blocks of any bytes", async () => {
  const block = fc.record({ from: fc.nat(3), number: fc.nat(3), symbols: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 10 }), async (inbox) => {
      await drive(BlockReader({ longest: 1000, senders: 2 }), { inbox });
    }),
    { seed: seedOf("noise in blocks"), numRuns: 100 },
  );
});
test("BlockReader() refuses sizes that there cannot be", () => {
  for (const options of [{ longest: 0 }, { senders: 0 }]) assert.throws(() => BlockReader(options), RangeError);
});
