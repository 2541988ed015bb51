// SPDX-License-Identifier: Apache-2.0
import { addInbox, anyOf, component, type Inbox, sleep, type Wait } from "../../axon/index.ts";
import { DOCS, farewell, urlOf, type WebSocketClientOptions, type WebSocketLink } from "./clientOptions.ts";
import type { WebSocketClosed, WebSocketMessage, WebSocketSent } from "./messages.ts";
import { Told } from "./told.ts";

type Happened =
  | { readonly type: "open" }
  | { readonly type: "message"; readonly data: WebSocketMessage }
  | { readonly type: "close"; readonly end: WebSocketClosed };

/** Bytes that may wait in the browser before we wait; and how many milliseconds, as it does not tell. */
const [MUCH, A_WHILE] = [1 << 18, 20];

/** A connection through the browser's own WebSocket. @throws TypeError for what a browser cannot do @internal */
export const openLink: WebSocketLink = (options) => {
  const { pieces = false, closeTimeout = 5000, connectTimeout = 30_000 } = options;
  const url = urlOf(options.url).href;
  if (options.headers !== undefined) throw new TypeError(`Cannot connect to ${url} with fields of ours: a browser sends only its own`);
  return component(openLink, {
    ...DOCS,
    *main({ inbox, control }, { outbox, connected, closed, signal }, self) {
      const happened = addInbox<Happened>(self, "_happened", { doc: "what the browser tells" });
      const told = new Told(control);
      const socket = dial(url, options, happened);
      const done = self.system.expect(() => `the WebSocket to ${url}`);
      const state: State = { open: false, closing: false, end: undefined };
      const timer = self.system.clock.setTimer(
        () => {
          if (!state.open) happened.deliver({ type: "close", end: { code: 1006, reason: `no answer within ${connectTimeout} ms` } });
        },
        Math.min(connectTimeout, 2 ** 31 - 1),
      );
      const speaker = new Speaker(socket);
      try {
        while (state.end === undefined) {
          yield state.open && !state.closing ? anyOf(happened, told.box, inbox) : waitFor(happened, told, state, closeTimeout);
          told.hear();
          if (told.stopped) return;
          if (state.closing && happened.length === 0) state.end = { code: 1006, reason: "the server has not closed, too" };
          for (const one of happened) {
            if (one.type === "message") outbox.send(pieces ? { data: one.data, more: false } : one.data);
            else if (one.type === "close") state.end ??= one.end;
            else {
              state.open = true;
              connected.send({ url: options.url, protocol: socket.protocol, extensions: socket.extensions });
            }
          }
          if (!state.open || state.closing || state.end !== undefined) continue;
          for (const message of inbox) {
            speaker.say(message);
            while (socket.bufferedAmount > MUCH && state.end === undefined && !told.stopped) {
              yield sleep(A_WHILE);
              told.hear();
            }
          }
          if (told.finished && inbox.length === 0) speaker.close(1000);
          state.closing = speaker.closed;
        }
      } finally {
        timer.cancel();
        done();
        hangUp(socket);
        const end = state.end ?? { code: 1006, reason: "it was told to stop" };
        closed.send(end);
        signal.send(farewell(told, url, end));
      }
    },
  });
};

interface State {
  open: boolean;
  closing: boolean;
  end: WebSocketClosed | undefined;
}

/** Before it is open, and when we have closed, messages stay where they are. */
function waitFor(happened: Inbox<Happened>, { box }: Told, { closing }: State, closeTimeout: number): Wait {
  return closing && closeTimeout < Infinity ? anyOf(happened, box, sleep(closeTimeout)) : anyOf(happened, box);
}

function dial(url: string, { protocols = [] }: WebSocketClientOptions, happened: Inbox<Happened>): WebSocket {
  const socket = new WebSocket(url.replace(/^http/, "ws"), [...protocols]);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => happened.deliver({ type: "open" });
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
    happened.deliver({ type: "message", data: typeof data === "string" ? data : new Uint8Array(data) });
  socket.onclose = ({ code, reason }) => happened.deliver({ type: "close", end: { code, reason } });
  return socket;
}

/** It closes without a word to us. */
function hangUp(socket: WebSocket): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  if (socket.readyState !== WebSocket.CLOSED) socket.close();
}

/** Says things; pieces of a message are put together, because a browser sends whole ones only. */
class Speaker {
  closed = false;
  readonly #socket: WebSocket;
  #pieces: WebSocketMessage[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  say(message: WebSocketSent): void {
    if (this.closed) return;
    if (typeof message === "string" || message instanceof Uint8Array) this.#send(message);
    else if ("close" in message) this.close(message.close, message.reason);
    else {
      this.#pieces.push(message.data);
      if (message.more) return;
      this.#send(joined(this.#pieces));
      this.#pieces = [];
    }
  }

  close(code: number, reason?: string): void {
    if (!this.closed) this.#socket.close(code, reason);
    this.closed = true;
  }

  #send(message: WebSocketMessage): void {
    this.#socket.send(typeof message === "string" ? message : new Uint8Array(message)); // a copy: it may be of memory that is shared
  }
}

function joined(pieces: readonly WebSocketMessage[]): WebSocketMessage {
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("");
  const bytes = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
  const whole = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of bytes) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
