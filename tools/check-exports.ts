// SPDX-License-Identifier: Apache-2.0
// Every package in src has an entry point, every entry point is in package.json, and what package.json names is there.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

type Target = string | null | { readonly [condition: string]: Target };

const { exports, imports } = JSON.parse(readFileSync("package.json", "utf8")) as Record<"exports" | "imports", Record<string, Target>>;
const faults: string[] = [];

for (const file of globSync("src/{*/index.ts,index.ts}")) {
  const folder = dirname(file).slice("src".length);
  if (exports[`.${folder}`] !== `./${file}`) faults.push(`package.json: "exports" lacks ".${folder}": "./${file}"`);
}
for (const folder of globSync("src/*/").filter((name) => !name.endsWith(".ts"))) {
  if (!existsSync(`${folder}/index.ts`)) faults.push(`${folder}: has no index.ts; a package exports what it offers there`);
}
for (const [name, target] of [...Object.entries(exports), ...Object.entries(imports)]) {
  for (const file of filesOf(target)) if (!existsSync(file)) faults.push(`package.json: "${name}" names ${file}, which is not there`);
}
if (exports["./internal/*"] !== null) faults.push('package.json: "exports" lacks "./internal/*": null, which closes what is private');
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

function filesOf(target: Target): string[] {
  if (target === null) return [];
  return typeof target === "string" ? [target] : Object.values(target).flatMap(filesOf);
}
