// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, ToList } from "../testing/index.ts";
import { Tap } from "./Tap.ts";

test("Tap() passes everything on, and shows it to a function, and from its second outbox", async () => {
  const seen: number[] = [];
  await drive(
    Tap((n: number) => void seen.push(n)),
    { inbox: [1, 2, 3] },
  ).expect({ outbox: [1, 2, 3], tap: [1, 2, 3] });
  assert.deepEqual(seen, [1, 2, 3]);
});
test("Tap() counts nothing as dropped when nobody reads the second outbox", async () => {
  const tap = Tap<number>();
  const list: number[] = [];
  await new System().run(Pipeline(Feed([1, 2]), tap, ToList(list)));
  assert.deepEqual([list, tap.outboxes.tap.drops], [[1, 2], 0]);
});
test("Tap() shows a message before it is passed on", async () => {
  const order: string[] = [];
  await new System().run(
    Pipeline(
      Feed(["a"]),
      Tap((word: string) => void order.push(`tap ${word}`)),
      ToList(order),
    ),
  );
  assert.deepEqual(order, ["tap a", "a"]);
});
test("Tap() fails when the function does", async () => {
  const oops = (): never => {
    throw new Error("cannot look");
  };
  await assert.rejects(drive(Tap(oops), { inbox: [1] }), { message: "Tap_1 failed: cannot look" });
});
