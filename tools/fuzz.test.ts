// SPDX-License-Identifier: Apache-2.0
// Each target of `npm run fuzz`, for a moment; and the fuzzer itself.
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { seedOf } from "../src/testing/index.ts";
import { fuzz, type FuzzTargets } from "./lib/fuzzing.ts";
import { run } from "./lib/tree.ts";

/** Inputs for each. */
const MOMENT = 400;

for (const file of globSync("src/**/*.fuzz.ts").toSorted()) {
  const { targets } = (await import(resolve(file))) as { targets: FuzzTargets };
  for (const [name, target] of Object.entries(targets))
    test(`${name} copes with whatever comes`, async () => {
      const { failure } = await fuzz(target, seedOf(), (count) => count < MOMENT);
      if (failure === undefined) return;
      const where = `input ${failure.count} of KAMAELIA_SEED=${seedOf()}: ${failure.bytes.toString("hex")}`;
      assert.fail(`${where}\n${failure.error instanceof Error ? failure.error.stack : String(failure.error)}`);
    });
}

test("npm run fuzz says how it is used, and what it does not know", () => {
  const [{ code, out, err }, wrong] = [run("tools/fuzz.ts", ".", ["--help"]), run("tools/fuzz.ts", ".", ["--sed", "1"])];
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^Usage:\n {2}npm run fuzz /);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /^Unknown option '--sed'.*\nUsage:\n(?!.*\n {4}at )/);
});

test("npm run fuzz finds targets by words, in capitals or not, and says which there are", () => {
  const [found, none] = [run("tools/fuzz.ts", ".", ["--seconds", "0.01", "sdp"]), run("tools/fuzz.ts", ".", ["sdpp"])];
  assert.deepEqual([found.code, found.err], [0, ""]);
  assert.match(found.out, /^ok {2}SDP: \d+ inputs/m);
  assert.equal(none.code, 1);
  assert.match(none.err, /^Cannot fuzz sdpp: there is only (.+; )?SDP; .+\n$/);
});

test("fuzz() finds what breaks a target, makes it short, and finds it again", async () => {
  const target = {
    seeds: [Buffer.from("a long text with nothing wrong in it")],
    run: (bytes: Buffer): void => {
      if (bytes.includes(255)) throw new RangeError("255");
      if (bytes.length > 1000) throw new TypeError("long");
    },
  };
  const { failure } = await fuzz(target, 1, () => true);
  assert.deepEqual(failure?.bytes, Buffer.of(255));
  assert.match(String(failure?.error), /RangeError: 255/);
  assert.deepEqual(await fuzz(target, 1, () => true), await fuzz(target, 1, () => true));
  const { failure: none, count } = await fuzz({ ...target, run: () => {} }, 1, (n) => n < 50);
  assert.deepEqual([none, count], [undefined, 50]);
});
