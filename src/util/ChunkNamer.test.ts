// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { ChunkNamer } from "./ChunkNamer.ts";

test("ChunkNamer() gives each message a name, counted from 1", async () => {
  await drive(ChunkNamer("test/", ".txt"), { inbox: ["a", "b"] }).expect({
    outbox: [
      ["test/chunk1.txt", "a"],
      ["test/chunk2.txt", "b"],
    ],
  });
  await drive(ChunkNamer(), { inbox: ["a"] }).expect({ outbox: [["chunk1", "a"]] });
});
test("ChunkNamer() stops on shutdownMicroprocess (the original did not)", async () => {
  assert.deepEqual((await drive(ChunkNamer(), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
