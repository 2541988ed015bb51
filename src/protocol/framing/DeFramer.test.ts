// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { System } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { drive, Feed, seedOf, ToList } from "../../testing/index.ts";
import { DeFramer } from "./DeFramer.ts";
import { Framer, type Tagged } from "./Framer.ts";

test("DeFramer() gives back what Framer() was given", async () => {
  const inbox: Tagged[] = [1, 2, 3].map((n) => [n, Uint8Array.from([n, 10, 255])]);
  const { outbox } = await drive(Pipeline(Framer(), DeFramer()), { inbox });
  assert.deepEqual(outbox, inbox);
});
test("DeFramer crash on junk: it goes on, and says what it could not read", async () => {
  const junk = ["nonsense", "", "1 x\nabc", "5 6\nshort"].map((text) => Buffer.from(text));
  const { outbox, malformed } = await drive(DeFramer(), { inbox: [...junk, Buffer.from("1 1\na")] });
  assert.deepEqual(outbox, [[1, Buffer.from("a")]]);
  assert.deepEqual(
    malformed.map(({ bytes }) => bytes),
    junk,
  );
  assert.match(malformed[3]!.reason, /^Cannot read a frame: it has 5 of 6 bytes$/);
});
test("DeFramer() counts what it could not read when nobody listens", async () => {
  const deframer = DeFramer();
  const list: Tagged[] = [];
  await new System().run(Pipeline(Feed([Buffer.from("x"), Buffer.from("1 1\na")]), deframer, ToList(list)));
  assert.deepEqual([list.length, deframer.outboxes.malformed.drops], [1, 1]);
});
test("DeFramer() takes any bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array(), { maxLength: 20 }), async (inbox) => {
      const { outbox, malformed } = await drive(DeFramer(), { inbox });
      assert.equal(outbox.length + malformed.length, inbox.length);
    }),
    { seed: seedOf("DeFramer fuzz") },
  );
});
