// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { MIMEError } from "./faults.ts";
import { shortened } from "./headers.ts";
import { known } from "./words.ts";

/** A value with parameters, as that of Content-Type. */
export interface Parameterised {
  /** In lower case. */
  readonly value: string;
  /** By name in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Pieces of a parameter at most. */
const MOST_PIECES = 1000;
const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/;

interface Piece {
  readonly number: number;
  readonly coded: boolean;
  readonly text: string;
}

/**
 * Reads a value with parameters (RFC 2045, section 5.1), also those that are in several pieces, or in another character set (RFC 2231).
 *
 * @throws MIMEError for what is no list of parameters
 * @example
 * parseParameters('attachment; filename*0*=utf-8\'en\'caf%C3%A9%20; filename*1="menu.txt"').parameters["filename"]; // café menu.txt
 */
export function parseParameters(text: string): Parameterised {
  const semicolon = text.indexOf(";");
  const value = (semicolon === -1 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const pieces = new Map<string, Piece[]>();
  const parameter = /[;\s]*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;\s"]*))\s*(?=;|$)|[;\s]+$/y;
  parameter.lastIndex = semicolon === -1 ? text.length : semicolon;
  while (parameter.lastIndex < text.length) {
    const from = parameter.lastIndex;
    const match = parameter.exec(text);
    if (match === null) throw new MIMEError(`"${shortened(text.slice(from))}" is no list of parameters`);
    const [, name, quoted, plain = ""] = match;
    if (name === undefined) break;
    const [, base = "", number, star] = /^([^*]*)(?:\*(\d+))?(\*)?$/.exec(name) ?? ["", name];
    const key = base.toLowerCase();
    const list = pieces.get(key) ?? [];
    pieces.set(key, list);
    if (list.length >= MOST_PIECES) throw new MIMEError(`the parameter ${shortened(base)} has more than ${MOST_PIECES} pieces`);
    list.push({ number: Number(number ?? -1), coded: star !== undefined, text: quoted?.replaceAll(/\\([^])/g, "$1") ?? plain });
  }
  const parameters = Object.create(null) as Record<string, string>;
  for (const [name, list] of pieces) parameters[name] = joined(list);
  return { value, parameters };
}

/**
 * Writes a value with parameters, in quotes where it must be, in UTF-8 (RFC 2231) where that does not do.
 *
 * @throws MIMEError for the name of a parameter that there cannot be
 * @example
 * writeParameters({ value: "attachment", parameters: { filename: "café" } }); // attachment; filename*=utf-8''caf%C3%A9
 */
export function writeParameters({ value, parameters }: Parameterised): string {
  const written = Object.entries(parameters).map(([name, text]) => {
    if (!TOKEN.test(name) || name.includes("*")) throw new MIMEError(`"${shortened(name)}" is no name of a parameter`);
    if (TOKEN.test(text)) return `; ${name}=${text}`;
    if (/^[ -~]*$/.test(text)) return `; ${name}="${text.replaceAll(/["\\]/g, "\\$&")}"`;
    const coded = encodeURIComponent(text.toWellFormed()).replaceAll(
      /['()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    return `; ${name}*=utf-8''${coded}`;
  });
  return value + written.join("");
}

/** The first of several with the same name, or the pieces in the order of their numbers. */
function joined(list: readonly Piece[]): string {
  const whole = list.find(({ number, coded }) => number === -1 && coded) ?? list.find(({ number }) => number === -1);
  const pieces = whole === undefined ? list.toSorted((a, b) => a.number - b.number) : [whole];
  const first = pieces[0]!;
  const [, charset = "utf-8", start = first.text] = (first.coded && /^([^']*)'[^']*'([^]*)$/.exec(first.text)) || [];
  const bytes = pieces.map(({ coded, text }, n) => {
    const own = n === 0 ? start : text;
    return coded ? percents(own) : Buffer.from(own);
  });
  return new TextDecoder(known(charset) ? charset : "utf-8").decode(Buffer.concat(bytes));
}

function percents(text: string): Buffer {
  return Buffer.from(
    text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}
