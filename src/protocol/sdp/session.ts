// SPDX-License-Identifier: Apache-2.0

/** `o=`: who made the description, and which version of it this is. */
export interface Origin {
  readonly user: string;
  /** Numbers too large for JavaScript stay as they are written. */
  readonly sid: string;
  readonly ver: string;
  readonly nettype: string;
  readonly addrtype: string;
  readonly addr: string;
}

/** `c=`: where to. */
export interface Connection {
  readonly nettype: string;
  readonly addrtype: string;
  readonly addr: string;
  /** Routers that multicast packets pass at most; only for IP4. */
  readonly ttl?: number;
  /** How many addresses, from `addr` on. */
  readonly groupsize: number;
}

/** `b=`: bits per second, whatever unit is written. */
export interface Bandwidth {
  readonly mode: string;
  readonly bits: number;
}

/** `r=`, in seconds. */
export interface Repeat {
  readonly interval: number;
  readonly duration: number;
  readonly offsets: readonly number[];
}

/** `t=` and the `r=` after it: seconds since 1900 (NTP); 0 for no bound. */
export interface Time {
  readonly start: number;
  readonly stop: number;
  readonly repeats: readonly Repeat[];
}

/** `z=`: from when on clocks differ by how many seconds. */
export interface Adjustment {
  readonly time: number;
  readonly offset: number;
}

/** `a=name` or `a=name:value`. */
export interface Attribute {
  readonly name: string;
  readonly value?: string;
}

/** A line that RFC 8866 does not know: `x=y`. */
export interface UnknownLine {
  readonly type: string;
  readonly value: string;
}

/** What a session has, and each of its media may have, too. */
interface Description {
  readonly information?: string;
  readonly bandwidth: readonly Bandwidth[];
  readonly encryption?: string;
  readonly attribute: readonly Attribute[];
  readonly unknown: readonly UnknownLine[];
}

/** `m=` and what follows it. */
export interface Media extends Description {
  readonly media: string;
  readonly port: number;
  readonly nports: number;
  readonly proto: string;
  readonly formats: readonly string[];
  /** One for each layer; none: that of the session. */
  readonly connection: readonly Connection[];
}

/** A session description (RFC 8866). The names are the original's. */
export interface SDPSession extends Description {
  readonly protocol_version: 0;
  readonly origin: Origin;
  readonly sessionname: string;
  readonly URI?: string;
  readonly email: readonly string[];
  readonly phone: readonly string[];
  readonly connection?: Connection;
  readonly time: readonly Time[];
  readonly adjustments: readonly Adjustment[];
  readonly media: readonly Media[];
}

/** Something is not as RFC 8866 says. */
export class SDPError extends SyntaxError {
  override readonly name = "SDPError";
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;

  constructor(fault: string, line: number, column: number) {
    super(`Cannot read line ${line} of the session description, column ${column}: ${fault}`);
    this.line = line;
    this.column = column;
  }
}
