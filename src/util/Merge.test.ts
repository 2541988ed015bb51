// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Graphline } from "../chassis/index.ts";
import { at, drive, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { Merge } from "./Merge.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const two = (): ReturnType<typeof Merge<number, "a" | "b">> => Merge<number, "a" | "b">(["a", "b"]);

test("Merge() sends on all that comes, each inbox in order, one message from each in turn", async () => {
  await drive(two(), { a: [1, 2, 3], b: [10] }).expect({ outbox: [1, 10, 2, 3], signal: [producerFinished()] });
  await drive(two(), { a: at({ 5: 1, 20: 2 }), b: at({ 0: 10, 10: 11 }) }).expect({ outbox: [10, 1, 11, 2] });
});
test("Merge() ends when the producers of all its inboxes have finished, not with the first", async () => {
  const list: number[] = [];
  await new System().run(
    Graphline({
      components: { A: Feed(upTo(10)), B: Feed(upTo(500)), BOTH: two(), LIST: ToList(list) },
      linkages: {
        "A.outbox": "BOTH.a",
        "A.signal": "BOTH.a_control",
        "B.outbox": "BOTH.b",
        "B.signal": "BOTH.b_control",
        "BOTH.outbox": "LIST.inbox",
        "BOTH.signal": "LIST.control",
      },
    }),
  );
  assert.deepEqual(
    list.toSorted((x, y) => x - y),
    [...upTo(10), ...upTo(500)].toSorted((x, y) => x - y),
  );
  const end = await drive(two(), { a: [1], b: [2], a_control: [producerFinished()], b_control: [producerFinished()] }, { shutdown: false });
  assert.deepEqual([end.outbox, end.signal], [[1, 2], [producerFinished()]]);
});
test("Merge() stops at once when one of its producers was told to", async () => {
  const { outbox, signal } = await drive(two(), { a: [1], b_control: [shutdownMicroprocess("b")] }, { shutdown: false });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess("b")]]);
});
test("Merge() lets no inbox starve while its reader is slow", async () => {
  const sent: number[] = [];
  const clock = new VirtualClock();
  const outputs = await drive(two(), { a: upTo(100), b: upTo(100).map((n) => n + 1000) }, { bound: 1, clock });
  sent.push(...outputs.outbox);
  for (let i = 0; i < 100; i++) assert.deepEqual(sent.slice(2 * i, 2 * i + 2), [i, 1000 + i]);
});
test("Merge() ignores what is no shutdown message on a control", async () => {
  const messages = { a: [1], a_control: ["finished" as never], b_control: [producerFinished()] };
  await assert.rejects(drive(two(), messages, { shutdown: false }), /does not end/);
});
test("Merge() refuses names that come twice, or are taken", () => {
  assert.throws(() => Merge(["a", "a"]), { name: "RangeError", message: 'Cannot make a Merge of "a": there is a box "a" already' });
  assert.throws(() => Merge(["control"]), RangeError);
  assert.throws(() => Merge(["a", "a_control"]), RangeError);
});
