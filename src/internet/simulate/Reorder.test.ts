// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { assertChiSquare } from "./parts.ts";
import { Reorder } from "./Reorder.ts";

const NUMBERS = Array.from({ length: 10_000 }, (_, i) => i);

test("Reorder() sends the last messages, too (the original kept the last seven)", async () => {
  const { outbox } = await drive(Reorder<number>({ seed: 1 }), { inbox: NUMBERS });
  assert.deepEqual(
    outbox.toSorted((a, b) => a - b),
    NUMBERS,
  );
  assert.notDeepEqual(outbox, NUMBERS);
});

test("Reorder() chooses any of those it holds but the newest, all alike (chi-square, p > 0.001)", async () => {
  const { outbox } = await drive(Reorder<number>({ window: 5, seed: 1 }), { inbox: NUMBERS });
  const held: number[] = [0, 1, 2, 3];
  const places = [0, 0, 0, 0];
  for (const [i, sent] of outbox.slice(0, NUMBERS.length - 4).entries()) {
    held.push(i + 4);
    const place = held.indexOf(sent);
    assert.ok(place < 4, `${sent} was the newest`);
    places[place]!++;
    held.splice(place, 1);
  }
  assertChiSquare("places", places, [0.25, 0.25, 0.25, 0.25]);
});

test("Reorder() lets all pass in order with a probability of 0", async () => {
  await drive(Reorder<number>({ probability: 0 }), { inbox: NUMBERS }).expect({ outbox: NUMBERS });
});

test("Reorder() refuses a window that leaves no choice", () => {
  assert.throws(() => Reorder({ window: 1 }), /Cannot choose from 1 messages: give a whole number from 2/);
});
