// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkCount } from "./checks.ts";

/** A list of words and of other lists. */
export type TokenList = readonly (string | TokenList)[];

/** A line that is none of these. */
export interface MalformedLine {
  readonly line: string;
  /** Why it cannot be read. */
  readonly fault: string;
}

/** How lists are written. */
export interface TokenWriterOptions {
  /** As the original's code writes them, to the byte: the digit 9 and NUL are escaped, tabs are not, and empty words are lost. Default false. */
  readonly original?: boolean;
  /** How many lists may lie in one another. Default 100. */
  readonly maxDepth?: number;
}

/** How lists are read. */
export interface TokenReaderOptions {
  /** How many lists may lie in one another. Default 100. */
  readonly maxDepth?: number;
}

/**
 * Writes each list as a line of text: words with a space after each, lists within as `[ … ] `, then a line feed. In words, tabs, line breaks, spaces,
 * brackets and percent signs are written as `%` and their number in hexadecimal; an empty word is `%`.
 *
 * @throws TypeError for a word that is no string
 * @throws RangeError when lists lie too deep in one another, and when maxDepth is not a whole number from 0
 * @example
 * await drive(tokenlists_to_lines(), { inbox: [["LINE", ["1 2", "3"]]] }).expect({ outbox: ["LINE [ 1%202 3 ] \n"] });
 */
export function tokenlists_to_lines({ original = false, maxDepth = 100 }: TokenWriterOptions = {}): Component<
  { inbox: TokenList },
  { outbox: string }
> {
  checkCount("write lists in one another", maxDepth);
  return component(tokenlists_to_lines, {
    inboxes: { inbox: "lists" },
    outboxes: { outbox: "lines, with their ends" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const list of inbox) outbox.send(`${write(list, original, maxDepth)}\n`);
    },
  });
}

/**
 * Reads lines that {@link tokenlists_to_lines} or the original has written, one in each message, with or without its end. ({@link LineSplit} makes lines
 * of what comes from a socket.) A line that cannot be read is sent to "malformed"; nothing that comes from outside makes it fail.
 *
 * @throws RangeError when maxDepth is not a whole number from 0
 * @example
 * await drive(lines_to_tokenlists(), { inbox: ["LINE [ 1%202 3 ] \n"] }).expect({ outbox: [["LINE", ["1 2", "3"]]] });
 */
export function lines_to_tokenlists({ maxDepth = 100 }: TokenReaderOptions = {}): Component<
  { inbox: string },
  { outbox: TokenList; malformed: MalformedLine }
> {
  checkCount("read lists in one another", maxDepth);
  return component(lines_to_tokenlists, {
    inboxes: { inbox: "lines" },
    outboxes: { outbox: "lists", malformed: "lines that cannot be read, and why" },
    *main({ inbox }, { outbox, malformed }) {
      while (yield inbox)
        for (const line of inbox) {
          const list = read(line, maxDepth);
          if (typeof list === "string") malformed.send({ line, fault: list });
          else outbox.send(list);
        }
    },
  });
}

function write(list: TokenList, original: boolean, depth: number): string {
  let text = "";
  for (const item of list) {
    if (typeof item === "string") text += `${escape(item, original)} `;
    else if (!Array.isArray(item))
      throw new TypeError(`Cannot write ${String(item)} in a line: it is ${typeof item}, not a string or a list`);
    else if (depth <= 0) throw new RangeError("Cannot write a list in a line: too many lists lie in one another; give a greater maxDepth");
    else text += `[ ${write(item, original, depth - 1)}] `;
  }
  return text;
}

function escape(word: string, original: boolean): string {
  if (original) return word.replaceAll(/[%\0\n\r 9[\]]/g, code);
  return word === "" ? EMPTY : word.replaceAll(/[%\t\n\r [\]]/g, code);
}

const EMPTY = "%";
const code = (character: string): string => `%${character.charCodeAt(0).toString(16)}`;

/** The list in a line; or, as text, why there is none. */
function read(line: string, maxDepth: number): TokenList | string {
  const text = line.replace(/\r?\n$/, "");
  if (/[\r\n]/.test(text)) return "it is more than one line";
  const around: (string | TokenList)[][] = [];
  let list: (string | TokenList)[] = [];
  for (const word of text.split(" ")) {
    if (word === "[") {
      if (around.length >= maxDepth) return `more than ${maxDepth} lists lie in one another`;
      const inner: (string | TokenList)[] = [];
      list.push(inner);
      around.push(list);
      list = inner;
    } else if (word === "]") {
      const outer = around.pop();
      if (outer === undefined) return "a list ends that has not begun";
      list = outer;
    } else if (word !== "") list.push(unescape(word));
  }
  return around.length === 0 ? list : "a list has no end";
}

/** Also what only the original writes. An escape that nobody writes stays as it is. */
function unescape(word: string): string {
  if (word === EMPTY) return "";
  return word.replaceAll(/%(25|20|5b|5d|39|0|9|a|d)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
