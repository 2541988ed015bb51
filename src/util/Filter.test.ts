// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { Filter } from "./Filter.ts";

/** Sends pairs of words, and at the end what is left. */
const pairs = () => {
  let kept: string[] = [];
  return {
    filter(word: string): string | null {
      if (word !== "") kept.push(word);
      if (word === "" ? kept.length === 0 : kept.length < 2) return null;
      const text = kept.join("+");
      kept = [];
      return text;
    },
  };
};

test("Filter() sends on what passes its function", async () => {
  await drive(
    Filter((n: number) => n % 2 === 0),
    { inbox: [1, 2, 3, 4] },
  ).expect({ outbox: [2, 4] });
});
test("Filter() sends what an object makes of each message, and at the end what it has kept", async () => {
  await drive(Filter(pairs()), { inbox: ["a", "b", "c"] }).expect({ outbox: ["a+b", "c"] });
});
test("Filter() loses nothing that waits when it is told that the data has ended (the original did)", async () => {
  const { outbox } = await drive(Filter({ filter: (n: number | "") => (n === "" ? null : n) }), { inbox: [1, 2, 3, 4, 5] });
  assert.deepEqual(outbox, [1, 2, 3, 4, 5]);
});
test("Filter() ends with an object that answers what it gets (the original's own example never ended)", async () => {
  const strings = { filter: (item: unknown) => (typeof item === "string" ? item : null) };
  await drive(Filter(strings), { inbox: ["a", 1, "b"] }).expect({ outbox: ["a", "b"] });
});
test("Filter() stops on shutdownMicroprocess without asking for what is kept (the original did not stop)", async () => {
  const filter = pairs();
  filter.filter("a");
  const { outbox, signal } = await drive(Filter(filter), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
});
