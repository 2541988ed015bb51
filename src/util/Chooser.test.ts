// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { type Choice, Chooser } from "./Chooser.ts";

const items = ["a", "b", "c"];
const chosen = async (commands: Choice[], loop = false): Promise<string> =>
  (await drive(Chooser(items, { loop }), { inbox: commands })).outbox.join("");

test("Chooser() sends the first item at once", async () => {
  assert.equal(await chosen([]), "a");
});
test("Chooser() of nothing sends nothing, whatever it is told", async () => {
  assert.deepEqual((await drive(Chooser([]), { inbox: ["NEXT", "LAST", "SAME"] })).outbox, []);
});
test("Chooser() understands SAME, NEXT, PREV, FIRST and LAST", async () => {
  assert.equal(await chosen(["SAME", "NEXT", "PREV", "LAST", "FIRST"]), "aabaca");
});
test("Chooser() sends nothing beyond its ends (the original sent the first item again)", async () => {
  assert.equal(await chosen(["PREV", "NEXT", "NEXT", "NEXT"]), "abc");
});
test("Chooser({ loop }) goes round in both directions, and keeps its place (the original lost it going backwards)", async () => {
  assert.equal(await chosen(["PREV", "PREV", "NEXT", "NEXT", "NEXT"], true), "acbcab");
});
test("Chooser() ignores words that are no command", async () => {
  assert.equal(await chosen(["toString" as Choice, "NEXT"]), "ab");
});
test("Chooser() takes any iterable, and does not touch it", async () => {
  const list = ["x", "y"];
  await drive(Chooser(list), { inbox: ["NEXT"] });
  assert.deepEqual(list, ["x", "y"]);
});
test("Chooser() ends on producerFinished (the original did not) and on shutdownMicroprocess", async () => {
  assert.deepEqual((await drive(Chooser(items))).signal, [producerFinished()]);
  assert.deepEqual((await drive(Chooser(items), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
