// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { run, tree } from "./lib/tree.ts";

const example = `// SPDX-License-Identifier: Apache-2.0
// Counts.
function count() {
  // #region inner
  for (let i = 0; i < 2; i++) {
    console.log(i);
  }
  // #endregion
}
count();

// Input:
// nothing
// Output:
// 0
// 1
`;
const whole = "// Counts.\nfunction count() {\n  for (let i = 0; i < 2; i++) {\n    console.log(i);\n  }\n}\ncount();\n";
const inner = "for (let i = 0; i < 2; i++) {\n  console.log(i);\n}\n";
const page = (code: string, part: string, output: string): string =>
  `# Counting\n\n\`\`\`ts examples/count.ts\n${code}\`\`\`\n\n\`\`\`ts examples/count.ts inner\n${part}\`\`\`\n\n\`\`\`text examples/count.ts\n${output}\`\`\`\n`;

test("cookbook is content with code that is that of the examples, in whole or in part, and with what they print", (t) => {
  const root = tree(t, { "examples/count.ts": example, "docs/a.md": page(whole, inner, "0\n1\n") });
  assert.deepEqual(run("tools/cookbook.ts", root), { code: 0, out: "", err: "" });
});

test("cookbook names a page whose code differs, and --update writes it again", (t) => {
  const root = tree(t, { "examples/count.ts": example, "docs/b/a.md": page("count(3);\n", inner, "0\n1\n2\n") });
  assert.match(run("tools/cookbook.ts", root).err, /^docs\/b\/a.md: is not what the examples say; write it again/);
  assert.equal(run("tools/cookbook.ts", root, ["--update"]).code, 0);
  assert.equal(readFileSync(join(root, "docs/b/a.md"), "utf8"), page(whole, inner, "0\n1\n"));
});

test("cookbook names code that is no example's, examples and parts that are not there, and links that lead nowhere", (t) => {
  const root = tree(t, {
    "examples/count.ts": example,
    "docs/a.md":
      "```ts\nown();\n```\n```ts examples/x.ts\n```\n```ts examples/count.ts outer\n```\n[here](a.md#top), [there](b.md), [web](https://x)\n",
  });
  assert.deepEqual(run("tools/cookbook.ts", root).err.trim().split("\n"), [
    "docs/a.md: has code of its own; make it an example, and name that: ```ts examples/x.ts",
    "docs/a.md: shows examples/x.ts, which is not there",
    'docs/a.md: shows the part "outer" of examples/count.ts, which is not marked there',
    "docs/a.md: leads to b.md, which is not there",
  ]);
});

test("cookbook keeps tables of parts: their first sentences, all of them, and no others", (t) => {
  const files = {
    "src/util/index.ts": 'export { type Choice, Chooser } from "./Chooser.ts";\nexport { Plug, plug } from "./Plug.ts";\n',
    "src/util/Chooser.ts":
      "/** How. */\nexport interface X {}\n/**\n * Steps {@link X} a list,\n * one by one. It ends.\n */\n// why\nexport function Chooser() {}\n",
    "src/util/Plug.ts": "/** Plugs. */\nexport class Plug {}\n",
    "src/util/README.md": "<!-- all parts -->\n| [Chooser](Chooser.ts) | |\n| [Plug](Plug.ts) | Plugs. |\n",
  };
  const root = tree(t, files);
  assert.match(run("tools/cookbook.ts", root).err, /^src\/util\/README.md: is not what the sources say; write it again/);
  assert.equal(run("tools/cookbook.ts", root, ["--update"]).code, 0);
  assert.match(readFileSync(join(root, "src/util/README.md"), "utf8"), /^\| \[Chooser\]\(Chooser.ts\) \| Steps X a list, one by one. \|$/m);
  const wrong = tree(t, {
    ...files,
    "src/util/README.md": "<!-- all parts -->\n| [Plug](Plug.ts) | Plugs. |\n| [Gone](Gone.ts) | Went. |\n",
  });
  assert.deepEqual(run("tools/cookbook.ts", wrong).err.trim().split("\n"), [
    "src/util/README.md: leads to Gone.ts, which is not there",
    "src/util/README.md: lists Gone, which Gone.ts does not document",
    "src/util/README.md: lacks Chooser",
    "src/util/README.md: lists Gone, which is not exported",
  ]);
});
