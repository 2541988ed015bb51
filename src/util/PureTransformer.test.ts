// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { PureTransformer } from "./PureTransformer.ts";

test("PureTransformer() sends what its function makes of each message", async () => {
  await drive(
    PureTransformer((text: string) => text.toUpperCase()),
    { inbox: ["a", "b"] },
  ).expect({ outbox: ["A", "B"] });
});
test("PureTransformer() sends nothing for null and undefined, but all else that is false", async () => {
  const { outbox } = await drive(
    PureTransformer((item: unknown) => item),
    { inbox: [null, 0, undefined, "", false, Number.NaN] },
  );
  assert.deepEqual(outbox, [0, "", false, Number.NaN]);
});
test("PureTransformer() stops on shutdownMicroprocess (the original did not)", async () => {
  const { outbox, signal } = await drive(
    PureTransformer((n: number) => n),
    { inbox: [1] },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});
test("PureTransformer() fails with what its function throws", async () => {
  const parse = (text: string): unknown => JSON.parse(text);
  await assert.rejects(drive(PureTransformer(parse), { inbox: ["{"] }), /^ComponentFailure: PureTransformer_1 failed: .*JSON/);
});
