// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { SequentialTransformer } from "./SequentialTransformer.ts";

test("SequentialTransformer() sends what its functions make, one after the other", async () => {
  const steps = SequentialTransformer(
    (n: number) => `${n}`,
    (text) => `foo${text}`,
    (text) => [text],
  );
  await drive(steps, { inbox: [1, 2] }).expect({ outbox: [["foo1"], ["foo2"]] });
});
test("SequentialTransformer() stops at a function that answers nothing, and sends nothing", async () => {
  const seen: number[] = [];
  const steps = SequentialTransformer(
    (n: number) => (n > 1 ? n : null),
    (n) => void seen.push(n),
  );
  assert.deepEqual((await drive(steps, { inbox: [1, 2] })).outbox, []);
  assert.deepEqual(seen, [2]);
});
test("SequentialTransformer() takes any number of functions", async () => {
  const more = Array.from({ length: 20 }, () => (n: number) => n + 1);
  await drive(SequentialTransformer<number, number>(...more), { inbox: [0] }).expect({ outbox: [20] });
});
test("SequentialTransformer() stops on shutdownMicroprocess (the original did not)", async () => {
  const { signal } = await drive(SequentialTransformer(String), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(signal, [shutdownMicroprocess()]);
});
