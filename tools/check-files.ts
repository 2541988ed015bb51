// SPDX-License-Identifier: Apache-2.0
// Every file says its licence first, is short enough to read, and every component has its test beside it.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const LONGEST = 500;
/** Types and tables, which have nothing to test by themselves. */
const untested = new Set(["Host.ts", "Network.ts"]);
const faults: string[] = [];
for (const file of globSync(["src/**/*.ts", "apps/**/*.ts", "examples/**/*.ts", "bench/**/*.ts", "tools/**/*.ts"])) {
  if (file.includes("node_modules")) continue;
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").length;
  if (!text.startsWith("// SPDX-License-Identifier: Apache-2.0\n"))
    faults.push(`${file}: begin with "// SPDX-License-Identifier: Apache-2.0"`);
  if (lines > LONGEST && !file.includes("generated")) faults.push(`${file}: ${lines} lines; it is probably two files or three`);
  const isComponent = /^src\/.*\/[A-Z]\w*\.ts$/.test(file);
  if (isComponent && !untested.has(basename(file)) && !existsSync(file.replace(/\.ts$/, ".test.ts")))
    faults.push(`${file}: has no ${basename(file, ".ts")}.test.ts beside it`);
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
