// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test, type TestContext } from "node:test";
import { run, tree } from "./lib/tree.ts";

const MISTAKES = `declare function take(text: string): void;
// ok
take("a");
// 1 a number for a text
take(1);
// 2 a list for a text
take([""]);
`;
const GOLDEN = `1 a number for a text
    at 1
    Argument of type 'number' is not assignable to parameter of type 'string'.

2 a list for a text
    at [
    Argument of type 'string[]' is not assignable to parameter of type 'string'.
`;

function folder(t: TestContext, mistakes: string, golden: string): string {
  const root = tree(t, {
    "tools/mistakes/mistakes.ts": mistakes,
    "tools/mistakes/golden.txt": golden,
    "tools/mistakes/tsconfig.json": '{ "compilerOptions": { "strict": true, "noEmit": true, "types": [] }, "files": ["mistakes.ts"] }',
  });
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  return root;
}

test("mistakes is content when the compiler says what the golden file has", (t) => {
  const { code, out, err } = run("tools/mistakes.ts", folder(t, MISTAKES, GOLDEN));
  assert.deepEqual({ code, out, err }, { code: 0, out: "2 mistakes, each found with one message\n", err: "" });
});

test("mistakes shows which messages have changed, and --update accepts them", (t) => {
  const root = folder(t, MISTAKES, GOLDEN.replace("'number'", "'numero'"));
  const { code, err } = run("tools/mistakes.ts", root);
  assert.equal(code, 1);
  assert.match(err, /^was:\n1 a number .*'numero'.*\nis:\n1 a number .*'number'/s);
  assert.doesNotMatch(err, /2 a list/);
  assert.equal(run("tools/mistakes.ts", root, ["--update"]).code, 0);
  assert.equal(readFileSync(join(root, "tools/mistakes/golden.txt"), "utf8"), GOLDEN);
});

test("mistakes fails for a mistake that compiles, one with two messages, a correct program that does not compile, and a gap", (t) => {
  const text = MISTAKES.replace("take(1)", 'take("1")')
    .replace('take([""]);', 'take([""]); take({});')
    .replace('take("a")', "take(undefined)");
  const { code, err } = run("tools/mistakes.ts", folder(t, text.replace("// 2", "// 3"), GOLDEN));
  assert.equal(code, 1);
  assert.match(err, /1 a number for a text: the compiler does not find it/);
  assert.match(err, /3 a list for a text: the compiler says 2 things, and should say one/);
  assert.match(err, /"ok" must compile, but:\n    at undefined/);
  assert.match(err, /number the mistakes 1, 2, 3 …, not 1, 3/);
});

test("mistakes says so when something else does not compile", (t) => {
  const root = folder(t, `import "./other.ts";\n${MISTAKES}`, GOLDEN);
  writeFileSync(join(root, "tools/mistakes/other.ts"), "export const a: string = 1;\n");
  const { code, err } = run("tools/mistakes.ts", root);
  assert.equal(code, 1);
  assert.match(err, /^Cannot try the mistakes before the library itself compiles:\ntools\/mistakes\/other.ts/);
});
