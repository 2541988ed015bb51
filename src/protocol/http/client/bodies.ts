// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { type AnyComponent, Component } from "../../../axon/index.ts";

/** A body that comes piece by piece. @internal */
export type Streamed = AnyComponent | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * A body to send: text (as UTF-8) or bytes; a form (`URLSearchParams`, `FormData`) or a `Blob`, with its Content-Type unless the request has one; or what gives
 * it piece by piece: a component that nobody has activated (its "outbox" is the body), an iterable.
 */
export type HTTPBody = string | Uint8Array | ArrayBuffer | ArrayBufferView | URLSearchParams | FormData | Blob | Streamed;

/** A body, as it is sent. @internal */
export interface SentBody {
  readonly body?: Uint8Array;
  readonly stream?: Streamed;
  /** Bytes of the stream, if they are known. */
  readonly length?: number;
  readonly type?: string;
}

const NONE: SentBody = {};

/** Undefined for what cannot be sent. @internal */
export function sentBody(body: HTTPBody | undefined): SentBody | undefined {
  if (body === undefined) return NONE;
  if (typeof body === "string") return { body: Buffer.from(body) };
  if (body instanceof Uint8Array) return { body };
  if (body instanceof ArrayBuffer) return { body: new Uint8Array(body) };
  if (ArrayBuffer.isView(body)) return { body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) };
  if (body instanceof URLSearchParams) return { body: Buffer.from(String(body)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  if (body instanceof Blob) return { stream: body.stream(), length: body.size, ...(body.type === "" ? {} : { type: body.type }) };
  if (body instanceof FormData) return sentForm(body);
  return body instanceof Component || Symbol.iterator in Object(body) || Symbol.asyncIterator in Object(body)
    ? { stream: body }
    : undefined;
}

/** As the runtime writes it: its files are read when they are sent. */
function sentForm(form: FormData): SentBody {
  const { body, headers } = new Response(form);
  const type = headers.get("content-type");
  return { ...(body === null ? {} : { stream: body }), ...(type === null ? {} : { type }) };
}
