// SPDX-License-Identifier: Apache-2.0
// What the tests of the tools need: a small tree of files, and a tool run in it.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { TestContext } from "node:test";

/** Makes a folder with these files; it is removed after the test. */
export function tree(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return root;
}

/** Runs a script of ours in a folder; answers what it wrote, and how it ended. */
export function run(
  script: string,
  cwd: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): Outcome {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env; // it would make a test run inside a test run silent
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(script), ...words], {
    cwd,
    encoding: "utf8",
    env: { ...inherited, ...env },
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
