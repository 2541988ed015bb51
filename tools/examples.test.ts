// SPDX-License-Identifier: Apache-2.0
// Every example runs as its own process, and prints what its last comment says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";

for (const file of globSync("examples/*.ts").toSorted()) {
  if (/\.(worker|experiment)\./.test(file)) continue;
  test(`${file} prints what it says`, () => {
    const text = readFileSync(file, "utf8");
    const expected = block(text, "Output");
    assert.ok(expected !== undefined, `${file} has no "// Output:" block at its end`);
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
      input: block(text, "Input") ?? "",
      encoding: "utf8",
      timeout: 80_000,
    });
    assert.equal(stderr, "");
    assert.equal(stdout, expected);
    assert.equal(status, 0);
  });
}

/** The lines of a comment block, without the comment signs. */
function block(text: string, name: string): string | undefined {
  const lines = text.split("\n");
  const start = lines.indexOf(`// ${name}:`);
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith("//") || line === "// Output:");
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => `${line.replace(/^\/\/ ?/, "")}\n`).join("");
}
