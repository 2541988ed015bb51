// SPDX-License-Identifier: Apache-2.0
// Which encoding XML is in, by its first bytes: XML 1.0, appendix F.

const LESS = 0x3c;
const QUESTION = 0x3f;
/** A declaration that is longer is none. */
const LONGEST_DECLARATION = 1024;

/** What bytes come before any character, and what they say. */
const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
  { bytes: [LESS, 0, QUESTION, 0], encoding: "utf-16le" },
  { bytes: [0, LESS, 0, QUESTION], encoding: "utf-16be" },
] as const;

/**
 * The encoding that the first bytes of a document say; undefined when more of them are needed.
 *
 * @throws SyntaxError for one that is not known, or that they belie
 */
export function encodingOf(bytes: Uint8Array, isAll: boolean): string | undefined {
  for (const { bytes: mark, encoding } of MARKS) {
    if (mark.every((byte, i) => bytes[i] === byte)) return encoding;
    if (!isAll && bytes.length < mark.length && bytes.every((byte, i) => mark[i] === byte)) return undefined;
  }
  const start = String.fromCharCode(...bytes.subarray(0, LONGEST_DECLARATION));
  if (!"<?xml".startsWith(start.slice(0, 5))) return "utf-8";
  const end = start.indexOf("?>");
  if (end < 0) return isAll || start.length === LONGEST_DECLARATION ? "utf-8" : undefined;
  const [, , name] = /\sencoding\s*=\s*(["'])([^"']*)\1/.exec(start.slice(0, end)) ?? [];
  return name === undefined ? "utf-8" : checked(name);
}

function checked(name: string): string {
  let encoding: string;
  try {
    ({ encoding } = new TextDecoder(name));
  } catch {
    throw new SyntaxError(`the encoding "${name}" is not known`);
  }
  if (encoding.startsWith("utf-16")) throw new SyntaxError(`it says that it is ${name}, and is not: a character takes one byte`);
  return encoding;
}
