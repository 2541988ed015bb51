// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../lib/measure.ts";

const LINES = 200_000;

/** The texts: a log in ASCII, and one in which a line of ten has words of several languages. */
const words = { ascii: "plain words", "utf-8": "größer als 5 €, 日本語" };
/** Which text, the argument of each row. */
export const text: keyof typeof words = process.argv[2] === "utf-8" ? "utf-8" : "ascii";

/** Lines of 20 to 140 characters. */
const lines = Array.from({ length: LINES }, (_, i) => {
  const path = `/${"abcdefghij".repeat(1 + (i % 11))}/${i}`;
  return `${i} GET ${path}${i % 10 === 0 ? ` "${words[text]}"` : ""}`;
});
const CHARACTERS = lines.reduce((sum, { length }) => sum + length, 0);

const folder = mkdtempSync(join(tmpdir(), "kamaelia-lines-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
/** Where the log is. About 16 MiB, so it is in memory after the first pass. */
export const file: string = join(folder, "log.txt");
writeFileSync(file, `${lines.join("\n")}\n`);

/** What a sink has seen. */
export class Tally {
  count = 0;
  characters = 0;

  add(line: string): void {
    this.count++;
    this.characters += line.length;
  }

  /** Fails unless all lines have come. Answers how many they were. */
  lines(): number {
    check("the number of lines", this.count, LINES);
    check("their length", this.characters, CHARACTERS);
    return LINES;
  }
}
