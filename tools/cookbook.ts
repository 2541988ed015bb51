// SPDX-License-Identifier: Apache-2.0
// The code in docs/ is that of the examples, which the tests run. A block says whose it is:
//   ```ts examples/echo.ts           all of it, but for the licence and what it prints
//   ```ts examples/echo.ts part      what stands there between "// #region part" and "// #endregion"
//   ```text examples/echo.ts         what it prints
// A block of TypeScript that does not say so is a fault, but for those in src/*/README.md; so is a link that leads nowhere.
// Tables of parts in src/*/README.md say what the sources say, see lib/partsTable.ts.
//   node tools/cookbook.ts             says what differs
//   node tools/cookbook.ts --update    takes the code from the examples
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkParts } from "./lib/partsTable.ts";

const BLOCK = /^```(\w+)(?: (\S+\.ts)(?: (\S+))?)?\n([\s\S]*?)^```$/gm;
const update = process.argv.includes("--update");
const faults: string[] = [];

for (const page of globSync(["docs/**/*.md", "src/*/README.md"]).toSorted()) {
  const before = readFileSync(page, "utf8");
  const after = before.replaceAll(BLOCK, (all, language: string, source?: string, part?: string) => {
    if (source === undefined) {
      if (language === "ts" && page.startsWith("docs"))
        faults.push(`${page}: has code of its own; make it an example, and name that: \`\`\`ts examples/x.ts`);
      return all;
    }
    const text = textOf(page, source, language === "text" ? "// Output:" : part);
    return text === undefined ? all : `\`\`\`${[language, source, part].filter(Boolean).join(" ")}\n${text}\`\`\``;
  });
  replace(page, before, after, "examples");
  for (const [, target = ""] of after.replaceAll(BLOCK, "").matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
    if (!/^\w+:/.test(target) && !existsSync(join(dirname(page), target))) faults.push(`${page}: leads to ${target}, which is not there`);
}
for (const page of globSync("src/*/README.md").toSorted()) {
  const before = readFileSync(page, "utf8");
  const { text, faults: found } = checkParts(page, before);
  faults.push(...found);
  replace(page, before, text, "sources");
}
if (faults.length > 0) {
  console.error([...new Set(faults)].join("\n"));
  process.exit(1);
}

function replace(page: string, before: string, after: string, by: string): void {
  if (after === before) return;
  if (update) writeFileSync(page, after);
  else faults.push(`${page}: is not what the ${by} say; write it again: node tools/cookbook.ts --update`);
}

/** What a block should hold. */
function textOf(page: string, source: string, part: string | undefined): string | undefined {
  if (!existsSync(source)) {
    faults.push(`${page}: shows ${source}, which is not there`);
    return undefined;
  }
  const lines = readFileSync(source, "utf8").split("\n");
  const from = (start: number, isEnd: (line: string) => boolean): string[] => {
    const end = lines.findIndex((line, i) => i > start && isEnd(line));
    return lines.slice(start + 1, end < 0 ? lines.length : end);
  };
  if (part === undefined)
    return `${from(0, (line) => /^\/\/ (Input|Output):$/.test(line))
      .filter((line) => !/^\s*\/\/ #/.test(line))
      .join("\n")
      .trim()}\n`;
  const start = lines.findIndex((line) => line.trim() === (part.startsWith("//") ? part : `// #region ${part}`));
  if (start < 0) {
    faults.push(`${page}: shows the part "${part}" of ${source}, which is not marked there`);
    return undefined;
  }
  if (part === "// Output:")
    return `${from(start, (line) => !line.startsWith("//"))
      .map((line) => line.replace(/^\/\/ ?/, ""))
      .join("\n")
      .trimEnd()}\n`;
  const inner = from(start, (line) => line.trim() === "// #endregion");
  const indent = Math.min(...inner.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
  return `${inner
    .map((line) => line.slice(indent))
    .join("\n")
    .trim()}\n`;
}
