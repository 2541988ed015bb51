// SPDX-License-Identifier: Apache-2.0
// "any" switches the compiler off. It is for the kernel and the chassis, which join components of all types, for tests, and for defaults of type
// parameters (`Echo<T = any>`), where it means that a component takes what it is linked to.
import { globSync, readFileSync } from "node:fs";

const ALLOWED = /^src\/(axon|chassis|testing)\/|\/parts\.ts$|\.(test|tst)\.ts$/;
/** Comments, and texts, which may say "any". */
const PROSE = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?:[^/\\\n*]|\\.)(?:[^/\\\n]|\\.)*\/[a-z]*/g;
const DEFAULT = /=\s*any(?=\s*[,>])/g;
const ANY = /(?<![\w$.])any(?![\w$(:?])/;

const faults: string[] = [];
for (const file of globSync("{src,apps,examples}/**/*.ts", { exclude: (name) => name.includes("node_modules") })) {
  if (ALLOWED.test(file)) continue;
  const code = readFileSync(file, "utf8").replaceAll(PROSE, (prose) => "\n".repeat(prose.split("\n").length - 1));
  code.split("\n").forEach((line, i) => {
    if (ANY.test(line.replaceAll(DEFAULT, "")))
      faults.push(`${file}:${i + 1}: has an "any"; write the type, a type parameter, or "unknown"`);
  });
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
