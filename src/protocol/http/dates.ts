// SPDX-License-Identifier: Apache-2.0
// Times as HTTP writes them, RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". Days are counted as the calendar does, without asking the machine for its time.

const DAYS = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const DAY = 86_400_000;
/** Days from 1 March of the year 0 to 1 January 1970; and in 400 years. */
const [EPOCH, ERA] = [719_468, 146_097];

let lastSecond = NaN;
let lastText = "";

/** A time, in milliseconds since 1970, as HTTP writes it. */
export function httpDate(time: number): string {
  const second = Math.floor(time / 1000);
  if (second === lastSecond) return lastText;
  const { year, month, day, number } = calendar(Math.floor(time / DAY));
  const rest = second - number * 86_400;
  const clock = [rest / 3600, (rest / 60) % 60, rest % 60].map((part) => two(Math.floor(part))).join(":");
  lastSecond = second;
  return (lastText = `${DAYS[((number % 7) + 7) % 7]}, ${two(day)} ${MONTHS[month]} ${String(year).padStart(4, "0")} ${clock} GMT`);
}

/** Reads a time in any of the three forms that HTTP knows; undefined for what is none. */
export function parseHTTPDate(text: string): number | undefined {
  const match =
    /^(?:\w{3}), (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text) ??
    /^(?:\w{6,9}), (\d\d)-(\w{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/.exec(text) ??
    inOrder(/^(?:\w{3}) (\w{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(text));
  if (match === null) return undefined;
  const [, day = "", name = "", years = "", hours = "", minutes = "", seconds = ""] = match;
  const month = MONTHS.findIndex((one) => one === name);
  const year = years.length === 2 ? Number(years) + (Number(years) < 70 ? 2000 : 1900) : Number(years);
  if (month < 0 || Number(day) < 1 || Number(day) > 31 || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60)
    return undefined;
  return dayNumber(year, month, Number(day)) * DAY + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** asctime puts the year last. */
function inOrder(match: RegExpExecArray | null): readonly string[] | null {
  if (match === null) return null;
  const [all = "", month = "", day = "", hours = "", minutes = "", seconds = "", year = ""] = match;
  return [all, day, month, year, hours, minutes, seconds];
}

function two(part: number): string {
  return part < 10 ? `0${part}` : `${part}`;
}

/** The day with this number since 1970. Years begin in March here, so that the leap day is their last. */
function calendar(number: number): { year: number; month: number; day: number; number: number } {
  const era = Math.floor((number + EPOCH) / ERA);
  const ofEra = number + EPOCH - era * ERA;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = (fromMarch + 2) % 12;
  return { year: yearOfEra + era * 400 + (month < 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1, number };
}

function dayNumber(year: number, month: number, day: number): number {
  const shifted = month < 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofYear = Math.floor((153 * ((month + 10) % 12) + 2) / 5) + day - 1;
  const yearOfEra = shifted - era * 400;
  return era * ERA + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + ofYear - EPOCH;
}
