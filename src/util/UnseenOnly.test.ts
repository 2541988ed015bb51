// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { UnseenOnly } from "./UnseenOnly.ts";

test("UnseenOnly() sends each message once", async () => {
  await drive(UnseenOnly(), { inbox: ["a", "b", "a", "c", "b"] }).expect({ outbox: ["a", "b", "c"] });
});
test("UnseenOnly({ key }) says what is the same", async () => {
  const { outbox } = await drive(UnseenOnly({ key: ({ id }: { id: number }) => id }), { inbox: [{ id: 1 }, { id: 2 }, { id: 1 }] });
  assert.deepEqual(outbox, [{ id: 1 }, { id: 2 }]);
});
test("UnseenOnly({ memory }) remembers as many as that, those seen last, and not for ever (the original did)", async () => {
  const memory = 10;
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  assert.deepEqual((await drive(UnseenOnly({ memory }), { inbox: [...range(0, 10), ...range(0, 10)] })).outbox, range(0, 10));
  const forgotten = (await drive(UnseenOnly({ memory }), { inbox: [...range(0, 30), ...range(0, 1)] })).outbox;
  assert.deepEqual(forgotten, [...range(0, 30), 0]);
  const often = range(1, 100).flatMap((n) => [0, n]); // what comes again and again stays in mind
  assert.deepEqual((await drive(UnseenOnly({ memory }), { inbox: often })).outbox, range(0, 100));
});
test("UnseenOnly() stops on shutdownMicroprocess (the original did not)", async () => {
  assert.deepEqual((await drive(UnseenOnly(), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
test("UnseenOnly() refuses to remember nothing", () => {
  for (const memory of [0, -1, Number.NaN]) assert.throws(() => UnseenOnly({ memory }), RangeError);
});
