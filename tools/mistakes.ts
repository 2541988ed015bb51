// SPDX-License-Identifier: Apache-2.0
// Checks that the compiler finds the mistakes in tools/mistakes/mistakes.ts, and that it says so as golden.txt has it: one short message for each.
// `--update` writes golden.txt again: read what has changed before you commit it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

interface Mistake {
  /** 0 for what must compile. */
  readonly number: number;
  readonly sentence: string;
  readonly firstLine: number;
}
interface Message {
  readonly line: number;
  readonly column: number;
  /** The first line says what does not fit where, the last one why. */
  readonly text: readonly string[];
}

const FOLDER = "tools/mistakes";
const SOURCE = `${FOLDER}/mistakes.ts`;
const GOLDEN = `${FOLDER}/golden.txt`;

const lines = readFileSync(SOURCE, "utf8").split("\n");
const mistakes = findMistakes(lines);
const { messages, elsewhere } = compile();
if (elsewhere.length > 0) fail(`Cannot try the mistakes before the library itself compiles:\n${elsewhere.join("\n")}`);

const faults: string[] = [];
const report = mistakes.flatMap((mistake, i) => {
  const end = mistakes[i + 1]?.firstLine ?? Infinity;
  const said = messages.filter(({ line }) => line >= mistake.firstLine && line < end);
  const name = `${mistake.number} ${mistake.sentence}`;
  if (mistake.number > 0 && said.length === 0) faults.push(`${name}: the compiler does not find it`);
  if (mistake.number > 0 && said.length > 1) faults.push(`${name}: the compiler says ${said.length} things, and should say one`);
  if (mistake.number === 0) faults.push(...said.map((message) => `"${mistake.sentence}" must compile, but:\n${format(message)}`));
  return mistake.number === 0 ? [] : [`${name}\n${said.map(format).join("\n")}\n`];
});
const numbers = mistakes.map(({ number }) => number).filter((number) => number > 0);
if (numbers.some((number, i) => number !== i + 1)) faults.push(`${SOURCE}: number the mistakes 1, 2, 3 …, not ${numbers.join(", ")}`);
if (faults.length > 0) fail(faults.join("\n"));

const text = report.join("\n");
if (process.argv.includes("--update")) writeFileSync(GOLDEN, text);
else compare(existsSync(GOLDEN) ? readFileSync(GOLDEN, "utf8") : "", text);
console.log(`${numbers.length} mistakes, each found with one message`);

/** A comment of a number and a sentence starts a mistake, "ok" what must compile, and so does the start of the file. */
function findMistakes(source: readonly string[]): Mistake[] {
  const found: Mistake[] = [{ number: 0, sentence: "declarations", firstLine: 1 }];
  source.forEach((line, i) => {
    const [, number, sentence] = /^\/\/ (?:(\d+) )?(ok$|(?<=\d ).+)/.exec(line) ?? [];
    if (sentence !== undefined) found.push({ number: Number(number ?? 0), sentence, firstLine: i + 1 });
  });
  return found;
}

/** What the compiler says about the mistakes, and about other files, about which it should say nothing. */
function compile(): { messages: Message[]; elsewhere: string[] } {
  const tsc = spawnSync("node_modules/.bin/tsc", ["-p", FOLDER, "--pretty", "false"], { encoding: "utf8" });
  if (tsc.error !== undefined) fail(`Cannot run the compiler: ${tsc.error.message}; install it with \`npm ci --ignore-scripts\``);
  const found: { line: number; column: number; text: string[] }[] = [];
  const others: string[] = [];
  for (const line of (tsc.stdout + tsc.stderr).split("\n")) {
    const [, file, row, column, said] = /^(\S+?)\((\d+),(\d+)\): error TS\d+: (.*)$/.exec(line) ?? [];
    if (said !== undefined && file === SOURCE) found.push({ line: Number(row), column: Number(column), text: [said] });
    else if (line.startsWith(" ")) found.at(-1)?.text.push(line.trim());
    else if (line !== "") others.push(line);
  }
  return { messages: found, elsewhere: others };
}

/** The place, the first line, and the innermost one. */
function format({ line, column, text }: Message): string {
  const place = /^(?:"[^"]*"|[\w.]+|.)/.exec(lines[line - 1]!.slice(column - 1))?.[0] ?? "";
  return [`at ${place}`, ...new Set([text[0], text.at(-1)])].map((part) => `    ${part}`).join("\n");
}

function compare(expected: string, actual: string): void {
  if (expected === actual) return;
  const block = (all: string): Map<string, string> => new Map(all.split(/\n(?=\d)/).map((one) => [one.split(" ")[0]!, one.trimEnd()]));
  const before = block(expected);
  const changed = [...block(actual)].filter(([number, one]) => before.get(number) !== one);
  const shown = changed.map(([number, one]) => `was:\n${before.get(number) ?? "    (nothing)"}\nis:\n${one}\n`);
  fail(`${shown.join("\n")}\nThe compiler's messages have changed. If they are as good as before: npm run mistakes -- --update`);
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
