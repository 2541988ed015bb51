// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import type { Choice } from "./Chooser.ts";
import { ForwardIteratingChooser } from "./ForwardIteratingChooser.ts";

/** Counts for ever; says how far it came, and whether it was closed. */
function* counting(log: (number | "closed")[]): Generator<number> {
  try {
    for (let n = 0; ; n++) {
      log.push(n);
      yield n;
    }
  } finally {
    log.push("closed");
  }
}
const chosen = async (items: Iterable<string>, inbox: Choice[]): Promise<string> =>
  (await drive(ForwardIteratingChooser(items), { inbox })).outbox.join("");

test("ForwardIteratingChooser() sends the first item at once, and the next ones when asked (the original failed on Python 3)", async () => {
  assert.equal(await chosen("abc", ["NEXT", "SAME", "NEXT"]), "abbc");
});
test("ForwardIteratingChooser() ends when NEXT finds no further item, and says so", async () => {
  const { outbox, signal } = await drive(ForwardIteratingChooser("ab"), { inbox: ["NEXT", "NEXT", "SAME"] }, { shutdown: false });
  assert.deepEqual([outbox, signal], [["a", "b"], [producerFinished()]]);
});
test("ForwardIteratingChooser() ignores what only a Chooser understands", async () => {
  assert.equal(await chosen("abc", ["PREV", "FIRST", "LAST", "toString" as Choice, "NEXT"]), "ab");
});
test("ForwardIteratingChooser() of nothing sends nothing, and ends at the first NEXT", async () => {
  assert.equal(await chosen("", ["SAME", "SAME"]), "");
  assert.deepEqual((await drive(ForwardIteratingChooser(""), { inbox: ["NEXT"] }, { shutdown: false })).outbox, []);
});
test("ForwardIteratingChooser() takes no item before it is asked for, and closes its source when it stops", async () => {
  const log: (number | "closed")[] = [];
  await drive(ForwardIteratingChooser(counting(log)), { inbox: ["NEXT", "SAME", "NEXT"] });
  assert.deepEqual(log, [0, 1, 2, "closed"]);
});
test("ForwardIteratingChooser() ends on producerFinished (the original did not) and on shutdownMicroprocess", async () => {
  assert.deepEqual((await drive(ForwardIteratingChooser("abc"))).signal, [producerFinished()]);
  const { signal } = await drive(ForwardIteratingChooser("abc"), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(signal, [shutdownMicroprocess()]);
});
