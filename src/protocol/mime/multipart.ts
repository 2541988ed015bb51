// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { MIMEError } from "./faults.ts";
import { type MIMEHeader, type MIMELimits, readHeader } from "./headers.ts";
import type { MultipartEvent } from "./MultipartParser.ts";

const LF = 10;
const CR = 13;

/**
 * Takes a multipart body apart while it comes: RFC 2046, section 5.1.1.
 *
 * @internal
 */
export class Multipart {
  /** What is wrong with it. After that, nothing more is read. */
  fault: MIMEError | undefined;
  readonly #mark: Buffer;
  readonly #limits: MIMELimits;
  readonly #maxHeader: number;
  readonly #maxParts: number;
  #bytes = Buffer.from("\n"); // so that a boundary at the very start is one, too
  #state: "preamble" | "boundary" | "header" | "body" | "over" = "preamble";
  #parts = 0;
  /** Bytes before the body: the line end of its header. */
  #lead = 0;

  constructor(boundary: string, { maxParts = 1000, ...limits }: MIMELimits & { readonly maxParts?: number }) {
    this.#mark = Buffer.from(`\n--${boundary}`, "latin1");
    this.#limits = limits;
    this.#maxHeader = limits.maxHeader ?? 65_536;
    this.#maxParts = maxParts;
  }

  push(bytes: Uint8Array): MultipartEvent[] {
    if (this.fault !== undefined || this.#state === "over") return [];
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const events: MultipartEvent[] = [];
    try {
      while (this.#step(events));
    } catch (error) {
      if (!(error instanceof MIMEError)) throw error;
      this.fault = error;
    }
    return events;
  }

  /** At the end of the data. */
  flush(): MultipartEvent[] {
    const events = this.push(Buffer.from("\n"));
    if (this.#state !== "over") this.fault ??= new MIMEError("it ends before its last boundary");
    return events;
  }

  #step(events: MultipartEvent[]): boolean {
    switch (this.#state) {
      case "over":
        return false;
      case "boundary":
        return this.#afterBoundary();
      case "header":
        return this.#header(events);
      default:
        return this.#upToBoundary(events);
    }
  }

  #upToBoundary(events: MultipartEvent[]): boolean {
    const send = (end: number): void => {
      if (this.#state === "body" && end > this.#lead) events.push({ type: "data", bytes: this.#bytes.subarray(this.#lead, end) });
    };
    const at = this.#bytes.indexOf(this.#mark);
    if (at === -1) {
      const keep = Math.max(0, this.#bytes.length - this.#mark.length); // the beginning of a boundary, with its CR
      send(keep);
      if (keep > 0) this.#lead = 0;
      this.#bytes = this.#bytes.subarray(keep);
      return false;
    }
    const after = at + this.#mark.length;
    if (this.#bytes.length < after + 2) return false;
    if (!isEnd(this.#bytes, after)) {
      send(after); // a longer line that only begins like one
      this.#bytes = this.#bytes.subarray(after);
      this.#lead = 0;
      return true;
    }
    send(at > 0 && this.#bytes[at - 1] === CR ? at - 1 : at);
    if (this.#state === "body") events.push({ type: "end" });
    this.#bytes = this.#bytes.subarray(after);
    this.#state = "boundary";
    return true;
  }

  #afterBoundary(): boolean {
    if (this.#bytes.toString("latin1", 0, 2) === "--") {
      this.#state = "over";
      return false;
    }
    const end = this.#bytes.indexOf(LF);
    if (end === -1) return this.#checkHeader();
    this.#bytes = this.#bytes.subarray(end); // with the line end, so that an empty header has an empty line
    this.#state = "header";
    if (++this.#parts > this.#maxParts) throw new MIMEError(`it has more than ${this.#maxParts} parts`);
    return true;
  }

  #header(events: MultipartEvent[]): boolean {
    const [end, size] = endOfHeader(this.#bytes);
    if (end === -1) return this.#checkHeader();
    const header: MIMEHeader = readHeader(this.#bytes.toString("utf8", 1, Math.max(1, end)), this.#limits);
    events.push({ type: "part", header });
    this.#bytes = this.#bytes.subarray(end + size - 1); // with the last line end: it may be that of the boundary, too
    this.#lead = 1;
    this.#state = "body";
    return true;
  }

  #checkHeader(): boolean {
    if (this.#bytes.length > this.#maxHeader) throw new MIMEError(`a header of it has more than ${this.#maxHeader} bytes`);
    return false;
  }
}

/** Behind a boundary is white space, a line end, or --. */
function isEnd(bytes: Buffer, at: number): boolean {
  const next = bytes[at]!;
  return next === LF || next === CR || next === 0x20 || next === 9 || (next === 0x2d && bytes[at + 1] === 0x2d);
}

/** Where the empty line is, and how long it is with the line end before it. */
function endOfHeader(bytes: Buffer): readonly [at: number, size: number] {
  const lf = bytes.indexOf("\n\n");
  const crlf = bytes.indexOf("\n\r\n");
  if (lf === -1 && crlf === -1) return [-1, 0];
  return crlf === -1 || (lf !== -1 && lf < crlf) ? [lf, 2] : [crlf, 3];
}
