// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import {
  addInbox,
  addOutbox,
  type AnyComponent,
  anyOf,
  component,
  type Inbox,
  type Outbox,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  type Wait,
} from "../../axon/index.ts";
import { TCPClient } from "../../internet/index.ts";
import { responseParser } from "../http/messageParser.ts";
import type { ResponseHeader } from "../http/messages.ts";
import { pairsOf } from "../http/resource.ts";
import { DOCS, farewell, urlOf, type WebSocketClientOptions, type WebSocketLink } from "./clientOptions.ts";
import { Conversation } from "./conversation.ts";
import { type Agreed, agreed, offerOf } from "./extensions.ts";
import { acceptOf, handshake } from "./handshake.ts";
import type { WebSocketClosed } from "./messages.ts";
import { settle, type Settled } from "./options.ts";
import { Told } from "./told.ts";

/** A handshake that did not succeed. */
class Refused extends Error {
  readonly status: number | undefined;
  constructor(reason: string, status?: number) {
    super(reason);
    this.status = status;
  }
}

interface Line {
  readonly tcp: AnyComponent;
  readonly bytesIn: Inbox<Uint8Array>;
  readonly bytesOut: Outbox<Uint8Array>;
  /** Told how the TCP connection has ended. */
  readonly over: Inbox<Shutdown>;
  readonly news: Inbox<boolean>;
}

/** A connection over TCP or TLS. @throws TypeError, RangeError for what there cannot be @internal */
export const openLink: WebSocketLink = (options) => {
  const settings = settle(options);
  const url = urlOf(options.url);
  const { connectTimeout = 30_000 } = options;
  const key = randomBytes(16).toString("base64");
  const request = handshake(url, key, fieldsOf(options, settings));
  return component(openLink, {
    ...DOCS,
    *main({ inbox, control }, { outbox, connected, closed, signal }, self) {
      const line = dial(self, url, options);
      const told = new Told(control);
      let end: WebSocketClosed = { code: 1006, reason: "it was told to stop" };
      let conversation: Conversation | undefined;
      try {
        line.bytesOut.send(request);
        const header = yield* answerTo(line, told, self, connectTimeout);
        if (header === undefined) return;
        const { protocol, agreement } = check(header, key, options, settings);
        connected.send({ url: options.url, protocol, extensions: agreement?.field ?? "" });
        const ends = { bytesIn: line.bytesIn, bytesOut: line.bytesOut, said: inbox, heard: outbox, news: line.news };
        conversation = new Conversation(self, ends, false, settings, agreement);
        yield* converse(conversation, inbox, line, told);
        end = conversation.heardClose ?? { code: 1006, reason: "the server has not closed, too" };
        if (!told.stopped) yield* hangUp(line, told, settings.closeTimeout, self);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        end = { code: 1006, reason: error.message, ...(error.status === undefined ? {} : { status: error.status }) };
      } finally {
        conversation?.end();
        line.tcp.stop(shutdownMicroprocess("the client is done"));
        closed.send(end);
        signal.send(farewell(told, options.url, end));
      }
    },
  });
};

function fieldsOf({ headers, protocols = [] }: WebSocketClientOptions, { compression }: Settled): readonly (readonly [string, string])[] {
  return pairsOf([
    ...Object.entries(headers ?? {}),
    ...(protocols.length === 0 ? [] : [["Sec-WebSocket-Protocol", protocols.join(", ")] as const]),
    ...(compression === undefined ? [] : [["Sec-WebSocket-Extensions", offerOf(compression)] as const]),
  ]);
}

function dial(self: AnyComponent, url: URL, { tls, proxy, connectTimeout }: WebSocketClientOptions): Line {
  const secure = url.protocol === "wss:" || url.protocol === "https:";
  const tcp = TCPClient({
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    ...(secure ? { tls: tls ?? true } : {}),
    ...(proxy === undefined ? {} : { proxy }),
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
  });
  const bytesIn = addInbox<Uint8Array>(self, "_bytes", { doc: "bytes from the server" });
  const bytesOut = addOutbox<Uint8Array>(self, "_out", { doc: "bytes to the server" });
  const over = addInbox<Shutdown>(self, "_over", { doc: "the connection is over" });
  const news = addInbox<boolean>(self, "_news", { doc: "something else has happened" });
  self.link(tcp.outboxes.outbox, bytesIn);
  self.link(tcp.outboxes.signal, over);
  self.link(bytesOut, tcp.inboxes.inbox);
  self.addChildren(tcp);
  self.watch(tcp, () => news.deliver(false)); // how it ended comes by its signal
  tcp.activate();
  return { tcp, bytesIn, bytesOut, over, news };
}

/** Waits for the answer to the handshake. What follows it stays in the box. Undefined when it was told to stop. */
function* answerTo(
  { bytesIn, over, news }: Line,
  told: Told,
  self: AnyComponent,
  connectTimeout: number,
): Generator<Wait, ResponseHeader | undefined, boolean> {
  const parser = responseParser();
  const { clock } = self.system;
  const late = connectTimeout === Infinity ? undefined : clock.setTimer(() => news.deliver(false), connectTimeout);
  try {
    for (;;) {
      yield anyOf(bytesIn, told.box, over, news);
      told.hear();
      if (told.stopped) return undefined;
      if (bytesIn.length > 0) parser.push(bytesIn.recv());
      else if (over.length > 0) throw new Refused(whyOver(over.recv()) ?? "the server closed the connection before it had answered");
      else if (news.length > 0) throw new Refused(`no answer within ${connectTimeout} ms`);
      const part = parser.pull();
      if (part?.type !== "ParsedHTTPHeader") continue;
      const { header } = part;
      if (header.bad !== false) throw new Refused(`the server does not speak HTTP: ${header.bad.reason}`);
      if (header.responsecode < 200 && header.responsecode !== 101) continue;
      putBack(parser.rest(), bytesIn);
      return header;
    }
  } finally {
    late?.cancel();
  }
}

/** What came with the answer is the first that was said. */
function putBack(bytes: Uint8Array, box: Inbox<Uint8Array>): void {
  if (bytes.length === 0) return;
  const later = [...box];
  for (const one of [bytes, ...later]) box.deliver(one);
}

function whyOver({ type, message }: Shutdown): string | undefined {
  if (type !== "shutdownMicroprocess") return undefined;
  return message instanceof Error ? message.message : undefined;
}

/** RFC 6455 4.1 */
function check(
  { responsecode, reason, headers }: ResponseHeader,
  key: string,
  { protocols = [] }: WebSocketClientOptions,
  { compression }: Settled,
): { readonly protocol: string; readonly agreement: Agreed | undefined } {
  if (responsecode !== 101) throw new Refused(`the server answered ${responsecode} ${reason}`.trim(), responsecode);
  const protocol = headers["sec-websocket-protocol"] ?? "";
  const connection = headers["connection"]?.split(",").map((name) => name.trim().toLowerCase());
  if (headers["upgrade"]?.toLowerCase() !== "websocket" || connection?.includes("upgrade") !== true)
    throw new Refused("the server does not speak WebSocket", responsecode);
  if (headers["sec-websocket-accept"] !== acceptOf(key)) throw new Refused("the server did not answer this handshake", responsecode);
  if (protocol !== "" && !protocols.includes(protocol))
    throw new Refused(`the server chose the subprotocol ${protocol}, which it was not offered`, responsecode);
  try {
    return { protocol, agreement: agreed(headers["sec-websocket-extensions"], compression) };
  } catch (error) {
    throw new Refused(error instanceof Error ? error.message : String(error), responsecode);
  }
}

/** From the handshake to the end. */
function* converse(conversation: Conversation, inbox: Inbox, { bytesIn, over, news }: Line, told: Told): Generator<Wait, void, boolean> {
  const [open, blocked] = [anyOf(bytesIn, told.box, inbox, over, news), anyOf(told.box, inbox, over, news)];
  for (;;) {
    told.hear();
    if (told.stopped) return;
    if (over.length > 0) conversation.inputEnds(whyOver(over.recv()));
    conversation.work();
    const { heardClose } = conversation;
    if (heardClose !== undefined) answer(conversation, heardClose);
    else if (told.finished && inbox.length === 0) conversation.close(1000);
    if (conversation.isOver) return;
    yield conversation.blocked ? blocked : open;
  }
}

/** Closes as it was closed. */
function answer(conversation: Conversation, { code, reason }: WebSocketClosed): void {
  if (code === 1006) conversation.close(1000);
  else conversation.close(code, reason);
}

/** It is the server who is to end the connection, RFC 6455 7.1.1. */
function* hangUp({ tcp, bytesIn, news }: Line, told: Told, patience: number, self: AnyComponent): Generator<Wait, void, boolean> {
  let isLate = false;
  const timer = self.system.clock.setTimer(
    () => {
      isLate = true;
      news.deliver(false);
    },
    Math.min(patience, 2 ** 31 - 1),
  );
  tcp.stop(producerFinished());
  while (!tcp.isStopped && !isLate && !told.stopped) {
    yield anyOf(told.box, bytesIn, news);
    told.hear();
    for (const _ of bytesIn);
    for (const _ of news);
  }
  timer.cancel();
}
