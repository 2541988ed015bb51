// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";

/** An encoded word is at most this long: RFC 2047, section 2. */
const LONGEST = 75;

/**
 * Reads the encoded words in the value of a header: RFC 2047. `=?utf-8?q?caf=C3=A9?=` is café. White space between two of them is not part of the text (section 6.2).
 * Words in a character set that is not known, and what only looks like one, stay as they are.
 *
 * @example
 * decodeWords("=?utf-8?q?caf=C3=A9?= =?ISO-8859-1?B?b2zp?="); // caféolé
 */
export function decodeWords(value: string): string {
  const word = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?\s]*)\?=/gi;
  const pieces: { readonly charset: string; bytes: Buffer }[] = [];
  let text = "";
  let end = 0;
  const finish = (): void => {
    for (const { charset, bytes } of pieces.splice(0)) text += new TextDecoder(charset).decode(bytes);
  };
  for (const match of value.matchAll(word)) {
    const [all, charset = "", kind = "", data = ""] = match;
    const between = value.slice(end, match.index);
    if (!known(charset)) continue;
    if (pieces.length === 0 || between.trim() !== "") {
      finish();
      text += between;
    }
    end = match.index + all.length;
    const bytes = kind.toLowerCase() === "b" ? Buffer.from(data, "base64") : unquote(data.replaceAll("_", " "));
    const last = pieces.at(-1);
    if (last?.charset === charset.toLowerCase()) last.bytes = Buffer.concat([last.bytes, bytes]); // a character may be cut in two
    else pieces.push({ charset: charset.toLowerCase(), bytes });
  }
  finish();
  return text + value.slice(end);
}

/**
 * Writes text for the value of a header: RFC 2047, in UTF-8. Plain text stays as it is.
 *
 * @example
 * encodeWords("café"); // =?utf-8?b?Y2Fmw6k=?=
 */
export function encodeWords(text: string): string {
  if (/^[ -~]*$/.test(text) && !text.includes("=?")) return text;
  const most = Math.floor((LONGEST - "=?utf-8?b??=".length) / 4) * 3;
  const words: string[] = [];
  let part = Buffer.alloc(0);
  const finish = (): void => {
    if (part.length > 0) words.push(`=?utf-8?b?${part.toString("base64")}?=`);
    part = Buffer.alloc(0);
  };
  for (const character of text) {
    const bytes = Buffer.from(character);
    if (part.length + bytes.length > most) finish();
    part = Buffer.concat([part, bytes]);
  }
  finish();
  return words.join("\r\n ");
}

/** Bytes of text in which =XX is a byte; what only looks like one stays. */
export function unquote(text: string): Buffer {
  return Buffer.from(
    text.replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

/** Whether there is a decoder for a character set. */
export function known(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
