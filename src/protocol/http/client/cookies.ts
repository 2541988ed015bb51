// SPDX-License-Identifier: Apache-2.0
// What a field Set-Cookie says, RFC 6265bis 5.6.
import { httpDate, parseHTTPDate } from "../dates.ts";

/** A cookie as a server wrote it. */
export interface ReadCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string | undefined;
  readonly path: string | undefined;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly expires: number | null;
}

/** The longest name and value together, and the longest value of an attribute. */
const [LONGEST, LONGEST_ATTRIBUTE] = [4096, 1024];
/** No cookie is kept for longer than 400 days. */
const LATEST = 400 * 86_400_000;

/** Reads a cookie; undefined for what is none. */
export function readCookie(field: string, time: number): ReadCookie | undefined {
  for (let i = 0; i < field.length; i++) {
    const char = field.charCodeAt(i);
    if ((char < 32 && char !== 9) || char === 127 || char > 255) return undefined;
  }
  const [pair = "", ...attributes] = field.split(";");
  const equals = pair.indexOf("=");
  const name = equals < 0 ? "" : trim(pair.slice(0, equals));
  const value = trim(pair.slice(equals + 1));
  if (name.length + value.length > LONGEST || (name === "" && value === "")) return undefined;
  const said = new Map<string, string>();
  for (const attribute of attributes) {
    const at = attribute.indexOf("=");
    const text = at < 0 ? "" : trim(attribute.slice(at + 1));
    if (text.length <= LONGEST_ATTRIBUTE) said.set(trim(at < 0 ? attribute : attribute.slice(0, at)).toLowerCase(), text); // the last one counts
  }
  const expires = expiry(said.get("max-age"), said.get("expires"), time);
  return {
    name,
    value,
    domain: said.get("domain")?.replace(/^\./, "").toLowerCase(),
    path: said.get("path"),
    secure: said.has("secure"),
    httpOnly: said.has("httponly"),
    expires,
  };
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

function expiry(maxAge: string | undefined, expires: string | undefined, time: number): number | null {
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge))
    return Number(maxAge) <= 0 ? 0 : Math.min(time + LATEST, time + Number(maxAge) * 1000);
  const date = expires === undefined ? undefined : cookieDate(expires);
  return date === undefined ? null : Math.min(time + LATEST, date);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Servers write dates in many ways, RFC 6265bis 5.1.1: time, day, month and year, in any order. */
export function cookieDate(written: string): number | undefined {
  let time: readonly number[] | undefined;
  let [day, month, year] = [NaN, NaN, NaN];
  for (const token of written.split(/[\t -/;-@[-`{-~]+/)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(token);
    if (time === undefined && clock !== null) time = clock.slice(1, 4).map(Number);
    else if (Number.isNaN(day) && /^\d{1,2}(?:\D|$)/.test(token)) day = Number.parseInt(token, 10);
    else if (Number.isNaN(month) && MONTHS.includes(token.slice(0, 3).toLowerCase()))
      month = MONTHS.indexOf(token.slice(0, 3).toLowerCase());
    else if (Number.isNaN(year) && /^\d{2,4}(?:\D|$)/.test(token)) year = Number.parseInt(token, 10);
  }
  if (year >= 70 && year <= 99) year += 1900;
  else if (year >= 0 && year <= 69) year += 2000;
  const [hour = NaN, minute = NaN, second = NaN] = time ?? [];
  const isGood = day >= 1 && day <= 31 && month >= 0 && year >= 1601 && hour <= 23 && minute <= 59 && second <= 59;
  if (!isGood) return undefined;
  const text = `${two(day)} ${MONTHS[month]!.replace(/^./, (letter) => letter.toUpperCase())} ${String(year).padStart(4, "0")} ${two(hour)}:${two(minute)}:${two(second)} GMT`;
  const at = parseHTTPDate(`Sun, ${text}`); // whatever day it is
  return at !== undefined && httpDate(at).endsWith(text) ? at : undefined;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
