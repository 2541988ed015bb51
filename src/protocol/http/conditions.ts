// SPDX-License-Identifier: Apache-2.0
import { parseHTTPDate } from "./dates.ts";
import type { Fields } from "./messages.ts";

/** What is there: its tag, in quotes, and when it changed, in milliseconds since 1970. */
export interface Version {
  readonly etag: string;
  readonly modified: number;
}

/** From so many ranges on, a request is taken not to mean them. */
const MANY_RANGES = 16;

/** What a request's conditions come to, RFC 9110 13.2.2: go on, 304 or 412. */
export function conditionOf(headers: Fields, { etag, modified }: Version): 200 | 304 | 412 {
  const match = headers["if-match"];
  const unmodifiedSince = timeOf(headers["if-unmodified-since"]);
  if (match !== undefined ? !lists(match, etag, false) : unmodifiedSince !== undefined && seconds(modified) > unmodifiedSince) return 412;
  const noneMatch = headers["if-none-match"];
  if (noneMatch !== undefined) return lists(noneMatch, etag, true) ? 304 : 200;
  const modifiedSince = timeOf(headers["if-modified-since"]);
  return modifiedSince !== undefined && seconds(modified) <= modifiedSince ? 304 : 200;
}

/** HTTP knows no milliseconds. */
function seconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseHTTPDate(text);
}

function lists(text: string, etag: string, weakly: boolean): boolean {
  if (text.trim() === "*") return true;
  for (const [tag] of text.matchAll(/(?:W\/)?"[^"]*"/g)) if (tag === etag || (weakly && tag === `W/${etag}`)) return true;
  return false;
}

/** Bytes from `start` on, `end` not included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The ranges that a request asks for, RFC 9110 14. Undefined: it asks for none, or for what is to be ignored; none: there is nothing there.
 * Ranges that overlap or touch become one, so that nobody gets more than there is.
 */
export function rangesOf(headers: Fields, size: number, version: Version): readonly Range[] | undefined {
  const { range } = headers;
  if (range === undefined || !stillHolds(headers["if-range"], version)) return undefined;
  const [, list] = /^bytes=(.*)$/i.exec(range) ?? [];
  const specs = list?.split(",").map((spec) => spec.trim()) ?? [];
  if (specs.length === 0 || specs.length > MANY_RANGES) return undefined;
  const ranges: Range[] = [];
  for (const spec of specs) {
    const [, first, last] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
    if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
    if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
    const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
    if (start < end) ranges.push({ start, end });
  }
  return overlap(ranges) ? joined(ranges) : ranges;
}

function stillHolds(condition: string | undefined, { etag, modified }: Version): boolean {
  if (condition === undefined) return true;
  return condition.includes('"') ? condition === etag : parseHTTPDate(condition) === seconds(modified);
}

function overlap(ranges: readonly Range[]): boolean {
  return ranges.some(({ start, end }, i) => ranges.slice(i + 1).some((other) => other.start < end && start < other.end));
}

function joined(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && range.start <= last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else result.push(range);
  }
  return result;
}
