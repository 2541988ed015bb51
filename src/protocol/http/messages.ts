// SPDX-License-Identifier: Apache-2.0

/** Fields by their names in lower case. What came several times is joined by ", " (cookies by "; "). It has no prototype, and it may be shared: do not change it. */
export type Fields = Readonly<Record<string, string>>;

/** Fields as they came: names and values, in order. */
export type FieldList = readonly (readonly [name: string, value: string])[];

/** Why a message is refused. */
export interface Refused {
  /** What to answer: 400, 413, 414, 431, 501 or 505. */
  readonly status: number;
  readonly reason: string;
}

/** What a message says before its body. */
export interface MessageHeader {
  /** Why the message is refused, or false. */
  readonly bad: Refused | false;
  /** "1.1" */
  readonly version: string;
  /** "HTTP" */
  readonly protocol: string;
  readonly headers: Fields;
  readonly fields: FieldList;
  /** Whether another message may follow on this connection. */
  readonly keepAlive: boolean;
  /** Bytes of the body; undefined when only its end will tell. */
  readonly length: number | undefined;
  /** The protocol that the connection is to be used for from here on, if it asks for one (upgrade). */
  readonly upgrade: string | undefined;
}

/** Who sent a request, and to which of our addresses. */
export interface Sides {
  readonly peer?: string | undefined;
  readonly peerport?: number | undefined;
  readonly localip?: string | undefined;
  readonly localport?: number | undefined;
}

/** What a request says before its body. The names are the original's. */
export interface RequestHeader extends MessageHeader, Sides {
  readonly method: string;
  /** As it came. */
  readonly "raw-uri": string;
  /** "http" or "https"; of an absolute URI its own. */
  readonly "uri-protocol": string;
  /** The host, with its port if it has one: of an absolute URI its own, otherwise that of the field Host. */
  readonly "uri-server": string;
  /** The path, as it came. */
  readonly "non-query-uri": string;
  /** What follows the question mark. */
  readonly query: string;
  /** What the route matched, when it came to a handler by its prefix. */
  readonly "uri-prefix-trigger"?: string;
  /** What follows the prefix. */
  readonly "uri-suffix"?: string;
  /** Whether the client waits for "100 Continue" before it sends the body. */
  readonly expectsContinue: boolean;
}

/** What a response says before its body. */
export interface ResponseHeader extends MessageHeader {
  readonly responsecode: number;
  readonly reason: string;
}

/** A message begins. */
export interface ParsedHTTPHeader<H extends MessageHeader = MessageHeader> {
  readonly type: "ParsedHTTPHeader";
  readonly header: H;
}

/** A piece of a body. */
export interface ParsedHTTPBodyChunk {
  readonly type: "ParsedHTTPBodyChunk";
  readonly bodychunk: Uint8Array;
}

/** A message has ended. */
export interface ParsedHTTPEnd {
  readonly type: "ParsedHTTPEnd";
  /** Fields that followed the body. */
  readonly trailers?: Fields;
  /** Why the body is refused, or breaks off. */
  readonly bad?: Refused;
}

/** What a parser sends. */
export type ParsedHTTP<H extends MessageHeader = MessageHeader> = ParsedHTTPHeader<H> | ParsedHTTPBodyChunk | ParsedHTTPEnd;

/** A message that is refused. @internal */
export class Refusal extends Error implements Refused {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
    this.reason = reason;
  }
}
