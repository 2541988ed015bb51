// SPDX-License-Identifier: Apache-2.0
import { Duplex } from "node:stream";
import type { Inbox, Outbox, System } from "../../../axon/index.ts";

type Done = (error?: Error | null) => void;

/** Node.js does a part of what it is asked to do only in later rounds of its event loop; in so many at most. */
const ROUNDS = 4;

/** A stream of Node.js between the boxes of a component: what is read comes from an inbox, what is written goes to an outbox, no faster than they allow. @internal */
export class BoxDuplex extends Duplex {
  readonly #system: System;
  readonly #news: () => void;
  #pieces: Uint8Array[] = [];
  #done: Done | undefined;
  #wants = false;
  #rounds = 0;
  #expected: (() => void) | undefined;

  /** @param news called when the component is to have a turn */
  constructor(system: System, news: () => void) {
    super({ writableHighWaterMark: 262_144 });
    this.#system = system;
    this.#news = news;
  }

  /** Whether more is wanted of the inbox. */
  get wants(): boolean {
    return this.#wants && !this.destroyed;
  }

  /** Whether nothing is to be expected of Node.js before more comes. */
  get isQuiet(): boolean {
    return this.#expected === undefined && this.#done === undefined && (this.readableEnded || this.destroyed);
  }

  /** Hands over what has come; `over`: and that nothing follows. */
  receive(inbox: Inbox<Uint8Array>, over: boolean): void {
    while (this.wants && inbox.length > 0) {
      this.stir();
      this.#wants = false;
      this.push(inbox.recv());
    }
    if (!over || inbox.length > 0 || this.readableEnded || !this.wants) return;
    this.stir();
    this.#wants = false;
    this.push(null);
  }

  /** Sends what was written; more is taken when there is room again. */
  transmit(outbox: Outbox<Uint8Array>): void {
    const [pieces, done] = [this.#pieces, this.#done];
    if (done === undefined) return;
    this.#pieces = [];
    this.#done = undefined;
    for (const piece of pieces) outbox.send(piece);
    outbox.whenRoom(() => {
      this.stir();
      done();
    });
  }

  /** Until Node.js has done what it has to do now, the system is not at rest. */
  stir(): void {
    if (this.destroyed) return;
    this.#rounds = ROUNDS;
    if (this.#expected !== undefined) return;
    this.#expected = this.#system.expect("what Node.js makes of HTTP/2");
    this.#round();
  }

  /** Nobody waits any more. */
  rest(): void {
    this.#expected?.();
    this.#expected = undefined;
  }

  override _read(): void {
    this.#wants = true;
    this.#news();
  }

  override _write(piece: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#keep([piece], done);
  }

  override _writev(writes: { chunk: Uint8Array }[], done: Done): void {
    this.#keep(
      writes.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: Done): void {
    this.#keep([], done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#done?.(error);
    this.#done = undefined;
    done(error);
    this.#news();
  }

  #keep(pieces: readonly Uint8Array[], done: Done): void {
    this.#pieces.push(...pieces);
    this.#done = done;
    this.stir();
    this.#news();
  }

  #round(): void {
    // oxlint-disable-next-line no-restricted-globals -- rounds of the event loop are counted, no time
    setImmediate(() => {
      if (this.#expected === undefined) return;
      if (--this.#rounds > 0) this.#round();
      else {
        this.rest();
        this.#news();
      }
    });
  }
}
