// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { unquote } from "./words.ts";

/** A line of an encoded body is at most this long: RFC 2045, section 6.7. */
const LINE = 76;

/**
 * Reads a body as its Content-Transfer-Encoding says: RFC 2045, section 6. Encodings that are not known leave it as it is.
 *
 * @example
 * Buffer.from(decodeTransfer(Buffer.from("caf=C3=A9=\r\n!"), "quoted-printable")).toString(); // café!
 */
export function decodeTransfer(body: Uint8Array, encoding: string): Uint8Array {
  const text = (): string => Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
  switch (encoding.trim().toLowerCase()) {
    case "base64":
      return new Uint8Array(Buffer.from(text(), "base64"));
    case "quoted-printable": {
      const trimmed = text().replaceAll(/(?<![ \t])[ \t]+(?=\r?\n|$)/g, ""); // white space at the end of a line was not sent
      return new Uint8Array(unquote(trimmed.replaceAll(/=(?:\r?\n|$)/g, "")));
    }
    default:
      return body;
  }
}

/**
 * Writes a body for a Content-Transfer-Encoding, in lines of 76 characters at most.
 *
 * @example
 * encodeTransfer(Buffer.from("café"), "quoted-printable"); // caf=C3=A9
 */
export function encodeTransfer(body: Uint8Array, encoding: "base64" | "quoted-printable"): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (encoding === "base64") return (bytes.toString("base64").match(/.{1,76}/g) ?? []).join("\r\n");
  const lines = bytes.toString("latin1").split("\r\n");
  return lines.map((line) => softLines(line.replaceAll(/[^ -<>-~\t]|[ \t]$/g, quoted))).join("\r\n");
}

function quoted(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Cuts a line where no coded character is. */
function softLines(line: string): string {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > LINE) {
    const cut = LINE - 1 - (/=.?$/.exec(rest.slice(0, LINE - 1))?.[0].length ?? 0);
    parts.push(`${rest.slice(0, cut)}=\r\n`);
    rest = rest.slice(cut);
  }
  return parts.join("") + rest;
}
