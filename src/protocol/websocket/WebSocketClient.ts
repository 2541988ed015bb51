// SPDX-License-Identifier: Apache-2.0
import { openLink } from "#websocket";
import {
  addInbox,
  type AnyComponent,
  anyOf,
  type Component,
  component,
  type Inbox,
  type Outboxes,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  type Wait,
} from "../../axon/index.ts";
import { delayAfter, type Patience, settlePatience } from "./backoff.ts";
import {
  checkClient,
  DOCS,
  type Reconnect,
  type WebSocketClientInboxes,
  type WebSocketClientOptions,
  type WebSocketClientOutboxes,
} from "./clientOptions.ts";
import type { WebSocketClosed, WebSocketMessage, WebSocketPiece, WebSocketSent } from "./messages.ts";
import { Told } from "./told.ts";

/**
 * Speaks WebSocket (RFC 6455) with a server: messages on its inbox are sent, messages from the server leave from its outbox. Text is a string, everything else
 * bytes. What comes before the connection is open waits. In a browser it is the browser's own WebSocket that speaks; there is no way to have that one wait when
 * more comes than is taken.
 *
 * producerFinished closes with 1000 when all is sent, and waits for the server to close, too; shutdownMicroprocess closes at once. With `reconnect` it connects
 * again when the connection ends by itself: what had left its inbox by then may be lost, the rest is sent on the next connection.
 *
 * It signals when all is over: producerFinished after an orderly end (1000, 1001, 1005), otherwise shutdownMicroprocess with an Error that says why.
 *
 * @throws TypeError for a URL that is not of ws or wss (or http or https, which mean the same) or has a fragment, for subprotocols that there cannot be, and for
 * fields that cannot be sent
 * @throws RangeError for a size or a time that there cannot be
 * @example
 * const url = "ws://127.0.0.1:8000/chat";
 * await Pipeline(ConsoleReader(), WebSocketClient({ url }), ConsoleEchoer()).run(); // until it is stopped
 */
export function WebSocketClient(
  options: WebSocketClientOptions & { readonly pieces?: false },
): Component<WebSocketClientInboxes, WebSocketClientOutboxes<WebSocketMessage>>;
export function WebSocketClient(
  options: WebSocketClientOptions & { readonly pieces: true },
): Component<WebSocketClientInboxes, WebSocketClientOutboxes<WebSocketPiece>>;
export function WebSocketClient(options: WebSocketClientOptions): Component<WebSocketClientInboxes, WebSocketClientOutboxes>;
export function WebSocketClient(options: WebSocketClientOptions): Component<WebSocketClientInboxes, WebSocketClientOutboxes> {
  checkClient(options);
  openLink(options); // says at once what is wrong with them
  const again = settleReconnect(options.reconnect ?? false);
  return component(WebSocketClient, {
    ...DOCS,
    *main({ inbox, control }, outboxes, self) {
      const links = new Links(self, inbox, outboxes, again !== undefined);
      const told = new Told(control);
      told.hear();
      for (let failures = 0; !told.stopped; failures++) {
        const { end, opened } = yield* links.use(openLink(options), told);
        if (opened) failures = 0;
        if (told.stopped || again === undefined || failures >= again.attempts || !again.when(end)) break;
        if (told.finished && links.isEmpty) break;
        yield* rest(delayAfter(failures, again, self.system.random), told, () => links.isEmpty);
        if (told.stopped || (told.finished && links.isEmpty)) break;
      }
      outboxes.signal.send(told.stopped && told.last !== undefined ? told.last : links.farewell);
    },
  });
}

/** The connections of a client, one after the other. */
class Links {
  /** What the last one said at its end. */
  farewell: Shutdown = shutdownMicroprocess();
  readonly #self: AnyComponent;
  readonly #inbox: Inbox<WebSocketSent>;
  readonly #outboxes: Outboxes<WebSocketClientOutboxes>;
  readonly #closed: Inbox<WebSocketClosed>;
  readonly #over: Inbox<Shutdown>;
  /** Whether there may be another one. */
  readonly #keeps: boolean;
  /** What one of them had not sent. */
  #kept: WebSocketSent[] = [];

  constructor(self: AnyComponent, inbox: Inbox<WebSocketSent>, outboxes: Outboxes<WebSocketClientOutboxes>, keeps: boolean) {
    this.#keeps = keeps;
    this.#self = self;
    this.#inbox = inbox;
    this.#outboxes = outboxes;
    this.#closed = addInbox(self, "_closed", { doc: "how a connection was closed" });
    this.#over = addInbox(self, "_over", { doc: "a connection is over" });
  }

  /** Whether nothing waits to be sent. */
  get isEmpty(): boolean {
    return this.#kept.length === 0 && this.#inbox.length === 0;
  }

  /** Speaks through this one until it ends. */
  *use(link: ReturnType<typeof openLink>, told: Told): Generator<Wait, { end: WebSocketClosed; opened: boolean }, boolean> {
    this.#tie(link, told);
    if (told.last !== undefined) link.stop(told.last);
    const wait = anyOf(told.box, this.#over);
    while (this.#over.length === 0) {
      yield wait;
      const message = told.hear();
      if (message !== undefined) link.stop(message);
    }
    this.farewell = this.#over.recv();
    const end = this.#closed.recv();
    this.#outboxes.closed.send(end);
    return { end, opened: link.outboxes.connected.sent > 0 };
  }

  #tie(link: ReturnType<typeof openLink>, told: Told): void {
    const self = this.#self;
    for (const message of this.#kept) link.inboxes.inbox.deliver(message);
    this.#kept = [];
    self.addChildren(link);
    self.link(this.#inbox, link.inboxes.inbox, { passthrough: 1 });
    self.link(link.outboxes.outbox, this.#outboxes.outbox, { passthrough: 2 });
    self.link(link.outboxes.connected, this.#outboxes.connected, { passthrough: 2 });
    self.link(link.outboxes.closed, this.#closed);
    self.link(link.outboxes.signal, this.#over);
    self.watch(link, ({ failure }) => {
      self.unlink(link);
      if (this.#keeps && !told.stopped) this.#kept = [...link.inboxes.inbox];
      if (failure !== undefined) throw failure;
    });
    link.activate();
  }
}

/** Waits; but not if it was told to finish, and has nothing left to send. */
function* rest(milliseconds: number, told: Told, isEmpty: () => boolean): Generator<Wait, void, boolean> {
  yield anyOf(told.box, sleep(milliseconds));
  told.hear();
  if (told.finished && !told.stopped && !isEmpty()) yield sleep(milliseconds);
  told.hear();
}

function settleReconnect(reconnect: Reconnect | boolean): (Patience & { readonly when: (closed: WebSocketClosed) => boolean }) | undefined {
  if (reconnect === false) return undefined;
  const options = reconnect === true ? {} : reconnect;
  return { ...settlePatience(options), when: options.when ?? isWorthIt };
}

function isWorthIt({ code, status = 0 }: WebSocketClosed): boolean {
  return code !== 1000 && !(status >= 400 && status < 500 && status !== 408 && status !== 429);
}
