// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Echo, specimen, type Specimens } from "../../testing/index.ts";
import {
  EventStream,
  HTTPMakePostRequest,
  HTTPParser,
  HTTPServer,
  Minimal,
  WebServer,
  WebSocketConnection,
  type WebSocketMessage,
} from "./index.ts";
import { raw } from "./parts.ts";
import { requestParser } from "./messageParser.ts";
import type { RequestHeader } from "./messages.ts";

const get = raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
const howMany = (messages: readonly unknown[]): number => messages.length;
const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString("latin1");
/** "Hi" as a client sends it, and a close. */
const [hi, close] = [Buffer.from([0x81, 0x82, 0, 0, 0, 0, 72, 105]), Buffer.from([0x88, 0x82, 0, 0, 0, 0, 3, 232])];
const copy = (...messages: Buffer[]): Buffer[] => messages.map((message) => Buffer.from(message)); // they are unmasked where they are

function request(): RequestHeader {
  const parser = requestParser();
  parser.push(get);
  const part = parser.pull();
  if (part?.type !== "ParsedHTTPHeader") throw new Error("Cannot make a request");
  return part.header;
}

function site(folder: string): string {
  mkdirSync(join(folder, "htdocs"), { recursive: true });
  writeFileSync(join(folder, "htdocs", "index.html"), "hello");
  utimesSync(join(folder, "htdocs", "index.html"), 0, 0);
  return join(folder, "htdocs");
}

export const specimens: Specimens = {
  EventStream: specimen(
    () => EventStream(),
    { inbox: ["one", { data: "two", event: "news" }, "three"] },
    { compare: (messages) => messages.map(({ data }) => data ?? "").join("") },
  ),
  HTTPMakePostRequest: specimen(() => HTTPMakePostRequest("http://a/"), { inbox: ["a", "b", "c"] }),
  HTTPParser: specimen(() => HTTPParser(), { inbox: [get, get.subarray(0, 10), get.subarray(10)] }),
  HTTPProtocol: "makes protocols; see HTTPServer",
  HTTPServer: specimen(() => HTTPServer(() => "Hello"), { inbox: [get, get, get] }, { compare: textOf }),
  Minimal: specimen(({ folder }) => Minimal(request(), { homedirectory: site(folder) }), { inbox: [] }),
  MinimalFactory: "makes handlers; see Minimal",
  ServerSentEvents: "makes handlers; see EventStream",
  WebServer: specimen(() => WebServer({ port: 0, handler: () => "Hello" }), {}, { compare: howMany }),
  WebSocketConnection: specimen(
    () => WebSocketConnection(Echo<WebSocketMessage>()),
    () => ({ inbox: copy(hi, hi, hi, close), retire: [], _news: [] }),
    { compare: textOf },
  ),
  WebSocketHandler: "makes handlers; see WebSocketConnection",
};
