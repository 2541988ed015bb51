// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import type { ParsedHTTP, RequestHeader, ResponseHeader, Sides } from "./messages.ts";
import { type MessageParser, type ParserLimits, requestParser, responseParser } from "./messageParser.ts";

/** What to read, and how much of it. */
export interface HTTPParserOptions<M extends "request" | "response" = "request" | "response"> extends ParserLimits, Sides {
  /** Requests or responses. Default "request". */
  readonly mode?: M;
  /** Of responses: the method of the requests that they answer (the answer to HEAD has no body). Default "GET". */
  readonly method?: string;
  /** Whether the connection is encrypted: then URIs begin with https. Default false. */
  readonly secure?: boolean;
}

/**
 * Reads HTTP/1.0 and 1.1, RFC 9112: bytes in; for each message a ParsedHTTPHeader, the pieces of its body, and a ParsedHTTPEnd out. Any number of messages may
 * follow one another, and be split anywhere.
 *
 * It is strict. What might be read in two ways (two lengths, a bare LF, a folded field, white space before a colon, several hosts, a chunk that is not as long
 * as it says …) is how requests are smuggled past proxies: the header, or the end, then says in `bad` why the message is refused, and with what status, and
 * nothing more is read. Interim responses (1xx) are sent as headers without an end.
 *
 * @throws RangeError for a limit below 0
 * @example
 * await Pipeline(
 *   Feed([Buffer.from("GET /hello?you HTTP/1.1\r\nHost: example.org\r\n\r\n")]),
 *   HTTPParser(),
 *   PureTransformer((part: ParsedHTTP<RequestHeader>) => (part.type === "ParsedHTTPHeader" ? `${part.header.method} ${part.header["non-query-uri"]}` : undefined)),
 *   ConsoleEchoer(),
 * ).run(); // GET /hello
 */
export function HTTPParser(options?: HTTPParserOptions<"request">): Component<{ inbox: Uint8Array }, { outbox: ParsedHTTP<RequestHeader> }>;
export function HTTPParser(
  options: HTTPParserOptions<"response">,
): Component<{ inbox: Uint8Array }, { outbox: ParsedHTTP<ResponseHeader> }>;
export function HTTPParser(
  options: HTTPParserOptions = {},
): Component<{ inbox: Uint8Array }, { outbox: ParsedHTTP<RequestHeader | ResponseHeader> }> {
  const make = parserFor(options);
  make();
  return component(HTTPParser, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "headers, pieces of bodies, ends" },
    *main({ inbox }, { outbox }, self) {
      const parser = make();
      while (yield inbox) {
        for (const bytes of inbox) {
          parser.push(bytes);
          for (let part = parser.pull(); part !== undefined; part = parser.pull()) outbox.send(part);
        }
      }
      if (self.toldToStop) return;
      parser.finish();
      for (let part = parser.pull(); part !== undefined; part = parser.pull()) outbox.send(part);
    },
  });
}

function parserFor({ mode = "request", method = "GET", secure = false, ...rest }: HTTPParserOptions): () => MessageParser {
  const { peer, peerport, localip, localport, ...limits } = rest;
  if (mode === "request") return () => requestParser(limits, secure, { peer, peerport, localip, localport });
  return () => {
    const parser = responseParser(limits);
    parser.method = method;
    return parser;
  };
}
