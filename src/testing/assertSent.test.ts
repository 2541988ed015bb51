// SPDX-License-Identifier: Apache-2.0
import assert, { AssertionError } from "node:assert/strict";
import { test } from "node:test";
import { assertSent, drive, Echo } from "./index.ts";

test("assertSent() looks only at the boxes that are named", async () => {
  assertSent(await drive(Echo<string>(), { inbox: ["a"] }), { outbox: ["a"] });
});
test("assertSent() shows the difference, and what happened with this result", async () => {
  const result = await drive(Echo<string>(), { inbox: ["a"] }, { seed: 5 });
  assert.throws(
    () => assertSent(result, { outbox: [] }),
    (error) => {
      assert(error instanceof AssertionError);
      assert.deepEqual([error.actual, error.expected], [["a"], []]);
      assert.match(error.message, /^outbox sent \[ 'a' \], expected \[\]\n/);
      assert.match(error.message, /What happened \(seed 5\):\n/);
      return true;
    },
  );
});
test("assertSent() says so when a box was not collected", () => {
  assert.throws(() => assertSent<object>({ outbox: [] }, { overflow: [] }), {
    message: /^overflow sent undefined, expected \[\]\nNothing was collected/,
  });
});
