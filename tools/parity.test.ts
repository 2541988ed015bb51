// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exportsOf, isThere, namesIn } from "./parity/exports.ts";
import { faults } from "./parity/faults.ts";
import { page } from "./parity/page.ts";
import { parse } from "./parity/rows.ts";

const lists = globSync("tools/parity/*.txt").map((file) => parse(readFileSync(file, "utf8"), file));

test("parse() reads a title, an introduction, and a part with its kind, place, note and fixes", () => {
  const { title, intro, rows } = parse("# Util\n> About it.\nA.B.C (prefab) = kamaelia/util C | note | slow\nA.D - | gone\n", "x.txt");
  assert.equal(title, "Util");
  assert.equal(intro, "About it.");
  const expected = { original: "A.B.C", kind: "prefab", mark: "=", entry: "kamaelia/util", name: "C", note: "note", fixes: "slow" };
  assert.deepEqual(rows[0], expected);
  assert.equal(rows[1]!.mark, "-");
  assert.equal(rows[1]!.kind, "component");
});

test("parse() refuses lines it cannot read, parts that are listed twice, and parts that are nowhere", () => {
  assert.throws(() => parse("A.B C", "x.txt"), { message: 'Cannot read x.txt:1: write "Original.name = entry Name | note"' });
  assert.throws(() => parse("A = k A |\nA = k A |", "x.txt"), { message: "Cannot read x.txt:2: A is listed already" });
  assert.throws(() => parse("A = |", "x.txt"), /does not say where A is/);
  assert.throws(() => parse("A - |", "x.txt"), /say why A is not kept/);
  assert.throws(() => parse("A - k A | gone", "x.txt"), /A is not kept, so it is nowhere/);
});

test("parse() refuses a mark that the names belie", () => {
  assert.throws(() => parse("K.A = k B |", "x.txt"), { message: 'Cannot read x.txt:1: A is called B here: write ">" for another name' });
  assert.throws(() => parse("K.A > k A |", "x.txt"), { message: 'Cannot read x.txt:1: A has kept its name: write "="' });
  assert.equal(parse("Axon.Component.component = kamaelia/axon Component |", "x.txt").rows.length, 1);
});

test("namesIn() finds every form of export, types too, and follows what is exported from elsewhere", () => {
  const text = [
    '/** export { No } from "./no.ts"; */',
    "export {",
    "  A, // the first, and not B",
    "  type C, /* D */",
    "  E as F,",
    '} from "./a.ts";',
    "export type { G };",
    "export const h: number = 1;",
    "export abstract class I {}",
    "export async function j(): Promise<void> {}",
    "export function* k(): Generator<void> {}",
    "export type L<T> = T;",
    'export * as M from "./m.ts";',
    'export * from "./n.ts";',
    'const o = "export { o }";',
  ].join("\n");
  assert.deepEqual([...namesIn(text)].toSorted(), ["./n.ts", "A", "C", "F", "G", "I", "L", "M", "h", "j", "k"]);
});

test("exportsOf() finds names and types in the real entry points", () => {
  assert.ok(exportsOf("kamaelia/chassis").has("Pipeline"));
  assert.ok(exportsOf("kamaelia/axon").has("Main"));
  assert.ok(exportsOf("kamaelia").has("Pipeline"));
  assert.equal(exportsOf("kamaelia/nowhere").size, 0);
});

test("isThere() takes a part of an application for there when a file is called after it", () => {
  assert.ok(isThere("apps/start", "main"));
  assert.ok(!isThere("apps/start", "NoSuchPart"));
  assert.ok(!isThere("apps/nowhere", "main"));
});

test("page() calls a part planned until it is found, sorts the parts, and counts them", () => {
  const list = parse("# Some\nK.B = kamaelia/x B | n | slow\nK.A ~ kamaelia/x B |\nK.C > kamaelia/x D |\nK.E - | why", "x.txt");
  const planned = page([list], () => false);
  assert.match(planned, /^\| K\.A \| component \| \*kamaelia\/x B\* \| planned \| \|\n\| K\.B \|.*\| planned \| n\. To fix: slow \|$/m);
  assert.match(planned, /^\| \[Some\]\(#some\) \| 0 \| 0 \| 3 \| 1 \| 4 \|$/m);
  const there = page([list], () => true);
  assert.match(there, /^\| K\.A \| component \| `kamaelia\/x` \*\*B\*\* \| folded \| \|$/m);
  assert.match(there, /^\| K\.B \|.*\| here \| n\. Fixed: slow \|$/m);
  assert.match(there, /^\| K\.C \|.*\| here, renamed \| \|$/m);
  assert.match(there, /^\| K\.E \| component \| \| dropped \| why \|$/m);
  assert.match(there, /^\| \*\*all\*\* \| 2 \| 1 \| 0 \| 1 \| 4 \|$/m);
});

test("faults() names originals that two lists have, and parts that package.json does not let anybody import", () => {
  const chassis = parse("# One\nK.Pipeline = kamaelia/chassis Pipeline |", "1.txt");
  const again = parse("# Two\nK.Pipeline ~ kamaelia/chassis Carousel |", "2.txt");
  assert.deepEqual([...faults([chassis], { "./chassis": "" })], []);
  assert.deepEqual([...faults([chassis], {})], ["K.Pipeline cannot be imported: package.json does not export kamaelia/chassis"]);
  assert.deepEqual([...faults([chassis, again], { "./chassis": "" })], ["K.Pipeline is listed twice: in One and in Two"]);
});

test("the lists name every part of the original once, and hold what its documents name first", () => {
  const { exports: entries } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, unknown> };
  assert.deepEqual([...faults(lists, entries)], []);
  const originals = new Set(lists.flatMap(({ rows }) => rows.map(({ original }) => original)));
  for (const name of ["Axon.Component.component", "Kamaelia.Chassis.Graphline.Graphline", "Kamaelia.Util.Console.ConsoleReader"])
    assert.ok(originals.has(name), name);
});

test("npm run parity writes the page, and --check fails with one line while it is not up to date", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "parity-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "tools/parity"), { recursive: true });
  mkdirSync(join(folder, "src/x"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "exports": { "./x": "./src/x/index.ts" } }');
  writeFileSync(join(folder, "tools/parity/x.txt"), "# X\nK.A = kamaelia/x A |\n");
  const run = (...words: string[]): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [join(import.meta.dirname, "parity.ts"), ...words], { cwd: folder, encoding: "utf8" });
  const stale = "PARITY.md is not up to date: run `npm run parity`\n";
  assert.deepEqual(
    [run("--check")].map(({ status, stderr }) => ({ status, stderr })),
    [{ status: 1, stderr: stale }],
  );
  assert.equal(run().status, 0);
  assert.match(readFileSync(join(folder, "PARITY.md"), "utf8"), /^\| K\.A \|.*\| planned \| \|$/m);
  assert.equal(run("--check").status, 0);
  writeFileSync(join(folder, "src/x/index.ts"), 'export { A } from "./A.ts";\n'); // built since: the row flips by itself
  assert.equal(run("--check").stderr, stale);
  assert.equal(run().status, 0);
  assert.match(readFileSync(join(folder, "PARITY.md"), "utf8"), /^\| K\.A \|.*\| here \| \|$/m);
});
