// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import {
  addOutbox,
  anyOf,
  type Component,
  component,
  type ComponentFailure,
  type Ended,
  type Inbox,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
} from "../../axon/index.ts";
import { closeFrame, frame, FrameError, FrameReader, messageFrame, PONG, type Received, type WebSocketMessage } from "./frames.ts";

/** How to speak WebSocket. */
export interface WebSocketOptions {
  /** Bytes of a message. Default 1,048,576; a longer one closes the connection with 1009. */
  readonly maxMessage?: number;
  /** Milliseconds that the client may take to close, too. Default 5000. */
  readonly closeTimeout?: number;
}

/** Handles a connection: messages from the client on "inbox", messages to it from "outbox". Text is a string, everything else bytes. */
export type WebSocketProtocol =
  | Component<{ inbox: WebSocketMessage }, { outbox: WebSocketMessage }>
  | Component<{ inbox: WebSocketMessage }, {}>;

type Boxes = { inbox: Uint8Array; control: Shutdown; _messages: WebSocketMessage; _ended: Ended };

/**
 * The server's side of a WebSocket, RFC 6455, after the handshake: bytes in and out, and a protocol component inside whose boxes carry messages.
 *
 * The protocol gets producerFinished when the client closes, and shutdownMicroprocess when the connection breaks; when it ends, the connection is closed
 * with 1000, and with 1011 when it fails. Pings are answered. A client that does what it must not is told why, and the connection is closed.
 *
 * @throws RangeError for a size or a time below 0
 * @example
 * // what WebSocketHandler makes for each connection
 * const handler: Handler = () => ({ upgrade: WebSocketConnection(PureTransformer((message: string | Uint8Array) => message)) });
 * const protocol = HTTPProtocol(handler);
 */
export function WebSocketConnection(
  protocol: WebSocketProtocol,
  { maxMessage = 1 << 20, closeTimeout = 5000 }: WebSocketOptions = {},
): Component<Boxes, { outbox: Uint8Array }> {
  if (!(maxMessage >= 0 && closeTimeout >= 0))
    throw new RangeError(`Cannot speak WebSocket with messages of ${maxMessage} bytes and ${closeTimeout} ms to close: give 0 or more`);
  return component(WebSocketConnection, {
    inboxes: {
      inbox: "bytes from the client",
      control: "producerFinished: the client says nothing more; shutdownMicroprocess: it has gone",
      _messages: "what the protocol sends",
      _ended: "the protocol has ended",
    },
    outboxes: { outbox: "bytes to the client" },
    *main({ inbox, control, _messages, _ended }, { outbox }, self) {
      const received = addOutbox<WebSocketMessage>(self, "_received", { doc: "messages for the protocol" });
      const conversation = new Conversation(maxMessage);
      self.addChildren(protocol);
      self.watch(protocol, _ended);
      self.link(received, protocol.inboxes.inbox);
      if ("outbox" in protocol.outboxes) self.link(protocol.outboxes.outbox, _messages);
      protocol.activate();
      const anything = anyOf(inbox, control, _messages, _ended);
      const closing = anyOf(control, _messages, _ended, sleep(closeTimeout));
      try {
        for (let more = true; more;) {
          const stays = conversation.toldToFinish ? closing : anything;
          const before = _messages.length + _ended.length + control.length;
          yield stays;
          if (gone(control)) return;
          const late = stays === closing && before + _messages.length + _ended.length + control.length === 0;
          for (const _ of control) conversation.inputEnds();
          if (inbox.length > 0 && !conversation.toldToFinish) conversation.hear(inbox.recv(), (message) => received.send(message));
          if (inbox.length === 0) conversation.finish(protocol);
          for (const message of _messages) conversation.say(message);
          if (late || conversation.error !== undefined) more = false;
          else if (_ended.length > 0 && _messages.length === 0) more = conversation.end(_ended.recv().failure);
          conversation.flush((bytes) => outbox.send(bytes));
        }
        if (conversation.waits) yield anyOf(inbox, control, sleep(closeTimeout));
      } finally {
        protocol.stop(shutdownMicroprocess(conversation.error ?? "the connection is closed"));
      }
      if (conversation.failure !== undefined) throw conversation.failure;
    },
  });
}

/** Whether the connection is over. The message stays, so that the kernel passes it on. */
function gone(control: Inbox<Shutdown>): boolean {
  return control.peekNext()?.type === "shutdownMicroprocess";
}

/** What is said and heard on one connection. */
class Conversation {
  /** What the client did that it must not. */
  error: FrameError | undefined;
  /** What the protocol failed with. */
  failure: ComponentFailure | undefined;
  /** The protocol knows that nothing more comes. */
  toldToFinish = false;
  readonly #reader: FrameReader;
  #frames: Buffer[] = [];
  #heardClose: number | undefined;
  #inputEnded = false;
  #saidClose = false;

  constructor(maxMessage: number) {
    this.#reader = new FrameReader(maxMessage);
  }

  /** We have closed, and the client has not yet. */
  get waits(): boolean {
    return this.#saidClose && this.#heardClose === undefined && !this.#inputEnded;
  }

  hear(bytes: Uint8Array, take: (message: WebSocketMessage) => void): void {
    this.#reader.push(bytes);
    try {
      for (let one = this.#reader.pull(); one !== undefined && this.#heardClose === undefined; one = this.#reader.pull())
        this.#take(one, take);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.error = error;
      this.#close(error.code, error.message);
    }
  }

  /** Nothing more comes, not even a close. */
  inputEnds(): void {
    this.#inputEnded = true;
  }

  /** If nothing more comes, the protocol has to know. What it still says is sent. */
  finish(protocol: WebSocketProtocol): void {
    if (this.toldToFinish || (this.#heardClose === undefined && !this.#inputEnded)) return;
    this.toldToFinish = true;
    protocol.stop(producerFinished("the client has closed"));
  }

  say(message: WebSocketMessage): void {
    if (!this.#saidClose) this.#frames.push(messageFrame(message));
  }

  /** The protocol has ended. Answers that nothing follows. */
  end(failure: ComponentFailure | undefined): false {
    this.failure = failure;
    this.#close(failure !== undefined ? 1011 : (this.#heardClose ?? 1000));
    return false;
  }

  /** Sends all that was said, in one piece. */
  flush(send: (bytes: Uint8Array) => void): void {
    if (this.#frames.length === 0) return;
    send(this.#frames.length === 1 ? this.#frames[0]! : Buffer.concat(this.#frames));
    this.#frames = [];
  }

  #close(code: number, reason?: string): void {
    if (this.#saidClose) return;
    this.#frames.push(closeFrame(code, reason));
    this.#saidClose = true;
  }

  #take(received: Received, take: (message: WebSocketMessage) => void): void {
    if (received.type === "message") take(received.message);
    else if (received.type === "ping") this.#frames.push(frame(PONG, received.payload));
    else if (received.type === "close") this.#heardClose = received.code;
  }
}
