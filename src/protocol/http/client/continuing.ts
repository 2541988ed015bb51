// SPDX-License-Identifier: Apache-2.0
// Going on with a download that broke off, RFC 9110 13.1.5 and 14.
import type { ResponseHeader } from "../messages.ts";
import { Fault } from "./failures.ts";
import type { Prepared } from "./request.ts";

/** How to ask for the rest of an answer. @internal */
export interface Continuation {
  /** The place of the first byte that came. */
  readonly first: number;
  /** What proves that it is still the same. */
  readonly validator: string;
  /** The length of all of it, if it was said. */
  readonly total: number | undefined;
  /** Whether it did not come compressed, and is not to now. */
  readonly isPlain: boolean;
  /** Fields that the request had; and more. */
  readonly headers: Prepared["headers"];
  readonly fields: string;
  /** @throws Fault if the answer is not the rest */
  readonly check: (header: ResponseHeader) => void;
}

/** A strong entity tag, or when it was last changed: what proves that a representation is still the same, byte for byte. @internal */
export function validatorOf({ headers }: ResponseHeader, isPlain: boolean): string | undefined {
  const { etag, "last-modified": changed } = headers;
  if (etag !== undefined && /^"[\x21\x23-\xff]*"$/.test(etag)) return etag;
  return isPlain && etag === undefined ? changed : undefined;
}

/** Which bytes an answer has: `bytes 5-9/10`. @internal */
export function contentRange(
  value: string | undefined,
): { readonly from: number; readonly to: number; readonly total: number | undefined } | undefined {
  const [, from, to, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(value ?? "") ?? [];
  if (from === undefined || to === undefined) return undefined;
  return { from: Number(from), to: Number(to), total: total === undefined || total === "*" ? undefined : Number(total) };
}

/** How to ask for what follows the bytes that have come; undefined if that cannot be asked. @internal */
export function continuationOf(
  { method, headers }: Prepared,
  header: ResponseHeader,
  isPlain: boolean,
  received: number,
  before: Continuation | undefined,
): Continuation | undefined {
  if (method !== "GET") return undefined;
  const first = before?.first ?? firstByte(headers, header);
  const validator = before?.validator ?? validatorOf(header, isPlain);
  if (first === undefined || validator === undefined || header.headers["accept-ranges"] === "none") return undefined;
  const total = before === undefined ? totalOf(header) : before.total;
  const others = headers.filter(([name]) => !RANGE.test(name));
  const fields = `Range: bytes=${first + received}-\r\nIf-Range: ${validator}\r\n`;
  return { first, validator, total, isPlain, headers: others, fields, check: (answer) => checkRest(answer, first + received, total) };
}

const RANGE = /^(?:range|if-range)$/i;

/** Where an answer begins, if it goes on to the end of all. */
function firstByte(asked: Prepared["headers"], { responsecode, headers }: ResponseHeader): number | undefined {
  const range = asked.find(([name]) => /^range$/i.test(name))?.[1];
  if (responsecode === 200) return range === undefined || asked.some(([name]) => /^if-range$/i.test(name)) ? 0 : undefined;
  if (responsecode !== 206 || range === undefined || !/^bytes=\d+-$/.test(range)) return undefined;
  return contentRange(headers["content-range"])?.from;
}

function totalOf({ responsecode, length, headers }: ResponseHeader): number | undefined {
  return responsecode === 206 ? contentRange(headers["content-range"])?.total : length;
}

function checkRest({ responsecode: status, headers }: ResponseHeader, received: number, total: number | undefined): void {
  const range = contentRange(headers["content-range"]);
  if (status === 206 && range?.from === received && (total === undefined || range.total === undefined || range.total === total)) return;
  if (status === 206) throw new Fault("body", `it broke off after ${received} bytes, and the server gives another part than the rest`);
  if (status === 200)
    throw new Fault("body", `it broke off after ${received} bytes, and it has changed since, or the server knows no ranges`);
  throw new Fault("body", `it broke off after ${received} bytes, and the server answers ${status} when asked for the rest`, {
    passing: status >= 500,
  });
}
