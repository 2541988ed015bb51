// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportsOf } from "./parity/exports.ts";
import { parse } from "./parity/rows.ts";

test("parse() reads a title, and a part with its place and note", () => {
  const { title, rows } = parse("# Util\nA.B.C = kamaelia/util C | fixed\nA.D - | gone\n", "x.txt");
  assert.equal(title, "Util");
  assert.deepEqual(rows[0], { original: "A.B.C", mark: "=", entry: "kamaelia/util", name: "C", note: "fixed" });
  assert.equal(rows[1]!.mark, "-");
});
test("parse() refuses lines it cannot read, and parts that are listed twice", () => {
  assert.throws(() => parse("A.B C", "x.txt"), { message: 'Cannot read x.txt:1: write "Original.name = entry Name | note"' });
  assert.throws(() => parse("A = k B |\nA = k B |", "x.txt"), /listed already/);
  assert.throws(() => parse("A = |", "x.txt"), /does not say where/);
});
test("exportsOf() finds names and types in the real entry points", () => {
  assert.ok(exportsOf("kamaelia/chassis").has("Pipeline"));
  assert.ok(exportsOf("kamaelia/axon").has("Main"));
  assert.equal(exportsOf("kamaelia/nowhere").size, 0);
});
