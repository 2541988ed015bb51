// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { Component, component, settled } from "../../../axon/index.ts";
import type { Answer, Handler } from "../handlers.ts";
import type { FieldList } from "../messages.ts";
import { peek } from "../peek.ts";
import { pairsOf, type Resource, resourceOf, statusOf } from "../resource.ts";
import { fieldOf, listing, through, without } from "./amend.ts";
import { chooseCoding, type Coding, CODINGS, pack, packed, Packer } from "./codings.ts";

/** What to make shorter, and how. */
export interface CompressedOptions {
  /** Bytes from which on it is worth while. Default 1024. */
  readonly minSize?: number;
  /** Codings, the dearest first. Default br, zstd (where Node.js has it), gzip. */
  readonly codings?: readonly Coding[];
  /** Media types that become shorter. Default: text (but streams of events), JSON, JavaScript, XML, SVG, fonts that are not compressed, WebAssembly. */
  readonly types?: RegExp;
}

const TYPES =
  /^(?:text\/(?!event-stream)|[^;]+\+(?:json|xml|text)\b|application\/(?:json|javascript|xml|wasm|manifest\+json|x-javascript|rtf|vnd\.ms-fontobject)\b|font\/(?:otf|ttf)\b|image\/(?:svg\+xml|bmp|vnd\.microsoft\.icon)\b)/i;

/**
 * Makes what a handler answers shorter, if the client takes that (Accept-Encoding) and it is worth while: text, JSON and the like. What streams is compressed as it
 * is asked for, no faster; what comes slowly is not held back. Answers that have a coding, are parts (206), or say "no-transform" stay as they are. Vary is set;
 * tags (ETag) become weak ones, because the bytes differ.
 *
 * @throws RangeError for a size below 0, or a coding that Node.js does not have here
 * @example
 * const handler = compressed(MinimalFactory({ homedirectory: "htdocs" }));
 * const protocol = HTTPProtocol(handler);
 */
export function compressed(handler: Handler, options: CompressedOptions = {}): Handler {
  const { minSize = 1024, codings = CODINGS, types = TYPES } = options;
  if (!(minSize >= 0)) throw new RangeError(`Cannot compress what has ${minSize} bytes or more: give 0 or more`);
  for (const coding of codings)
    if (!CODINGS.includes(coding)) throw new RangeError(`Cannot compress with ${coding}: Node.js has ${CODINGS.join(", ")} here`);
  return (request) => {
    const { headers, method } = request.parsed;
    const compression = new Compression(chooseCoding(headers["accept-encoding"], codings), method === "HEAD", minSize, types);
    return compression.answer(handler(request));
  };
}

/** What is done to the answer of one request. */
class Compression {
  readonly coding: Coding | undefined;
  readonly #isHead: boolean;
  readonly #minSize: number;
  readonly #types: RegExp;

  constructor(coding: Coding | undefined, isHead: boolean, minSize: number, types: RegExp) {
    this.coding = coding;
    this.#isHead = isHead;
    this.#minSize = minSize;
    this.#types = types;
  }

  answer(answer: Answer | Promise<Answer>): Answer | Promise<Answer> {
    if (typeof answer === "string") return this.#resource({ data: answer });
    if (answer instanceof Uint8Array) return answer;
    if (answer instanceof Response) return this.#response(answer);
    if (typeof answer !== "object" || answer === null) return answer; // the server says what is wrong with it
    if (answer instanceof Component) return through(answer, Compress(this));
    if ("then" in answer) return answer.then((it) => this.answer(it));
    if (answer instanceof Blob) return this.#resource(resourceOf(answer));
    return "upgrade" in answer ? answer : this.#resource(answer);
  }

  /** The fields of the response if it is to be compressed; only with a word about that it could be; or undefined, if it could not. */
  fields(head: Resource, size: number | undefined, isText: boolean): { readonly headers: FieldList; readonly packs: boolean } | undefined {
    const { status } = statusOf(head.statuscode);
    const given = pairsOf(head.headers);
    const type = fieldOf(given, "content-type") ?? (isText ? "text/plain; charset=utf-8" : undefined);
    if (type === undefined || !this.#types.test(type) || status === 204 || status === 206 || status === 304) return undefined;
    if (fieldOf(given, "content-encoding") !== undefined || fieldOf(given, "content-range") !== undefined) return undefined;
    if (/\bno-transform\b/i.test(fieldOf(given, "cache-control") ?? "")) return undefined;
    const headers = listing(
      fieldOf(given, "content-type") === undefined ? [...given, ["Content-Type", type]] : given,
      "Vary",
      "Accept-Encoding",
    );
    const length = size ?? head.length ?? Number(fieldOf(given, "content-length") ?? Infinity);
    if (this.coding === undefined || length < this.#minSize) return { headers, packs: false };
    const others = without(headers, "content-length", "accept-ranges", "etag");
    const etag = fieldOf(headers, "etag");
    const tag: FieldList = etag === undefined ? [] : [["ETag", etag.startsWith("W/") ? etag : `W/${etag}`]];
    return { headers: [...others, ...tag, ["Content-Encoding", this.coding]], packs: true };
  }

  #resource(resource: Resource): Resource | Promise<Resource> {
    const { data, length: _, ...head } = resource;
    const isWhole = data === undefined || typeof data === "string" || data instanceof Uint8Array;
    const size = isWhole && !this.#isHead ? Buffer.byteLength(data ?? "") : undefined;
    const fields = this.fields(resource, size, typeof data === "string");
    if (fields === undefined) return resource;
    const { headers, packs } = fields;
    const { coding } = this;
    if (!packs || coding === undefined) return { ...resource, headers };
    if (this.#isHead) return { ...head, headers, data: nothing() }; // how long it would be, nobody knows
    if (!isWhole) return { ...head, headers, data: packed(data[Symbol.asyncIterator](), coding) };
    return pack(data ?? "", coding).then((bytes) => ({ ...head, headers, data: bytes }));
  }

  /** A Response does not say how long it is. */
  #response(response: Response): Response | Resource | Promise<Response | Resource> {
    const { status, statusText, body } = response;
    const head = { statuscode: statusText === "" ? status : `${status} ${statusText}`, headers: [...response.headers] };
    const fields = this.fields(head, undefined, false);
    if (fields === undefined) return response;
    const { coding } = this;
    if (body === null || this.#isHead || !fields.packs || coding === undefined) {
      if (fields.packs) void body?.cancel();
      const init = { status, statusText, headers: fields.headers.map(([name, value]): [string, string] => [name, value]) };
      return new Response(fields.packs ? null : body, init);
    }
    const pieces = body[Symbol.asyncIterator]();
    return peek(pieces).then(({ first, next }) => {
      if (next === undefined) return this.#resource({ ...head, data: first });
      return { ...head, headers: fields.headers, data: packed(again(first, next, pieces), coding) };
    });
  }
}

async function* nothing(): AsyncGenerator<string> {}

/** A stream of which a piece was taken, and one asked for. */
function again(
  first: string | Uint8Array,
  next: Promise<IteratorResult<string | Uint8Array>>,
  pieces: AsyncIterator<string | Uint8Array>,
): AsyncIterator<string | Uint8Array> {
  const coming = [Promise.resolve({ done: false as const, value: first }), next];
  return {
    next: () => coming.shift() ?? pieces.next(),
    return: () => pieces.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

/** Makes the response of a component shorter. */
function Compress(compression: Compression): Component<{ inbox: Resource }, { outbox: Resource }> {
  return component(Compress, {
    inboxes: { inbox: "a response" },
    outboxes: { outbox: "the same, shorter" },
    *main({ inbox }, { outbox }, self) {
      if (!(yield inbox)) return;
      const first = inbox.recv();
      const { data, complete = false, length: _, ...head } = first;
      const size = complete ? Buffer.byteLength(typeof data === "string" || data instanceof Uint8Array ? data : "") : undefined;
      const fields = compression.fields(first, size, typeof data === "string");
      const { coding } = compression;
      if (fields?.packs !== true || coding === undefined) {
        outbox.send(fields === undefined ? first : { ...first, headers: fields.headers });
        while (yield inbox) outbox.send(inbox.recv());
        return;
      }
      outbox.send({ ...head, headers: fields.headers });
      const packer = new Packer(coding);
      try {
        for (let next: Resource = first; ;) {
          if (typeof next.data === "string" || next.data instanceof Uint8Array)
            for (const bytes of yield* settled(packer.push(next.data))) outbox.send({ data: bytes });
          if (next.complete === true) break;
          if (inbox.length === 0) for (const bytes of yield* settled(packer.flush())) outbox.send({ data: bytes });
          if (!(yield inbox)) break;
          next = inbox.recv();
        }
        if (self.toldToStop) return;
        for (const bytes of yield* settled(packer.end())) outbox.send({ data: bytes });
      } finally {
        packer.destroy();
      }
    },
  });
}
