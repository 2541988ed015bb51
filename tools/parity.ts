// SPDX-License-Identifier: Apache-2.0
// Writes PARITY.md: every public part of the original, and where it is here. `--check` only looks whether it is up to date.
// The lines of tools/parity/*.txt say where a part is meant to be; whether it is there yet is read from the entry points themselves.
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { isThere } from "./parity/exports.ts";
import { faults } from "./parity/faults.ts";
import { page } from "./parity/page.ts";
import { parse } from "./parity/rows.ts";

/** From the core outwards; lists that are not named come after these. */
const ORDER =
  "axon chassis util file codec xml internet protocol ui visualisation audio video dvb automata experimental support applications apps".split(
    " ",
  );

const files = globSync("tools/parity/*.txt").toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
const lists = files.map((file) => parse(readFileSync(file, "utf8"), file));
const { exports: entries } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, unknown> };
const found = [...faults(lists, entries)];
if (found.length > 0) fail(found.join("\n"));
const text = page(lists, isThere);
if (!process.argv.includes("--check")) writeFileSync("PARITY.md", text);
else if (!existsSync("PARITY.md") || readFileSync("PARITY.md", "utf8") !== text) fail("PARITY.md is not up to date: run `npm run parity`");

function place(file: string): number {
  const at = ORDER.indexOf(basename(file, ".txt"));
  return at < 0 ? ORDER.length : at;
}

function fail(fault: string): never {
  console.error(fault);
  process.exit(1);
}
