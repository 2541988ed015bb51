// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { drive, seedOf } from "../../testing/index.ts";
import type { MulticastMessage } from "./block.ts";
import { ObjectDeframer } from "./ObjectDeframer.ts";
import { ObjectFramer } from "./ObjectFramer.ts";
import { randomMessages } from "./parts.ts";

const objects = [100, 0, 5000].map((size, n) => ({ name: `object ${n}`, bytes: randomMessages(1, size)[0]! }));
const messages = async (from: number): Promise<MulticastMessage[]> =>
  (await drive(ObjectFramer({ piece: 999 }), { inbox: objects })).outbox.map((message) => ({ from, message }));

test("ObjectDeframer() gives the objects of several senders", async () => {
  const [one, two] = [await messages(1), await messages(2)];
  const { outbox, broken } = await drive(ObjectDeframer(), { inbox: one.flatMap((message, n) => [message, two[n]!]) });
  for (const from of [1, 2])
    assert.deepEqual(
      outbox.filter((object) => object.from === from),
      objects.map((object) => ({ from, ...object })),
    );
  assert.deepEqual(broken, []);
});
test("ObjectDeframer() says which object is not whole, whatever is missing of it", async () => {
  const all = await messages(1);
  for (let missing = 0; missing < all.length; missing++) {
    const { outbox, broken } = await drive(ObjectDeframer(), { inbox: all.filter((_, n) => n !== missing) });
    assert.equal(outbox.length, 2);
    assert.ok(broken.length >= 1 || missing === 2, "an empty object is its beginning, and when that is missing nobody knows");
  }
});
test("ObjectDeframer() takes no object that is too large", async () => {
  const { outbox, broken } = await drive(ObjectDeframer({ largest: 4999 }), { inbox: await messages(1) });
  assert.equal(outbox.length, 2);
  assert.match(broken[0]!.reason, /it has 5000 bytes, and 4999 is the most$/);
});
test("ObjectDeframer() survives any messages", async () => {
  const message = fc.record({
    from: fc.nat(4),
    message: fc.uint8Array({ maxLength: 20 }).map((bytes) => Uint8Array.of((bytes[0] ?? 0) % 3, ...bytes)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 20 }), async (inbox) => {
      await drive(ObjectDeframer({ largest: 1000, senders: 2 }), { inbox });
    }),
    { seed: seedOf("noise for objects"), numRuns: 100 },
  );
});
test("ObjectDeframer() refuses sizes that there cannot be", () => {
  for (const options of [{ largest: 0 }, { senders: 0 }]) assert.throws(() => ObjectDeframer(options), RangeError);
});
