// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
import { workers } from "#worker";
import {
  AWAKE,
  BLOCKED,
  COUNTED_ON,
  DROWSY,
  IDLE,
  LISTENING,
  roomAt,
  type Side,
  state,
  taken,
  WANTS_DATA,
  WANTS_ROOM,
  wantsRoom,
} from "./memory.ts";
import { BYTES, CONSTANT, NUMBER, RingReader, RingWriter, VALUE } from "./ring.ts";
import type { ThreadData, ValuePort } from "./workers.ts";

/** Byte arrays longer than this do not lie in the ring: they are copied once, and move. */
const LONGEST = 2 ** 15;
/** So much is written before it is published: enough for the other side to make a batch of. */
const BATCH = 2 ** 14;
/** Values that need no more than a number to tell which. */
const CONSTANTS: readonly unknown[] = [undefined, null, false, true];

/** What one side of a channel is made of. */
export interface ChannelOptions {
  readonly memory: SharedArrayBuffer;
  readonly side: Side;
  readonly port: ValuePort;
  /** Wakes the other side when it sleeps in its event loop. */
  readonly bell: () => void;
  /** How many messages each box takes before its sender waits, in the order of the boxes. */
  readonly bounds: readonly number[];
}

/**
 * One side of the way between a component and its thread.
 *
 * Byte arrays and numbers lie in a ring of shared memory; whatever else there is goes through a message port, and a record in the ring says when it is its turn:
 * so a message is on its way as soon as it is sent, whatever the sender does next. Counters in shared memory say how many messages of each box were taken.
 * The other side is woken only if it sleeps: both sides announce that they fall asleep before they look round for a last time.
 */
export class Channel {
  readonly #words: Int32Array;
  readonly #me: number;
  readonly #other: number;
  readonly #port: ValuePort;
  readonly #bell: () => void;
  readonly #bounds: readonly number[];
  readonly #out: RingWriter;
  readonly #in: RingReader;
  /** For each box: how many messages were sent (an outgoing one), or taken (an incoming one). */
  readonly #count: Int32Array;
  /** For each outgoing box: how many the other side is known to have taken. */
  readonly #known: Int32Array;
  /** It will be woken soon. */
  #willWake = false;
  /** The box of the message that was read last. */
  box = 0;

  constructor({ memory, side, port, bell, bounds }: ChannelOptions) {
    const other = (1 - side) as Side;
    this.#words = new Int32Array(memory);
    this.#me = state(side);
    this.#other = state(other);
    this.#port = port;
    this.#bell = bell;
    this.#bounds = bounds;
    this.#out = new RingWriter(memory, side);
    this.#in = new RingReader(memory, other, workers.allocate);
    this.#count = new Int32Array(bounds.length);
    this.#known = new Int32Array(bounds.length);
  }

  /** Whether a box takes one more message. */
  hasRoom(box: number): boolean {
    const bound = this.#bounds[box]!;
    if (((this.#count[box]! - this.#known[box]!) | 0) < bound) return true;
    this.#known[box] = Atomics.load(this.#words, taken(box));
    return ((this.#count[box]! - this.#known[box]!) | 0) < bound;
  }

  /** Whether a box holds half of what it takes, or more. */
  isHalfFull(box: number): boolean {
    const half = this.#bounds[box]! >> 1;
    if (((this.#count[box]! - this.#known[box]!) | 0) < half) return false;
    this.#known[box] = Atomics.load(this.#words, taken(box));
    return ((this.#count[box]! - this.#known[box]!) | 0) >= half;
  }

  /** Says that the sender waits until the box has drained to half; answers whether it has. */
  wantRoom(box: number): boolean {
    const half = this.#bounds[box]! >> 1;
    const sent = this.#count[box]!;
    Atomics.store(this.#words, roomAt(box), sent - half);
    Atomics.store(this.#words, wantsRoom(box), 1);
    if (((sent - Atomics.load(this.#words, taken(box))) | 0) > half) return false;
    Atomics.store(this.#words, wantsRoom(box), 0);
    return true;
  }

  /** Whether the ring takes this message; if not, says that room is waited for. */
  fits(message: unknown): boolean {
    const length = message instanceof Uint8Array && message.length <= LONGEST ? message.length : 8;
    return this.#out.hasRoom(length) || this.#out.wantRoom(length);
  }

  /**
   * Sends a message that fits. The other side sees it once it is published.
   *
   * @throws an error when the message cannot be copied to another thread
   */
  write(box: number, message: unknown, transfer: readonly object[]): void {
    if (transfer.length > 0) this.#value(box, message, workers.transferable(transfer));
    else if (message instanceof Uint8Array && !isShared(message)) this.#bytes(box, message);
    else if (typeof message === "number") this.#out.number(box, message);
    else if (message === undefined || message === null || typeof message === "boolean")
      this.#out.mark(CONSTANT, box, CONSTANTS.indexOf(message));
    else this.#value(box, message, transfer);
    this.#count[box] = this.#count[box]! + 1;
    if (this.#out.unpublished >= BATCH) this.publishSoon();
  }

  /** Lets the other side see what was written, and wakes it if it waits for that. */
  publish(): void {
    if (this.#out.publish()) this.wake(WANTS_DATA);
  }

  /**
   * Lets the other side see what was written. If it sleeps, it is woken as soon as this thread has nothing else to do, or looks at its event loop:
   * to wake a thread costs as much as a hundred messages.
   */
  publishSoon(): void {
    if (!this.#out.publish() || this.#willWake || (Atomics.load(this.#words, this.#other) & WANTS_DATA) === 0) return;
    this.#willWake = true;
    host.defer(() => {
      this.#willWake = false;
      this.wake(WANTS_DATA);
    });
  }

  /** Whether a message has come. */
  get available(): boolean {
    return this.#in.available;
  }

  /** Goes on to the next message; answers whether there is one. Its box is then in `box`. */
  next(): boolean {
    if (!this.#in.next()) {
      this.freeRing();
      return false;
    }
    this.box = this.#in.box;
    return true;
  }

  /** The message that `next` went on to. Take it once. */
  get message(): unknown {
    const records = this.#in;
    if (records.kind === BYTES) return records.bytes();
    if (records.kind === VALUE) return this.#port.take();
    return records.kind === NUMBER ? records.number() : CONSTANTS[records.length];
  }

  /** Gives the room of what was read back to the ring. */
  freeRing(): void {
    if (this.#in.free()) this.wake(WANTS_ROOM);
  }

  /** A message of a box was taken. */
  took(box: number): void {
    const words = this.#words;
    const count = this.#count[box]! + 1;
    this.#count[box] = count;
    Atomics.store(words, taken(box), count);
    if (Atomics.load(words, wantsRoom(box)) === 0 || ((count - Atomics.load(words, roomAt(box))) | 0) < 0) return;
    if (Atomics.exchange(words, wantsRoom(box), 0) === 1) this.wake(WANTS_ROOM);
  }

  /** Reads a word that both sides share. */
  read(word: number): number {
    return Atomics.load(this.#words, word);
  }

  /** Writes one. */
  set(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }

  /** Wakes the other side if it waits for this. */
  wake(what: number): void {
    if ((Atomics.load(this.#words, this.#other) & what) === 0) return;
    const before = Atomics.exchange(this.#words, this.#other, AWAKE);
    if ((before & BLOCKED) !== 0) Atomics.notify(this.#words, this.#other);
    else if ((before & LISTENING) !== 0) this.#bell();
  }

  /** Whether only this side can get the other one going, which has not left a bell ringing here either. To be asked while this side listens. */
  get otherIsIdle(): boolean {
    if (this.#willWake) return false;
    return (Atomics.load(this.#words, this.#other) & IDLE) !== 0 && (Atomics.load(this.#words, this.#me) & LISTENING) !== 0;
  }

  /** Will look by itself what has come. */
  awake(): void {
    Atomics.store(this.#words, this.#me, AWAKE);
  }

  /** Goes to sleep in the event loop; a bell wakes it. False: there is something to do after all. */
  listen(wants: number, ready: () => boolean): boolean {
    Atomics.store(this.#words, this.#me, DROWSY);
    if (ready()) {
      this.awake();
      return false;
    }
    return Atomics.compareExchange(this.#words, this.#me, DROWSY, LISTENING | wants) === DROWSY;
  }

  /** Says that while this side listens, nothing but a bell can happen here. False: there was one meanwhile. */
  sayIdle(): boolean {
    const asleep = Atomics.load(this.#words, this.#me);
    if ((asleep & LISTENING) === 0) return false;
    if ((asleep & IDLE) === 0 && Atomics.compareExchange(this.#words, this.#me, asleep, asleep | IDLE) !== asleep) return false;
    this.#letGo();
    return true;
  }

  /** Blocks this thread until it is ready, or the time is over; answers whether it is ready. */
  block(wants: number, ready: () => boolean, timeout: number = Infinity): boolean {
    const end = timeout === Infinity ? Infinity : host.now() + timeout;
    const asleep = BLOCKED | wants | (timeout === Infinity ? IDLE : 0);
    for (;;) {
      Atomics.store(this.#words, this.#me, DROWSY);
      const isReady = ready();
      const left = end === Infinity ? Infinity : end - host.now();
      if (isReady || left <= 0) {
        this.awake();
        return isReady;
      }
      if (Atomics.compareExchange(this.#words, this.#me, DROWSY, asleep) !== DROWSY) continue;
      if (left === Infinity) this.#letGo();
      Atomics.wait(this.#words, this.#me, asleep, left);
    }
  }

  close(): void {
    this.#port.close();
  }

  /** Tells a system that counts on this thread that it can do nothing by itself. */
  #letGo(): void {
    if (Atomics.load(this.#words, COUNTED_ON) === 1 && Atomics.exchange(this.#words, COUNTED_ON, 0) === 1) this.#bell();
  }

  #bytes(box: number, message: Uint8Array): void {
    if (message.length <= LONGEST) {
      this.#out.bytes(box, message);
      return;
    }
    const copy = new Uint8Array(message);
    this.#value(box, copy, [copy.buffer]);
  }

  #value(box: number, message: unknown, transfer: readonly object[]): void {
    this.#port.post(message, transfer);
    this.#out.mark(VALUE, box, 0);
  }
}

/** Shared memory is shared, not copied. */
function isShared({ buffer }: Uint8Array): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/** The bounds of the boxes of a thread, in their order. Control is never bounded. */
export function boundsOf({ inboxes, outboxes, bound }: ThreadData): number[] {
  return [...inboxes.map((name) => (name === "control" ? Infinity : bound)), ...outboxes.map(() => bound)];
}
