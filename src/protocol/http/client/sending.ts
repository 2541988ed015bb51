// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import {
  type AnyComponent,
  Component,
  component,
  FromIterable,
  Happening,
  type Inbox,
  inboxOf,
  type Main,
  outboxOf,
  shutdownMicroprocess,
} from "../../../axon/index.ts";
import type { Streamed } from "./bodies.ts";

/** Where a body goes that comes piece by piece. @internal */
export interface BodyTarget {
  /** False: there is no room for more before `drained`. */
  readonly write: (pieces: readonly Uint8Array[]) => boolean;
  /** It waits for the server from now on, or no longer. */
  readonly turned: () => void;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

const [CRLF, LAST] = [Buffer.from("\r\n"), Buffer.from("0\r\n\r\n")];

/** Sends a body piece by piece, as fast as it comes and the server takes it. @internal */
export class Sending {
  readonly #target: BodyTarget;
  /** Bytes that are still to come; undefined: it is sent in chunks. */
  #left: number | undefined;
  readonly #source: AnyComponent;
  readonly #sender: Component<{ inbox: string | Uint8Array }, {}>;
  #room: Happening | undefined;
  #isOver = false;

  constructor(owner: AnyComponent, body: Streamed, length: number | undefined, target: BodyTarget) {
    this.#target = target;
    this.#left = length;
    this.#source = body instanceof Component ? body : FromIterable(body);
    this.#sender = component(Sending, {
      inboxes: { inbox: "the body of a request" },
      main: ({ inbox }, _, self) => this.#main(inbox, self),
    });
    owner.addChildren(this.#source, this.#sender);
    this.#sender.link(outboxOf(this.#source, "outbox"), inboxOf(this.#sender, "inbox"));
    this.#sender.link(outboxOf(this.#source, "signal"), inboxOf(this.#sender, "control"));
    owner.watch(this.#source, ({ failure, reason }) => {
      if (reason !== "finished") this.#fail(failure ?? new Error("the component that gives it was ended"));
    });
    owner.watch(this.#sender, ({ failure }) => {
      if (failure !== undefined) this.#fail(failure.cause instanceof Error ? failure.cause : failure); // it costs this request, and no other
    });
    this.#source.activate();
    this.#sender.activate();
  }

  /** It waits for the server to take what was sent. */
  get isHeld(): boolean {
    return this.#room !== undefined;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  drained(): void {
    const room = this.#room;
    if (room === undefined) return;
    this.#room = undefined;
    room.happen();
    this.#target.turned();
  }

  stop(): void {
    this.#isOver = true;
    this.drained();
    for (const one of [this.#source, this.#sender]) one.stop(shutdownMicroprocess("the body is not wanted any more"));
  }

  *#main(inbox: Inbox<string | Uint8Array>, self: AnyComponent): Main {
    while ((yield inbox) && !this.#isOver) {
      const pieces: Uint8Array[] = [];
      while (inbox.length > 0) this.#frame(inbox.recv(), pieces);
      if (this.#left !== undefined && this.#left < 0) {
        this.#fail(new Error("it is longer than its length says"));
        return;
      }
      if (pieces.length > 0 && !this.#target.write(pieces)) {
        const room = (this.#room = new Happening("room for the body of a request"));
        this.#target.turned();
        yield room;
      }
    }
    if (this.#isOver) return;
    if (self.toldToStop) this.#fail(new Error("it breaks off"));
    else if (this.#left !== undefined && this.#left > 0) this.#fail(new Error("it is shorter than its length says"));
    else {
      this.#isOver = true;
      if (this.#left === undefined) this.#target.write([LAST]);
      this.#target.done();
    }
  }

  /** @throws TypeError for what is no piece of a body */
  #frame(piece: string | Uint8Array, pieces: Uint8Array[]): void {
    if (typeof piece !== "string" && !(piece instanceof Uint8Array))
      throw new TypeError(`a piece of it is ${JSON.stringify(piece) ?? typeof piece}: give text or bytes`);
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    if (bytes.length === 0) return;
    if (this.#left === undefined) pieces.push(Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF);
    else {
      this.#left -= bytes.length;
      pieces.push(bytes);
    }
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#target.failed(error);
  }
}
