// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { anyOf, Component, type Ended, inboxOf, type Main, outboxOf, type Shutdown } from "../../../axon/index.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";

/** What clients of HTTP/2 say first, RFC 9113 3.4. */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

type Side = Component<{ inbox: Uint8Array }, { outbox: Uint8Array }>;

/** Looks at the first bytes of a connection, and gives it to a server of HTTP/2 if a client of HTTP/2 says them, otherwise to one of HTTP/1.1. @internal */
export class EitherHTTP extends Component<
  { inbox: Uint8Array; control: Shutdown; _ended: Ended },
  { outbox: Uint8Array; signal: Shutdown }
> {
  static readonly Inboxes = { inbox: "bytes from the client", control: "what the server is told", _ended: "the server has ended" };
  static readonly Outboxes = { outbox: "bytes to the client", signal: "told when the connection is to be closed" };
  readonly #one: () => Side;
  readonly #two: () => Side;

  constructor(one: () => Side, two: () => Side) {
    super();
    this.#one = one;
    this.#two = two;
  }

  override get kind(): Function {
    return HTTPProtocol;
  }

  *main(): Main {
    const { inbox, control } = this.inboxes;
    let bytes = Buffer.alloc(0);
    while (isBeginning(bytes) && bytes.length < PREFACE.length) {
      if (inbox.length > 0) bytes = Buffer.concat([bytes, inbox.recv()]);
      else if (control.length > 0) break;
      else yield anyOf(inbox, control);
    }
    const server = isBeginning(bytes) && bytes.length >= PREFACE.length ? this.#two() : this.#one();
    this.#handOver(server, bytes);
    while (!server.isStopped) {
      this.pause();
      yield;
    }
  }

  #handOver(server: Component<{ inbox: Uint8Array }, { outbox: Uint8Array }>, bytes: Uint8Array): void {
    const { inbox, control, _ended } = this.inboxes;
    const { outbox, signal } = this.outboxes;
    this.addChildren(server);
    this.watch(server, _ended);
    if (bytes.length > 0) server.inboxes.inbox.deliver(bytes);
    this.link(inbox, server.inboxes.inbox, { passthrough: 1 });
    this.link(control, inboxOf(server, "control"), { passthrough: 1 });
    this.link(server.outboxes.outbox, outbox, { passthrough: 2 });
    this.link(outboxOf(server, "signal"), signal, { passthrough: 2 });
    server.activate();
  }
}

function isBeginning(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, PREFACE.length);
  return bytes.subarray(0, length).equals(PREFACE.subarray(0, length));
}
