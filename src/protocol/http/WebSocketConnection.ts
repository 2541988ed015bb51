// SPDX-License-Identifier: Apache-2.0
import {
  addOutbox,
  type AnyComponent,
  anyOf,
  type Component,
  component,
  type Inbox,
  type Outbox,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
} from "../../axon/index.ts";
import { Conversation } from "../websocket/conversation.ts";
import type { Agreed } from "../websocket/extensions.ts";
import type { WebSocketMessage, WebSocketPiece, WebSocketSent } from "../websocket/messages.ts";
import { settle, type Settled, type WebSocketOptions } from "../websocket/options.ts";

/**
 * Handles a connection: messages from the client on "inbox", messages to it from "outbox". Text is a string, everything else bytes; so that a protocol of bytes
 * (`EchoProtocol`) does for clients that send bytes.
 */
export type WebSocketProtocol =
  | Component<{ inbox: WebSocketMessage }, { outbox: WebSocketSent }>
  | Component<{ inbox: WebSocketPiece }, { outbox: WebSocketSent }>
  | Component<{ inbox: Uint8Array }, { outbox: WebSocketSent }>
  | Component<{ inbox: string }, { outbox: WebSocketSent }>
  | Component<{ inbox: WebSocketMessage }, {}>
  | Component<{}, { outbox: WebSocketSent }>;

type Boxes = { inbox: Uint8Array; control: Shutdown; retire: boolean; _news: boolean };

/**
 * The server's side of a WebSocket, RFC 6455, after the handshake: bytes in and out, and a protocol component inside whose boxes carry messages.
 *
 * The protocol gets producerFinished when the client closes, with what it has said ({@link WebSocketClosed}) as its message, and shutdownMicroprocess when the
 * connection breaks. When it ends, the connection is closed with 1000, with 1011 when it fails, and otherwise as a message { close, reason } of its own says.
 * Pings are answered, and the client is pinged when nothing is heard of it. A client that does what it must not is told why, and the connection is closed.
 * When the server is going to stop, the protocol gets producerFinished, and the client 1001.
 *
 * @throws RangeError for a size or a time that there cannot be
 * @example
 * // what WebSocketHandler makes for each connection
 * const handler: Handler = () => ({ upgrade: WebSocketConnection(PureTransformer((message: string | Uint8Array) => message)) });
 * const protocol = HTTPProtocol(handler);
 */
export function WebSocketConnection(protocol: WebSocketProtocol, options: WebSocketOptions = {}): Component<Boxes, { outbox: Uint8Array }> {
  return connectionOf(protocol, settle(options));
}

/** As WebSocketConnection, with what was agreed on. @internal */
export function connectionOf(protocol: WebSocketProtocol, settings: Settled, agreed?: Agreed): Component<Boxes, { outbox: Uint8Array }> {
  return component(WebSocketConnection, {
    inboxes: {
      inbox: "bytes from the client",
      control: "producerFinished: the client says nothing more; shutdownMicroprocess: it has gone",
      retire: "any message: the server is going to stop",
      _news: "something else has happened",
    },
    outboxes: { outbox: "bytes to the client" },
    *main({ inbox, control, retire, _news }, { outbox }, self) {
      const heard = addOutbox<WebSocketMessage | WebSocketPiece>(self, "_received", { doc: "messages for the protocol" });
      const bytesOut = addOutbox<Uint8Array>(self, "_answers", { doc: "pongs and closes" });
      const conversation = new Conversation(self, { bytesIn: inbox, bytesOut, heard, news: _news }, true, settings, agreed);
      self.link(bytesOut, outbox);
      self.link(retire, _news);
      const [open, blocked] = [anyOf(inbox, control, _news), anyOf(control, _news)];
      let speaking: Speaking | undefined;
      try {
        speaking = new Speaking(self, protocol, conversation, outbox);
        for (;;) {
          if (control.length > 0 && speaking.hearControl(control)) return;
          conversation.work();
          speaking.finish(settings.closeTimeout);
          if (conversation.isOver) break;
          yield conversation.blocked ? blocked : open;
        }
        if (speaking.failure !== undefined) throw speaking.failure;
      } finally {
        conversation.end();
        speaking?.stop(shutdownMicroprocess(conversation.heardClose ?? "the connection is closed"));
      }
    },
  });
}

/** Sends what the protocol says. That it has one box only makes it fast: what is said to a thousand is a turn for each of these. */
function WebSocketSpeaker(conversation: Conversation): Component<{ inbox: WebSocketSent }, { outbox: Uint8Array }> {
  return component(WebSocketSpeaker, {
    inboxes: { inbox: "what the protocol sends" },
    outboxes: { outbox: "bytes to the client" },
    *main({ inbox }, { outbox }) {
      const { speech } = conversation;
      while (yield inbox) {
        const bytes = speech.only(inbox);
        if (bytes !== undefined) outbox.send(bytes);
        else {
          conversation.say(inbox);
          conversation.flush(outbox);
        }
      }
    },
  });
}

/** The protocol of a connection, and what it says, to the end. */
class Speaking {
  failure: Error | undefined;
  readonly #protocol: WebSocketProtocol;
  readonly #conversation: Conversation;
  readonly #speaker: ReturnType<typeof WebSocketSpeaker>;
  /** The protocol was told that nothing more comes. */
  #isTold = false;

  constructor(self: AnyComponent, protocol: WebSocketProtocol, conversation: Conversation, outbox: Outbox<Uint8Array>) {
    const speaker = WebSocketSpeaker(conversation);
    this.#protocol = protocol;
    this.#conversation = conversation;
    this.#speaker = speaker;
    self.addChildren(protocol, speaker);
    self.watch(protocol, ({ failure }) => {
      this.failure ??= failure;
      conversation.deaf = true;
      speaker.stop(producerFinished("the protocol has ended"));
    });
    self.watch(speaker, ({ failure }) => {
      this.failure ??= failure;
      conversation.deaf = true;
      conversation.tell();
    });
    if ("inbox" in protocol.inboxes) self.link([self, "_received"], [protocol, "inbox"]);
    if ("outbox" in protocol.outboxes) self.link(protocol.outboxes.outbox, speaker.inboxes.inbox);
    self.link(speaker.outboxes.outbox, outbox);
    speaker.activate();
    protocol.activate();
  }

  /** Answers whether the connection is over. That message stays, so that the kernel passes it on. */
  hearControl(control: Inbox<Shutdown>): boolean {
    while (control.length > 0) {
      if (control.peekNext()?.type === "shutdownMicroprocess") return true;
      control.recv();
      this.#conversation.inputEnds();
    }
    return false;
  }

  /** If the client says nothing more, or the server is going to stop, the protocol has to know. What it still says is sent, and then the connection closed. */
  finish(closeTimeout: number): void {
    const conversation = this.#conversation;
    const { heardClose, retiring, deaf } = conversation;
    if (!this.#isTold && !deaf && (heardClose !== undefined || retiring)) {
      this.#isTold = true;
      conversation.within(closeTimeout);
      this.#protocol.stop(producerFinished(heardClose ?? "the server is going to stop"));
    }
    if (!this.#speaker.isStopped && !(this.#isTold && conversation.late)) return;
    if (this.failure !== undefined) conversation.close(1011);
    else if (retiring) conversation.close(1001);
    else if (heardClose === undefined || heardClose.code === 1006) conversation.close(1000);
    else conversation.close(heardClose.code, heardClose.reason);
  }

  /** Ends it at once. */
  stop(message: Shutdown): void {
    this.#protocol.stop(message);
    this.#speaker.stop(message);
  }
}
