// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { type Framing, framingOf, readFields, readTrailers, TOKEN } from "./fields.ts";
import { type MessageHeader, type ParsedHTTP, Refusal, type RequestHeader, type ResponseHeader, type Sides } from "./messages.ts";
import { readRequest, readResponse } from "./startLines.ts";

/** What a message may be. */
export interface ParserLimits {
  /** Bytes of the first line. Default 8192; a longer one is refused with 414. */
  readonly maxLine?: number;
  /** Bytes of the first line and all fields, and of the fields after a body. Default 16,384; more are refused with 431. */
  readonly maxHead?: number;
  /** How many fields. Default 200; more are refused with 431. */
  readonly maxHeaders?: number;
  /** Bytes of the body. Default: no limit; a longer one is refused with 413. */
  readonly maxBody?: number;
}

type FramingOf = (block: string) => Framing;
type ReadHead<H> = (line: string, block: string, framingOf: FramingOf, method: string) => H;

/** What comes next. */
const [HEAD, FIXED, CHUNK_LINE, CHUNK, CHUNK_END, TRAILERS, UNTIL_CLOSE, END, TUNNEL, DEAD] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
type Next = number;

const CRLF = "\r\n";
const HEAD_END = Buffer.from("\r\n\r\n");
/** Bytes of the line before a chunk; and of all that such lines say beyond sizes, in one body. */
const [MAX_CHUNK_LINE, MAX_EXTENSIONS] = [4096, 16_384];
const NOTHING: Buffer = Buffer.alloc(0);
const NO_SIDES: Sides = {};
const FIRST_LETTERS = "HTTP/";

/**
 * Reads messages as they come, RFC 9112, strictly: what could be read in two ways is refused. Bytes go in with `push`; `pull` gives what they say, piece by
 * piece, and reads no further than it is asked to. It knows nothing of components.
 *
 * @internal
 */
export class MessageParser<H extends MessageHeader = RequestHeader | ResponseHeader> {
  /** Of the request that the next response answers. */
  method = "GET";
  readonly #limits: Required<ParserLimits>;
  readonly #read: ReadHead<H>;
  readonly #framingOf: FramingOf = (block) => this.#fieldsOf(block);
  readonly #isRequests: boolean;
  #bytes: Buffer = NOTHING;
  #next: Next = HEAD;
  /** Bytes of the body, or the chunk, that are still to come. */
  #left = 0;
  #body = 0;
  #extensions = 0;
  #over = false;
  /** The fields that were read last: a client usually says the same each time. */
  #block = "";
  #framing: Framing | undefined;

  /** @internal use {@link requestParser} and {@link responseParser} */
  constructor(isRequests: boolean, read: ReadHead<H>, limits: ParserLimits) {
    const { maxLine = 8192, maxHead = 16_384, maxHeaders = 200, maxBody = Infinity } = limits;
    for (const [name, limit] of Object.entries({ maxLine, maxHead, maxHeaders, maxBody }))
      if (!(limit >= 0)) throw new RangeError(`Cannot read HTTP with ${name} ${limit}: give 0 or more`);
    this.#limits = { maxLine, maxHead, maxHeaders, maxBody };
    this.#isRequests = isRequests;
    this.#read = read;
  }

  /** Whether it is between two messages, and nothing of the next has come. */
  get isIdle(): boolean {
    return this.#next === HEAD && this.#bytes.length === 0;
  }

  /** Whether it reads nothing more: the last message was refused, or the bytes end. */
  get isDead(): boolean {
    return this.#next === DEAD;
  }

  /** Bytes that have come. They belong to the parser from now on. */
  push(bytes: Uint8Array): void {
    if (this.#next === DEAD) return;
    const more = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = this.#bytes.length === 0 ? more : Buffer.concat([this.#bytes, more]);
  }

  /** Nothing more will come. A message that is not whole is refused by the next `pull`. */
  finish(): void {
    this.#over = true;
  }

  /** What was not read. For those who take over the connection. */
  rest(): Uint8Array {
    const bytes = this.#bytes;
    this.#bytes = NOTHING;
    return bytes;
  }

  /** What comes next, as far as it has come. */
  pull(): ParsedHTTP<H> | undefined {
    try {
      return this.#pull();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#die();
      return { type: "ParsedHTTPEnd", bad: { status: error.status, reason: error.reason } };
    }
  }

  #pull(): ParsedHTTP<H> | undefined {
    for (;;) {
      switch (this.#next) {
        case HEAD:
          return this.#head();
        case FIXED:
          return this.#chunk(END);
        case CHUNK_LINE:
          if (!this.#chunkLine()) return this.#unlessOver();
          break;
        case CHUNK:
          return this.#chunk(CHUNK_END);
        case CHUNK_END:
          if (!this.#chunkEnd()) return this.#unlessOver();
          break;
        case TRAILERS:
          return this.#trailers();
        case UNTIL_CLOSE:
        case TUNNEL:
          if (this.#bytes.length > 0) return this.#take(this.#bytes.length);
          if (!this.#over) return undefined;
          this.#next = DEAD;
          return { type: "ParsedHTTPEnd" };
        case END:
          this.#next = HEAD;
          return { type: "ParsedHTTPEnd" };
        default:
          return undefined;
      }
    }
  }

  // The head

  #head(): ParsedHTTP<H> | undefined {
    if (this.#isRequests) this.#skipEmptyLines();
    const bytes = this.#bytes;
    if (bytes.length === 1 && bytes[0] === 13 && this.#isRequests && !this.#over) return undefined; // perhaps an empty line
    if (bytes.length === 0) {
      if (this.#over) this.#die();
      return undefined;
    }
    const { maxHead } = this.#limits;
    const end = bytes.indexOf(HEAD_END);
    try {
      if (end < 0 || end + 4 > maxHead) {
        this.#checkBeginning(bytes.subarray(0, maxHead + 1));
        if (!this.#over) return undefined;
        throw new Refusal(400, "it breaks off before its end");
      }
      const header = this.#readHead(bytes, end);
      this.#bytes = bytes.subarray(end + 4);
      return { type: "ParsedHTTPHeader", header };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#refuse(end < 0 ? error : this.#earlier(bytes.subarray(0, end + 4), error));
    }
  }

  /** RFC 9112 2.2: before a request there may be empty lines. */
  #skipEmptyLines(): void {
    let at = 0;
    while (this.#bytes[at] === 13 && this.#bytes[at + 1] === 10) at += 2;
    if (at > 0) this.#bytes = this.#bytes.subarray(at);
  }

  #readHead(bytes: Buffer, end: number): H {
    const head = bytes.toString("latin1", 0, end + 2);
    const lineEnd = head.indexOf(CRLF);
    if (lineEnd > this.#limits.maxLine) throw tooLong(this.#limits.maxLine);
    const line = head.slice(0, lineEnd);
    const block = head.slice(lineEnd + 2);
    const header = this.#read(line, block, this.#framingOf, this.method);
    const { length } = header;
    if (length !== undefined && length > this.#limits.maxBody) throw tooMuch(this.#limits.maxBody);
    this.#next = this.#after(header);
    this.#left = length ?? 0;
    this.#body = 0;
    this.#extensions = 0;
    return header;
  }

  /** What follows a header. */
  #after(header: MessageHeader & { readonly responsecode?: number; readonly method?: string }): Next {
    const { length } = header;
    if (length === undefined) return header.headers["transfer-encoding"] === undefined ? UNTIL_CLOSE : CHUNK_LINE;
    if (length > 0) return FIXED;
    if (this.#isRequests) return header.method === "CONNECT" ? TUNNEL : END;
    const { responsecode = 0 } = header;
    if (responsecode === 101 || (this.method === "CONNECT" && responsecode > 199 && responsecode < 300)) return TUNNEL;
    return responsecode < 200 ? HEAD : END;
  }

  #fieldsOf(block: string): Framing {
    if (this.#framing !== undefined && block === this.#block) return this.#framing;
    const framing = framingOf(readFields(block, this.#limits.maxHeaders));
    this.#block = block;
    return (this.#framing = framing);
  }

  /** Looks at a head that is not whole yet. */
  #checkBeginning(bytes: Buffer): void {
    const fault = this.#faultIn(bytes);
    if (fault !== undefined) throw fault;
  }

  /** Of several faults the one that comes first, however the bytes were split when they came. */
  #earlier(head: Buffer, fault: Refusal): Refusal {
    return this.#faultIn(head.subarray(0, this.#limits.maxHead + 1)) ?? fault;
  }

  /** The first fault that can be seen in a head before it is whole. */
  #faultIn(bytes: Buffer): Refusal | undefined {
    const { maxLine, maxHead } = this.#limits;
    const first = bytes[0] ?? 0;
    if (this.#isRequests ? TOKEN[first] !== 1 : first !== FIRST_LETTERS.charCodeAt(0))
      return new Refusal(400, "it does not begin like HTTP");
    const bare = bareLineEnd(bytes);
    const lineEnd = bytes.indexOf(CRLF);
    const isLong = (lineEnd < 0 ? bytes.length - (bytes.at(-1) === 13 ? 1 : 0) : lineEnd) > maxLine;
    if (bare >= 0 && !(isLong && bare > maxLine)) return new Refusal(400, "a line ends with CR or LF alone");
    if (isLong) return tooLong(maxLine);
    return bytes.length > maxHead ? new Refusal(431, `its fields are longer than ${maxHead} bytes`) : undefined;
  }

  #refuse({ status, reason }: Refusal): ParsedHTTP<H> {
    this.#die();
    const header = { ...UNREAD, bad: { status, reason } };
    return { type: "ParsedHTTPHeader", header: header as unknown as H };
  }

  // The body

  #chunk(then: Next): ParsedHTTP<H> | undefined {
    const count = Math.min(this.#left, this.#bytes.length);
    if (count === 0) return this.#unlessOver();
    this.#left -= count;
    if (this.#left === 0) this.#next = then;
    return this.#take(count);
  }

  #take(count: number): ParsedHTTP<H> {
    const bytes = this.#bytes;
    this.#body += count;
    if (this.#next === UNTIL_CLOSE && this.#body > this.#limits.maxBody) throw tooMuch(this.#limits.maxBody);
    this.#bytes = count === bytes.length ? NOTHING : bytes.subarray(count);
    return { type: "ParsedHTTPBodyChunk", bodychunk: count === bytes.length ? bytes : bytes.subarray(0, count) };
  }

  #unlessOver(): undefined {
    if (this.#over) throw new Refusal(400, "its body breaks off before its end");
  }

  /** RFC 9112 7.1: the size of a chunk in hexadecimal, perhaps with extensions, which nobody uses. */
  #chunkLine(): boolean {
    const line = this.#line(MAX_CHUNK_LINE, "the line before a chunk");
    if (line === undefined) return false;
    const match = /^([\dA-Fa-f]+)((?:[ \t]*;[\t -~\x80-\xff]*)?)$/.exec(line);
    if (match === null) throw new Refusal(400, "the size of a chunk is not a hexadecimal number");
    const [, digits = "", extensions = ""] = match;
    const size = Number.parseInt(digits, 16);
    if (digits.length > 16 || !Number.isSafeInteger(size)) throw new Refusal(400, "the size of a chunk is larger than anything there is");
    this.#extensions += extensions.length;
    if (this.#extensions > MAX_EXTENSIONS) throw new Refusal(400, `the extensions of its chunks are longer than ${MAX_EXTENSIONS} bytes`);
    if (this.#body + size > this.#limits.maxBody) throw tooMuch(this.#limits.maxBody);
    this.#left = size;
    this.#next = size === 0 ? TRAILERS : CHUNK;
    return true;
  }

  #chunkEnd(): boolean {
    const bytes = this.#bytes;
    if ((bytes.length > 0 && bytes[0] !== 13) || (bytes.length > 1 && bytes[1] !== 10))
      throw new Refusal(400, "a chunk is not as long as it says");
    if (bytes.length < 2) return false;
    this.#bytes = bytes.subarray(2);
    this.#next = CHUNK_LINE;
    return true;
  }

  #trailers(): ParsedHTTP<H> | undefined {
    const bytes = this.#bytes;
    const { maxHead, maxHeaders } = this.#limits;
    if (bytes[0] === 13 && bytes[1] === 10) {
      this.#bytes = bytes.subarray(2);
      this.#next = HEAD;
      return { type: "ParsedHTTPEnd" };
    }
    const end = bytes.indexOf(HEAD_END);
    const head = bytes.subarray(0, Math.min(maxHead + 1, end < 0 ? bytes.length : end + 4));
    if (bareLineEnd(head) >= 0) throw new Refusal(400, "a line ends with CR or LF alone");
    if (head.length > maxHead) throw new Refusal(431, `the fields after its body are longer than ${maxHead} bytes`);
    if (end < 0) return this.#unlessOver();
    const trailers = readTrailers(head.toString("latin1", 0, end + 2), maxHeaders);
    this.#bytes = bytes.subarray(end + 4);
    this.#next = HEAD;
    return { type: "ParsedHTTPEnd", trailers };
  }

  /** The next line, once it is whole. */
  #line(limit: number, what: string): string | undefined {
    const bytes = this.#bytes;
    const end = bytes.indexOf(CRLF);
    const line = bytes.subarray(0, Math.min(limit + 1, end < 0 ? bytes.length : end));
    const bare = bareLineEnd(line);
    if (bare >= 0) throw new Refusal(400, "a line ends with CR or LF alone");
    if (line.length > limit && (end >= 0 || line.at(-1) !== 13)) throw new Refusal(400, `${what} is longer than ${limit} bytes`);
    if (end < 0) return undefined;
    this.#bytes = bytes.subarray(end + 2);
    return line.toString("latin1");
  }

  #die(): void {
    this.#next = DEAD;
    this.#bytes = NOTHING;
  }
}

/** Where a CR without LF is, or an LF without CR; -1 for nowhere. A CR at the very end may yet get its LF. */
function bareLineEnd(bytes: Buffer): number {
  let [cr, lf] = [bytes.indexOf(13), bytes.indexOf(10)];
  while (cr >= 0 && lf === cr + 1) {
    cr = bytes.indexOf(13, lf + 1);
    lf = bytes.indexOf(10, lf + 1);
  }
  if (cr >= 0 && cr < bytes.length - 1) return lf >= 0 ? Math.min(cr, lf) : cr;
  return lf;
}

function tooLong(maxLine: number): Refusal {
  return new Refusal(414, `its first line is longer than ${maxLine} bytes`);
}

function tooMuch(maxBody: number): Refusal {
  return new Refusal(413, `its body is longer than ${maxBody} bytes`);
}

/** What a header says that could not be read. @internal */
export const UNREAD: Omit<RequestHeader & ResponseHeader, "bad"> = {
  method: "",
  "raw-uri": "",
  "uri-protocol": "",
  "uri-server": "",
  "non-query-uri": "",
  query: "",
  expectsContinue: false,
  responsecode: 0,
  reason: "",
  version: "1.1",
  protocol: "HTTP",
  headers: Object.freeze(Object.create(null)),
  fields: [],
  keepAlive: false,
  length: 0,
  upgrade: undefined,
};

/** Reads requests. @internal */
export function requestParser(limits: ParserLimits = {}, secure = false, sides: Sides = NO_SIDES): MessageParser<RequestHeader> {
  return new MessageParser(true, (line, block, framing) => readRequest(line, block, framing, secure, sides), limits);
}

/** Reads responses. @internal */
export function responseParser(limits: ParserLimits = {}): MessageParser<ResponseHeader> {
  return new MessageParser(false, (line, block, framing, method) => readResponse(line, framing(block), method), limits);
}
