// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { seedOf } from "./index.ts";

const given = process.env["KAMAELIA_SEED"];
afterEach(() => {
  if (given === undefined) delete process.env["KAMAELIA_SEED"];
  else process.env["KAMAELIA_SEED"] = given;
});

test("seedOf() is 1, or always the same for a name", () => {
  delete process.env["KAMAELIA_SEED"];
  assert.equal(seedOf(), 1);
  assert.equal(seedOf("a"), seedOf("a"));
  assert.notEqual(seedOf("a"), seedOf("b"));
});
test("seedOf() gives way to KAMAELIA_SEED, so that a failure can be repeated", () => {
  process.env["KAMAELIA_SEED"] = "-17";
  assert.deepEqual([seedOf(), seedOf("a")], [-17, -17]);
});
test("seedOf() refuses a KAMAELIA_SEED that is no number", () => {
  process.env["KAMAELIA_SEED"] = "lucky";
  assert.throws(() => seedOf(), { name: "RangeError", message: "Cannot take KAMAELIA_SEED=lucky for a seed: give a whole number" });
});
