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
  /** What was written has been sent, and waits for room. */
  #held: (() => void) | undefined;
  #isAbandoned = false;
  /** All that will ever come has been handed over. */
  #over = false;
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
    return this.#expected === undefined && this.#done === undefined && (this.#over || this.destroyed);
  }

  /** Hands over what has come. `over`: nothing follows. Node.js is not told: it fails if it writes while it ends. */
  receive(inbox: Inbox<Uint8Array>, over: boolean): void {
    while (this.wants && inbox.length > 0) {
      this.stir();
      this.#wants = false;
      this.push(inbox.recv());
    }
    this.#over = over && inbox.length === 0;
  }

  /** Sends what was written; more is taken when there is room again. */
  transmit(outbox: Outbox<Uint8Array>): void {
    const [pieces, done] = [this.#pieces, this.#done];
    if (done === undefined) return;
    this.#pieces = [];
    this.#done = undefined;
    for (const piece of pieces) outbox.send(piece);
    const held = (): void => {
      if (this.#held !== held) return;
      this.#held = undefined;
      this.stir();
      done();
    };
    this.#held = held;
    outbox.whenRoom(held);
  }

  /** Nobody takes what is written any more. `over` is called when Node.js has noticed: it fails if it has to end while it writes. */
  abandon(over: () => void): void {
    this.#isAbandoned = true;
    this.#done?.();
    this.#done = undefined;
    this.#held?.();
    this.rest();
    const round = (left: number): void => {
      // oxlint-disable-next-line no-restricted-globals -- rounds of the event loop are counted, no time
      setImmediate(() => (left > 0 ? round(left - 1) : over()));
    };
    round(ROUNDS);
  }

  /** Until Node.js has done what it has to do now, the system is not at rest. */
  stir(): void {
    if (this.destroyed || this.#isAbandoned) return;
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
    if (this.#isAbandoned) {
      done();
      return;
    }
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
