// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { component, type Component } from "../../axon/index.ts";
import { MIMEError } from "./faults.ts";
import { type MIMEHeader, readHeader, valueOf } from "./headers.ts";
import { type MIMEMessage, type MIMEMessageLimits, messageOf } from "./message.ts";
import { parseRequestLine, type RequestLine } from "./requestLine.ts";

/** How large a request may be. */
export interface MimeRequestOptions extends MIMEMessageLimits {
  /** Bytes of a body at most. Default 16777216. */
  readonly maxBody?: number;
}

/** A request. */
export interface MimeRequest extends MIMEMessage {
  readonly preambleLine: RequestLine;
}

/**
 * Reads one request, wherever its messages are cut, sends it, and ends: a line `METHOD protocol://domain/url PROTOCOL/version`, the lines of a header, an empty line,
 * and, if there is a Content-Length, so many bytes of body. Lines end with CR LF or LF, may be folded, and a multipart body is taken apart (the original did neither).
 * What is no request is told on "malformed".
 *
 * @throws RangeError for a size below 0
 * @example
 * const request = "GET http://example.org/fish PROTO/1.0\nContent-Length: 5\n\nhello";
 * await Pipeline(Feed([Buffer.from(request)]), MimeRequestComponent(), PureTransformer(({ preambleLine }) => preambleLine.url), ConsoleEchoer()).run(); // /fish
 */
export function MimeRequestComponent({ maxBody = 16_777_216, ...limits }: MimeRequestOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: MimeRequest; malformed: SyntaxError }
> {
  if (!(maxBody >= 0)) throw new RangeError(`Cannot read a body of ${maxBody} bytes: give 0 or more`);
  return component(MimeRequestComponent, {
    inboxes: { inbox: "bytes of a request" },
    outboxes: { outbox: "the request", malformed: "what is wrong with it" },
    *main({ inbox }, { outbox, malformed }, self) {
      const request = new Request(maxBody, limits);
      try {
        while (yield inbox) {
          const whole = request.push(inbox.recv());
          if (whole !== undefined) {
            outbox.send(whole);
            return;
          }
        }
        if (!self.toldToStop && request.begun) throw new MIMEError("it is cut off");
      } catch (error) {
        if (!(error instanceof MIMEError)) throw error;
        malformed.send(error);
      }
    },
  });
}

/** A request that is coming in. */
class Request {
  readonly #maxBody: number;
  readonly #limits: MIMEMessageLimits;
  readonly #maxHeader: number;
  #pieces: Buffer[] = [];
  #size = 0;
  /** How long it is, once the header is there. */
  #whole = Infinity;
  #head: { readonly preambleLine: RequestLine; readonly header: MIMEHeader; readonly start: number } | undefined;

  constructor(maxBody: number, limits: MIMEMessageLimits) {
    this.#maxBody = maxBody;
    this.#limits = limits;
    this.#maxHeader = limits.maxHeader ?? 65_536;
  }

  get begun(): boolean {
    return this.#size > 0;
  }

  push(bytes: Uint8Array): MimeRequest | undefined {
    this.#pieces.push(Buffer.from(bytes));
    this.#size += bytes.length;
    if (this.#head === undefined) this.#readHead();
    if (this.#head === undefined || this.#size < this.#whole) return undefined;
    const { preambleLine, header, start } = this.#head;
    return { preambleLine, ...messageOf(header, this.#joined().subarray(start, this.#whole), this.#limits) };
  }

  #readHead(): void {
    const all = this.#joined();
    const before = /^[\r\n]*/.exec(all.toString("latin1", 0, 16))![0].length; // as some clients send after a body
    const text = all.toString("latin1", before, before + this.#maxHeader + 4);
    const empty = /\r?\n\r?\n/.exec(text);
    if ((empty?.index ?? text.length) > this.#maxHeader) throw new MIMEError(`its header has more than ${this.#maxHeader} bytes`);
    if (empty === null) return;
    const end = before + empty.index;
    const lines = all.toString("utf8", before, end);
    const [, line = "", rest = ""] = /^([^\r\n]*)(?:\r?\n([^]*))?$/.exec(lines) ?? [];
    const header = readHeader(rest, this.#limits);
    const start = end + empty[0].length;
    this.#head = { preambleLine: parseRequestLine(line), header, start };
    this.#whole = start + this.#lengthOf(header);
  }

  #lengthOf(header: MIMEHeader): number {
    const value = valueOf(header, "content-length") ?? "0";
    if (!/^\d+$/.test(value)) throw new MIMEError(`its Content-Length is "${value.slice(0, 60)}", which is no number`);
    if (Number(value) > this.#maxBody) throw new MIMEError(`its body has ${value.slice(0, 60)} bytes, and may have ${this.#maxBody}`);
    return Number(value);
  }

  #joined(): Buffer {
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}
