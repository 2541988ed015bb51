// SPDX-License-Identifier: Apache-2.0
import { SaxesParser } from "saxes";
import { Decoding } from "./decoding.ts";

/** The attributes of an element: names to values. */
export type XMLAttributes = Readonly<Record<string, string>>;

/** What is in a document. */
export type XMLEvent =
  | readonly ["document"]
  | readonly ["element", name: string, attributes: XMLAttributes]
  | readonly ["/element", name: string]
  | readonly ["chars", text: string]
  | readonly ["/document"];

/** How large a document's parts may be. The document itself may be of any size. */
export interface XMLLimits {
  /** Elements within each other. Default 1000. */
  readonly maxDepth: number;
  /** Characters of the longest name. Default 1000. */
  readonly maxName: number;
  /** Characters of the longest text, tag, comment or anything else between two events. Default 1,048,576. */
  readonly maxText: number;
}

/** Characters that are read before what they mean is sent. */
const SLICE = 4096;

/** Reads one document. The text comes as it comes; what is in it is the same however it is cut. */
export class Parsing {
  readonly #parser = new SaxesParser<{ xmlns: false; position: true }>({ xmlns: false, position: true });
  readonly #decoding = new Decoding();
  readonly #limits: XMLLimits;
  #events: XMLEvent[] = [];
  #hasBegun = false;
  #depth = 0;
  /** Characters that have come. The library's own position is right only while it reads. */
  #length = 0;
  /** Where what is read now has begun. */
  #start = { position: 0, line: 1, column: 0 };

  constructor({ maxDepth = 1000, maxName = 1000, maxText = 2 ** 20 }: Partial<XMLLimits>) {
    this.#limits = { maxDepth, maxName, maxText };
    const parser = this.#parser;
    parser.on("error", (error) => this.#fail(wordsOf(error)));
    parser.on("opentag", ({ name, attributes }) => this.#open(name, attributes));
    parser.on("closetag", ({ name }) => {
      this.#depth--;
      this.#add(["/element", name]);
    });
    const chars = (text: string): void => {
      this.#checkLength();
      if (this.#depth > 0) this.#add(["chars", text]); // the white space around the root is no text
      else this.#mark();
    };
    parser.on("text", chars);
    parser.on("cdata", chars);
    for (const other of ["comment", "processinginstruction", "doctype", "xmldecl"] as const)
      parser.on(other, () => {
        this.#checkLength();
        this.#mark();
      });
  }

  /** What is in some more of the document, bit by bit. */
  *take(piece: Uint8Array | string): Generator<readonly XMLEvent[], void, void> {
    if (typeof piece === "string") yield* this.#read(piece);
    else if (piece instanceof Uint8Array) yield* this.#decoded(piece);
    else throw new TypeError(`Cannot read ${String(piece)} as XML: send text or bytes`); // from JavaScript, where nobody checks types
  }

  /** What is at its end. Of a document of which nothing has come there is none. */
  *finish(): Generator<readonly XMLEvent[], void, void> {
    yield* this.#decoded(undefined);
    if (!this.#hasBegun) return;
    yield* this.#met(() => this.#parser.close());
    yield [["/document"]];
  }

  *#decoded(bytes: Uint8Array | undefined): Generator<readonly XMLEvent[], void, void> {
    const { text, fault } = this.#decoding.take(bytes);
    yield* this.#read(text);
    if (fault !== undefined) this.#fail(fault);
  }

  *#read(text: string): Generator<readonly XMLEvent[], void, void> {
    if (text === "") return;
    if (!this.#hasBegun) yield [["document"]];
    this.#hasBegun = true;
    for (let at = 0; at < text.length; at += SLICE) {
      yield* this.#met(() => {
        const slice = text.slice(at, at + SLICE);
        this.#parser.write(slice);
        this.#checkLength((this.#length += slice.length));
      });
    }
  }

  /** What is met meanwhile; if something is wrong, what was met before that. */
  *#met(parse: () => void): Generator<readonly XMLEvent[], void, void> {
    let fault: { readonly error: unknown } | undefined;
    try {
      parse();
    } catch (error) {
      fault = { error };
    }
    const events = this.#events;
    this.#events = [];
    yield events;
    if (fault !== undefined) throw fault.error;
  }

  #open(name: string, attributes: XMLAttributes): void {
    const { maxDepth, maxName } = this.#limits;
    this.#checkLength();
    const own: Record<string, string> = {};
    let longest = name.length;
    for (const key in attributes) {
      longest = Math.max(longest, key.length);
      if (key === "__proto__")
        Object.defineProperty(own, key, { value: attributes[key], enumerable: true, configurable: true, writable: true });
      else own[key] = attributes[key]!;
    }
    if (longest > maxName) this.#exceed(`a name has ${longest} characters; maxName is ${maxName}`);
    if (++this.#depth > maxDepth) this.#exceed(`more than ${maxDepth} elements are within each other, which is maxDepth`);
    this.#add(["element", name, own]);
  }

  #add(event: XMLEvent): void {
    this.#events.push(event);
    this.#mark();
  }

  /** Something new begins. */
  #mark(): void {
    const { position, line, column } = this.#parser;
    this.#start = { position, line, column };
  }

  #checkLength(position: number = this.#parser.position): void {
    const { maxText } = this.#limits;
    if (position - this.#start.position <= maxText + 1) return; // a text is known to be over one character later
    this.#exceed(`a text, a tag or the like has more than ${maxText} characters, which is maxText`);
  }

  #exceed(what: string): never {
    const { line, column } = this.#start;
    throw new RangeError(`Cannot read this XML at line ${line}, column ${column + 1}: ${what}`);
  }

  #fail(what: string): never {
    const { line, column } = this.#parser;
    throw new SyntaxError(`Cannot read this XML at line ${line}, column ${column}: ${what}`);
  }
}

/** @throws RangeError for a limit that is not above 0 */
export function checkLimits(limits: Partial<XMLLimits>): void {
  for (const [name, limit] of Object.entries(limits))
    if (limit !== undefined && !(limit > 0))
      throw new RangeError(`Cannot read XML: ${name} is ${limit}; give a number above 0, or Infinity`);
}

/** The library's words, without the place that it puts before them, and more than that where it is not clear. */
function wordsOf({ message }: Error): string {
  const words = message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");
  return words === "undefined entity" ? `${words}; only &amp; &lt; &gt; &quot; &apos; and numbers of characters are known` : words;
}
