// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../../testing/index.ts";
import { SessionExample } from "./SessionExample.ts";

test("SessionExample() counts how often it is asked", async () => {
  const { outbox } = await drive(SessionExample<string>(), { inbox: ["a", "b", "c"] });
  assert.deepEqual(
    outbox.map(({ data }) => data),
    [1, 2, 3].map((n) => `<html><body>${n}</body></html>`),
  );
});
