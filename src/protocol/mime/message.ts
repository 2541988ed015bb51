// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { MIMEError } from "./faults.ts";
import { type MIMEHeader, type MIMELimits, readHeader, valueOf } from "./headers.ts";
import { Multipart } from "./multipart.ts";
import { type Parameterised, parseParameters } from "./parameters.ts";
import { decodeTransfer } from "./transfer.ts";

/** How deep and how long a message may be. */
export interface MIMEMessageLimits extends MIMELimits {
  /** Parts at most, all together. Default 1000. */
  readonly maxParts?: number;
  /** Messages within messages at most. Default 10. */
  readonly maxDepth?: number;
}

/** A message, or a part of one. */
export interface MIMEMessage {
  readonly header: MIMEHeader;
  /** What it is. Where nothing is said: text/plain. */
  readonly type: Parameterised;
  /** As it came, but for its Content-Transfer-Encoding. */
  readonly body: Uint8Array;
  /** Of a multipart message, otherwise none. */
  readonly parts: readonly MIMEMessage[];
}

/**
 * Reads a message: a header, an empty line, a body; of multipart messages also the parts (RFC 2045, RFC 2046).
 *
 * @throws MIMEError for what is no such message, and for more than there may be
 * @example
 * parseMIME(Buffer.from("Content-Type: text/html\r\n\r\nhello")).type.value; // text/html
 */
export function parseMIME(bytes: Uint8Array, limits: MIMEMessageLimits = {}): MIMEMessage {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const empty = /^\r?\n|\r?\n\r?\n/.exec(all.toString("latin1"));
  const end = empty === null ? all.length : empty.index;
  const start = empty === null ? all.length : empty.index + empty[0].length;
  const header = readHeader(all.toString("utf8", 0, end), limits);
  return messageOf(header, bytes.subarray(start), limits, { left: limits.maxParts ?? 1000 }, limits.maxDepth ?? 10);
}

/** Reads the body, whose header this is. @throws MIMEError for a multipart body that is none */
export function messageOf(
  header: MIMEHeader,
  body: Uint8Array,
  limits: MIMEMessageLimits = {},
  parts: { left: number } = { left: limits.maxParts ?? 1000 },
  depth: number = limits.maxDepth ?? 10,
): MIMEMessage {
  const type = parseParameters(valueOf(header, "content-type") ?? "text/plain");
  const decoded = decodeTransfer(body, valueOf(header, "content-transfer-encoding") ?? "");
  if (!type.value.startsWith("multipart/")) return { header, type, body: decoded, parts: [] };
  const boundary = type.parameters["boundary"] ?? "";
  if (boundary.length < 1 || boundary.length > 70) throw new MIMEError(`a boundary has 1 to 70 characters, not ${boundary.length}`);
  if (depth === 0) throw new MIMEError("there are too many messages within messages");
  return { header, type, body, parts: partsOf(body, boundary, limits, parts, depth) };
}

function partsOf(body: Uint8Array, boundary: string, limits: MIMEMessageLimits, left: { left: number }, depth: number): MIMEMessage[] {
  const reader = new Multipart(boundary, { ...limits, maxParts: left.left });
  const parts: MIMEMessage[] = [];
  let header: MIMEHeader = {};
  let pieces: Uint8Array[] = [];
  for (const event of [...reader.push(body), ...reader.flush()]) {
    if (event.type === "data") pieces.push(event.bytes);
    else if (event.type === "part") header = event.header;
    else {
      left.left--;
      parts.push(messageOf(header, Buffer.concat(pieces), limits, left, depth - 1));
      pieces = [];
    }
  }
  if (reader.fault !== undefined) throw reader.fault;
  return parts;
}
