// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { TriggeredSource } from "./TriggeredSource.ts";

test("TriggeredSource() sends its message whenever something comes, whatever the message is", async () => {
  assert.deepEqual((await drive(TriggeredSource("wibble"), { inbox: [1, undefined] })).outbox, ["wibble", "wibble"]);
  assert.deepEqual((await drive(TriggeredSource(null), { inbox: [1] })).outbox, [null]);
});
test("TriggeredSource() stops on shutdownMicroprocess (the original did not)", async () => {
  assert.deepEqual((await drive(TriggeredSource(1), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
