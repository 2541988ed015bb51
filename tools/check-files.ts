// SPDX-License-Identifier: Apache-2.0
// Every file says its licence first, is short enough to read, and every component has its test beside it.
// Lock files name packages, versions and hashes, and no registry.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const LONGEST = 500;
const LICENCE = "// SPDX-License-Identifier: Apache-2.0";
const exclude = (name: string): boolean => /node_modules|^dist$/.test(name);

const faults: string[] = [];
for (const file of globSync("{src,apps,examples,bench,tools}/**/*.{ts,mjs}", { exclude })) {
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").length - 1;
  if (!text.replace(/^#!.*\n/, "").startsWith(`${LICENCE}\n`)) faults.push(`${file}: begin with "${LICENCE}"`);
  if (lines > LONGEST && !basename(file).includes("generated"))
    faults.push(`${file}: has ${lines} lines, and ${LONGEST} are the most: it is probably two files or three`);
  if (isComponent(file, text) && !existsSync(file.replace(/\.ts$/, ".test.ts")))
    faults.push(`${file}: has no test; write ${basename(file, ".ts")}.test.ts beside it`);
}
for (const file of globSync("**/package-lock.json", { exclude })) {
  if (readFileSync(file, "utf8").includes('"resolved": "http'))
    faults.push(`${file}: names a registry; write it again with \`npm install --package-lock-only --omit-lockfile-registry-resolved\``);
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

/** A file in PascalCase that has something to run, not only types. */
function isComponent(file: string, text: string): boolean {
  return /^src\/.*\/[A-Z]\w*\.ts$/.test(file) && /^export (?!type|interface|declare)/m.test(text);
}
