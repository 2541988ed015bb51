// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { run, tree } from "./lib/tree.ts";

const SPDX = "// SPDX-License-Identifier: Apache-2.0\n";

/** What a check complains about in these files; nothing if it is content. */
function complaints(t: TestContext, check: string, files: Readonly<Record<string, string>>): string[] {
  const { code, err } = run(`tools/check-${check}.ts`, tree(t, files));
  assert.equal(code, err === "" ? 0 : 1);
  return err.trim().split("\n").filter(Boolean);
}

test("check-layers lets a layer import those below it, through their index.ts", (t) => {
  const files = {
    "src/axon/Component.ts": 'import { host } from "#host";\nimport type { Main } from "./waits.ts";\n',
    "src/axon/host/node.ts": 'import { on } from "node:events";\n',
    "src/axon/node/files.ts": 'import { on } from "node:fs";\n',
    "src/axon/thread/node.ts": 'import { Worker } from "node:worker_threads";\n',
    "src/chassis/Pipeline.ts": 'import {\n  Component,\n} from "../axon/index.ts";\n',
    "src/chassis/Pipeline.test.ts": 'import { drive } from "../testing/drive.ts";\nimport fc from "fast-check";\n',
    "src/internet/TCPServer.ts": 'import { createServer } from "node:net";\nimport { Pipeline } from "../chassis/index.ts";\n',
    "src/testing/script.ts": 'const program = `\nimport { a } from "${AXON}";\n`;\n',
    "src/xml/parsing.ts": 'import { SaxesParser } from "saxes";\n',
    "src/internet/http/internal/chunks.ts": "",
    "src/internet/http/body.ts": 'import "./internal/chunks.ts";\n/** import("../../protocol/index.ts") */\n',
  };
  assert.deepEqual(complaints(t, "layers", files), []);
});

test("check-layers names what looks up, aside, past an index.ts, or into another folder's internal/", (t) => {
  const found = complaints(t, "layers", {
    "src/axon/Component.ts": 'import { Pipeline } from "../chassis/index.ts";\nexport { x } from "node:fs";\nimport rx from "rxjs";\n',
    "src/chassis/Pipeline.ts": 'import type { Inbox } from "../axon/Inbox.ts";\nimport { host } from "#host";\n',
    "src/chassis/Late.ts": 'const late = await import("../util/index.ts");\n',
    "src/util/Chooser.ts": 'export * from "../../tools/ok.ts";\n',
    "src/util/Markup.ts": 'import { SaxesParser } from "saxes";\n',
    "src/internet/tcp/x.ts": 'import "../http/internal/chunks.ts";\n',
    "src/protocol/test.test.ts": 'import "../internet/http/internal/chunks.ts";\n',
    "src/unheard/of.ts": 'import "./it.ts";\n',
  });
  assert.deepEqual(found.toSorted(), [
    'src/axon/Component.ts: cannot import "../chassis/index.ts": axon may import nothing else',
    'src/axon/Component.ts: cannot import "node:fs": the kernel runs in browsers too; put it behind #host',
    'src/axon/Component.ts: cannot import "rxjs": the library has no dependencies, and knows itself by relative paths',
    'src/chassis/Late.ts: cannot import "../util/index.ts": chassis may import axon',
    'src/chassis/Pipeline.ts: cannot import "#host": only the kernel knows what it runs on',
    'src/chassis/Pipeline.ts: cannot import "../axon/Inbox.ts": import it through src/axon/index.ts',
    'src/internet/tcp/x.ts: cannot import "../http/internal/chunks.ts": only files in src/internet/http/ may; export it from an index.ts',
    'src/protocol/test.test.ts: cannot import "../internet/http/internal/chunks.ts": only files in src/internet/http/ may; export it from an index.ts',
    'src/unheard/of.ts: cannot import "./it.ts": src/unheard has no place among the layers; give it one in tools/check-layers.ts',
    'src/util/Chooser.ts: cannot import "../../tools/ok.ts": util may import axon, chassis',
    'src/util/Markup.ts: cannot import "saxes": the library has no dependencies, and knows itself by relative paths',
  ]);
});

test("check-files names files without licence, without test, and too long ones, and lock files with a registry", (t) => {
  const found = complaints(t, "files", {
    "src/util/Chooser.ts": `${SPDX}export function Chooser() {}`,
    "src/util/Choice.ts": `${SPDX}export type Choice = "NEXT";\nexport interface Choices {}`,
    "src/util/Fine.ts": `${SPDX}export class Fine {}`,
    "src/util/Fine.test.ts": SPDX,
    "src/util/helper.ts": "export {};\n",
    "src/util/long.ts": SPDX + "\n".repeat(500),
    "src/util/justRight.ts": SPDX + "\n".repeat(499),
    "src/util/table.generated.ts": SPDX + "\n".repeat(5000),
    "tools/x/node_modules/a/package-lock.json": '"resolved": "https://x"',
    "tools/x/package-lock.json": '"resolved": "https://x"',
    "package-lock.json": '"version": "1.0.0"',
  });
  assert.deepEqual(found.toSorted(), [
    "src/util/Chooser.ts: has no test; write Chooser.test.ts beside it",
    'src/util/helper.ts: begin with "// SPDX-License-Identifier: Apache-2.0"',
    "src/util/long.ts: has 501 lines, and 500 are the most: it is probably two files or three",
    "tools/x/package-lock.json: names a registry; write it again with `npm install --package-lock-only --omit-lockfile-registry-resolved`",
  ]);
});

test("check-exports names entry points that package.json lacks, and files that are not there", (t) => {
  const manifest = { imports: { "#host": { node: "./src/axon/host/node.ts" } }, exports: { "./axon": "./src/axon/index.ts" } };
  const found = complaints(t, "exports", {
    "package.json": JSON.stringify(manifest),
    "src/axon/index.ts": "",
    "src/util/index.ts": "",
    "src/file/FileReader.ts": "",
  });
  assert.deepEqual(found, [
    'package.json: "exports" lacks "./util": "./src/util/index.ts"',
    "src/file: has no index.ts; a package exports what it offers there",
    'package.json: "#host" names ./src/axon/host/node.ts, which is not there',
    'package.json: "exports" lacks "./internal/*": null, which closes what is private',
  ]);
});

test("check-any finds the word as a type, and not in prose, defaults and names", (t) => {
  const text = [
    "/* any */ const words = `any ${1}`; // any",
    'function Echo<T = any, U = any>(): Component<T, "any"> {}',
    "Promise.any([]); anyOf(a); const any1 = { any: 1 };",
    "const a: any = 1;",
    "const b = <any>c as any[];",
  ].join("\n");
  const files = {
    "src/util/x.ts": text,
    "src/axon/x.ts": text,
    "src/util/x.test.ts": text,
    "examples/lib/x.ts": "type A = Map<string, any>;",
  };
  assert.deepEqual(complaints(t, "any", files).toSorted(), [
    'examples/lib/x.ts:1: has an "any"; write the type, a type parameter, or "unknown"',
    'src/util/x.ts:4: has an "any"; write the type, a type parameter, or "unknown"',
    'src/util/x.ts:5: has an "any"; write the type, a type parameter, or "unknown"',
  ]);
});
