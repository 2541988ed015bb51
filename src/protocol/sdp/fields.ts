// SPDX-License-Identifier: Apache-2.0
import { type Adjustment, type Attribute, type Bandwidth, type Connection, type Origin, type Repeat, SDPError } from "./session.ts";

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
/** Bandwidths of these kinds are written in bits, others in thousands of them. */
export const IN_BITS: ReadonlySet<string> = new Set(["TIAS", "RR", "RS"]);

/** A line of a session description, read from left to right. */
export class Line {
  readonly type: string;
  readonly value: string;
  readonly #number: number;
  #at = 0;

  /** @throws SDPError when it does not begin with a letter and "=" */
  constructor(text: string, number: number) {
    this.#number = number;
    if (!/^[a-z]=/i.test(text)) throw new SDPError(`${JSON.stringify(text.slice(0, 2))} is no letter and "="`, number, 1);
    this.type = text[0]!;
    this.value = text.slice(2);
  }

  /** An error at a place of the value. */
  fault(fault: string, at: number = this.#at): SDPError {
    return new SDPError(fault, this.#number, 3 + at);
  }

  /** Whether something is left. */
  get more(): boolean {
    return this.#at < this.value.length;
  }

  /** All that is left. It may not be empty. */
  rest(what: string): string {
    if (!this.more) throw this.fault(`${what} is missing`);
    const rest = this.value.slice(this.#at);
    this.#at = this.value.length;
    return rest;
  }

  /** What comes before the next space. */
  word(what: string): string {
    const [word] = /^[^ ]*/.exec(this.value.slice(this.#at))!;
    if (word === "") throw this.fault(`${what} is missing`);
    this.#at += word.length;
    while (this.value[this.#at] === " ") this.#at++;
    return word;
  }

  number(what: string, greatest: number = Number.MAX_SAFE_INTEGER): number {
    const at = this.#at;
    return this.integer(this.word(what), what, at, greatest);
  }

  integer(text: string, what: string, at: number, greatest: number = Number.MAX_SAFE_INTEGER): number {
    if (/^\d{1,16}$/.test(text) && Number(text) <= greatest) return Number(text);
    throw this.fault(`${what} is ${JSON.stringify(text)}, not a number from 0 to ${greatest}`, at);
  }

  /** Seconds, perhaps written as days, hours or minutes: `7d`. */
  seconds(what: string): number {
    const at = this.#at;
    const match = /^(-?)(\d{1,15})([dhms]?)$/.exec(this.word(what));
    if (match === null) throw this.fault(`${what} is no time: write seconds, or 1d, 2h, 3m`, at);
    const seconds = Number(match[2]) * (UNITS[match[3] ?? ""] ?? 1);
    return match[1] === "-" ? -seconds : seconds;
  }

  /** Nothing may be left. */
  end(): void {
    if (this.more) throw this.fault(`nothing may follow here, but ${JSON.stringify(this.value.slice(this.#at))} does`);
  }

  get at(): number {
    return this.#at;
  }
}

export function readOrigin(line: Line): Origin {
  const user = line.word("the user");
  const sid = line.word("the session's number");
  const ver = line.word("the version");
  return {
    user,
    sid,
    ver,
    nettype: line.word("the kind of network"),
    addrtype: line.word("the kind of address"),
    addr: line.word("the address"),
  };
}

export function readConnection(line: Line): Connection {
  const nettype = line.word("the kind of network");
  const addrtype = line.word("the kind of address");
  const at = line.at;
  const [addr = "", ...numbers] = line.word("the address").split("/");
  const places = addrtype === "IP6" ? 1 : 2;
  if (addr === "") throw line.fault("the address is missing", at);
  if (numbers.length > places) throw line.fault(`${addrtype} addresses are followed by ${places} numbers at most`, at);
  const [ttl, groupsize] = addrtype === "IP6" ? [undefined, numbers[0]] : numbers;
  return {
    nettype,
    addrtype,
    addr,
    ...(ttl !== undefined && { ttl: line.integer(ttl, "the TTL", at, 255) }),
    groupsize: groupsize === undefined ? 1 : line.integer(groupsize, "the number of addresses", at),
  };
}

export function readBandwidth(line: Line): Bandwidth {
  const colon = line.value.indexOf(":");
  if (colon < 1) throw line.fault('a bandwidth is its kind, ":" and a number');
  const mode = line.value.slice(0, colon);
  const number = line.integer(line.value.slice(colon + 1), "the bandwidth", colon + 1, Number.MAX_SAFE_INTEGER / 1000);
  return { mode, bits: IN_BITS.has(mode) ? number : number * 1000 };
}

export function readRepeat(line: Line): Repeat {
  const interval = line.seconds("the interval");
  const duration = line.seconds("the duration");
  const offsets: number[] = [];
  while (line.more) offsets.push(line.seconds("the offset"));
  return { interval, duration, offsets };
}

export function readAdjustments(line: Line): Adjustment[] {
  const adjustments: Adjustment[] = [];
  do adjustments.push({ time: line.number("the time"), offset: line.seconds("the offset") });
  while (line.more);
  return adjustments;
}

export function readAttribute(line: Line): Attribute {
  const colon = line.value.indexOf(":");
  if (line.value === "" || colon === 0) throw line.fault("the attribute's name is missing", 0);
  return colon === -1 ? { name: line.value } : { name: line.value.slice(0, colon), value: line.value.slice(colon + 1) };
}
