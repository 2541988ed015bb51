// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssertionError } from "node:assert";
import { ComponentFailure } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { TestResult } from "./TestResult.ts";

test("TestResult() swallows what is true, and can be stopped (the original could not)", async () => {
  const { signal } = await drive(TestResult(), { inbox: [true, 1, "a", {}] });
  assert.equal(signal[0]?.type, "producerFinished");
});
test("TestResult() fails at the first message that is false, with what it was", async () => {
  for (const value of [false, 0, "", null, undefined, Number.NaN]) {
    await assert.rejects(drive(TestResult(), { inbox: [1, value, 1] }), (error) => {
      assert.ok(error instanceof ComponentFailure && error.cause instanceof AssertionError);
      assert.match(error.message, /^TestResult_1 failed: TestResult_1 received a false value: .*, message 2$/);
      return Object.is(error.cause.actual, value);
    });
  }
});
