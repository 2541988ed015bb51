// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { conforms, drive } from "../testing/index.ts";
import { Transformer } from "./Transformer.ts";

class Numbered extends Transformer<string, string | undefined> {
  #lines = 0;
  processMessage(line: string): string | undefined {
    return line === "" ? undefined : `${++this.#lines} ${line}`;
  }
}

test("Transformer sends what processMessage makes of each message, and nothing for nothing", async () => {
  await drive(new Numbered(), { inbox: ["a", "", "b"] }).expect({ outbox: ["1 a", "2 b"] });
});
test("Transformer has the name of the class that extends it", () => {
  assert.equal(new Numbered().kind, Numbered);
});
test("Transformer stops on shutdownMicroprocess", async () => {
  assert.deepEqual((await drive(new Numbered(), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
test("Transformer conforms, as all components do", async () => {
  await conforms(() => new Numbered(), { inbox: ["a", "", "b", "c"] });
});
