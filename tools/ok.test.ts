// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { run, tree } from "./lib/tree.ts";

test("ok refuses a step that there is not, and names those there are", () => {
  const { code, err } = run("tools/ok.ts", ".", ["lint", "typos"]);
  assert.equal(code, 1);
  assert.match(err, /^Cannot run the step "typos": there are only "format", "lint", .*"tests"\n$/);
});

test("ok runs the steps it is told, shows what a failing one wrote, goes on, and fails at the end", (t) => {
  const root = tree(t, {
    "tools/check-any.ts": 'console.log("one");\nconsole.error("two");\nprocess.exit(3);\n',
    "tools/check-layers.ts": 'console.log("not shown");\n',
    "tools/check-files.ts": "process.exit(4);\n",
  });
  const { code, out, err } = run("tools/ok.ts", root, ["any", "layers"]);
  assert.equal(code, 1);
  assert.equal(out.replaceAll(/\d+\.\d s/g, "0 s"), "any … FAILED (0 s)\n  one\n  two\nlayers … ok (0 s)\n");
  assert.match(err, /^Not ok: any \(\d+\.\d s\)\n$/);
});

test("ok says which program cannot be run", (t) => {
  const { code, out } = run("tools/ok.ts", tree(t, { "package.json": "{}" }), ["lint"]);
  assert.equal(code, 1);
  assert.match(out, /^lint … FAILED \(.*\)\n {2}Cannot run node_modules\/\.bin\/oxlint: .*ENOENT/);
});

test("ok passes on what it is told to test", (t) => {
  const root = tree(t, {
    "tools/limit.mjs": "",
    "tools/summary.ts":
      "export default async function* (events) { for await (const { type, data } of events) if (type === 'test:pass') yield `${data.name}\\n`; }",
    "src/a.test.ts": 'import { test } from "node:test"; test("a", () => {});',
    "src/b.test.ts": 'import { test } from "node:test"; test("b", () => {});',
  });
  const { code, out } = run("tools/ok.ts", root, ["src/b.test.ts"]);
  assert.equal(code, 0);
  assert.match(out, /^tests …\nb\ntests ok \(.* s\)\nAll ok \(.* s\)\n$/);
});
