// SPDX-License-Identifier: Apache-2.0
import type { Clock, Connection, Random } from "../../axon/index.ts";
import { checkLink } from "./linkOptions.ts";
import { assertShape, number, shape, yesOrNo } from "./shape.ts";

/** What can go wrong with a stream of bytes. */
export interface StreamFaults {
  /** Milliseconds that bytes are on their way. Default 0. */
  readonly delay?: number;
  /** Milliseconds that they may take more or less. Order is kept. Default 0. */
  readonly jitter?: number;
  /** Bits in a second. Default: no limit. */
  readonly rate?: number;
  /** Bytes that arrive together at most. Default: as they come. */
  readonly slice?: number;
  /** Milliseconds between two slices, without which a real network would put them together again. Default 1. */
  readonly slicePause?: number;
  /** Milliseconds for which the end is kept back after all bytes have arrived. Default 0. */
  readonly slowClose?: number;
  /** After so many bytes the connection is reset. Default: it is not. */
  readonly resetAfter?: number;
  /** Nothing passes any more, and nobody is told. What comes waits until it is up again: a stream has no holes. Default false. */
  readonly down?: boolean;
}

/** Bytes that may be on the way before no more are read. */
const MOST = 1 << 18;
const PIECE = 16_384;

const STREAM = shape({
  delay: number,
  jitter: number,
  rate: number,
  slice: number,
  slicePause: number,
  slowClose: number,
  resetAfter: number,
  down: yesOrNo,
});

/** @throws RangeError for what is no fault of a stream, and for what cannot be @internal */
export function checkStream(faults: StreamFaults): void {
  assertShape("relay so badly", STREAM, faults);
  const { delay = 0, jitter = 0, rate, slice = 1, slicePause = 0, slowClose = 0, resetAfter = 0 } = faults;
  checkLink({ delay, jitter, ...(rate !== undefined && { rate }) });
  if (!(slice >= 1)) throw new RangeError(`Cannot cut bytes into slices of ${slice}: give 1 or more`);
  if (!(slicePause >= 0 && slicePause < Infinity)) throw new RangeError(`Cannot pause for ${slicePause} ms between slices: give 0 or more`);
  if (!(slowClose >= 0)) throw new RangeError(`Cannot close ${slowClose} ms later: give 0 or more`);
  if (!(resetAfter >= 0)) throw new RangeError(`Cannot reset after ${resetAfter} bytes: give 0 or more`);
}

/** One direction of a relayed connection. @internal */
export class StreamWay {
  #faults: StreamFaults;
  readonly #from: Connection;
  readonly #to: Connection;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #reset: () => void;
  #busyUntil = 0;
  #lastArrival = 0;
  #onTheWay = 0;
  #passed = 0;
  #full = false;
  #paused = false;
  /** What is to happen, in order, and of how much of it the time has come. */
  readonly #todo: { readonly what: () => void; readonly isSlice: boolean }[] = [];
  #due = 0;
  /** When the next slice may arrive, and whether there is a timer for that. */
  #nextSlice = 0;
  #pausing = false;

  constructor(faults: StreamFaults, from: Connection, to: Connection, clock: Clock, random: Random, reset: () => void) {
    this.#faults = faults;
    this.#from = from;
    this.#to = to;
    this.#clock = clock;
    this.#random = random;
    this.#reset = reset;
  }

  change(faults: StreamFaults): void {
    this.#faults = faults;
    this.#catchUp();
  }

  data(bytes: Uint8Array): void {
    const { slice, rate } = this.#faults;
    const size = Math.min(Math.floor(slice ?? Infinity), rate === undefined ? Infinity : PIECE);
    for (let at = 0; at < bytes.length; at += size) this.#send(bytes.subarray(at, Math.min(bytes.length, at + size)));
    this.#hold();
  }

  ended(): void {
    const end = (): void => this.#to.end();
    this.#later(this.#arrival(0), () => {
      const { slowClose = 0 } = this.#faults;
      if (slowClose === 0) end();
      else this.#later(this.#clock.now() + slowClose, end);
    });
  }

  /** There is room again where bytes arrive. */
  drained(): void {
    this.#full = false;
    this.#hold();
  }

  #send(piece: Uint8Array): void {
    this.#onTheWay += piece.length;
    const arrive = (): void => {
      this.#onTheWay -= piece.length;
      this.#arrive(piece);
      this.#hold();
    };
    this.#later(this.#arrival(piece.length), arrive, this.#faults.slice !== undefined);
  }

  #arrive(piece: Uint8Array): void {
    const { resetAfter = Infinity } = this.#faults;
    const rest = Math.max(0, resetAfter - this.#passed);
    const bytes = piece.length <= rest ? piece : piece.subarray(0, rest);
    this.#passed += piece.length;
    if (bytes.length > 0 && !this.#to.write([bytes])) this.#full = true;
    if (this.#passed > resetAfter || rest === 0) this.#reset();
  }

  #arrival(length: number): number {
    const { delay = 0, jitter = 0, rate } = this.#faults;
    const leaves = Math.max(this.#clock.now(), this.#busyUntil) + (rate === undefined ? 0 : (length * 8000) / rate);
    this.#busyUntil = leaves;
    const late = Math.max(0, delay + (2 * this.#random.next() - 1) * jitter);
    return (this.#lastArrival = Math.max(this.#lastArrival, leaves + late));
  }

  /** In order, although timers of a real clock that are close together may ring the other way round. */
  #later(at: number, what: () => void, isSlice = false): void {
    this.#todo.push({ what, isSlice });
    const ring = (): void => {
      this.#due++;
      this.#catchUp();
    };
    this.#clock.setTimer(ring, at - this.#clock.now());
  }

  #catchUp(): void {
    while (this.#due > 0 && this.#faults.down !== true && !this.#mustPause()) {
      this.#due--;
      const { what, isSlice } = this.#todo.shift()!;
      what();
      if (isSlice) this.#nextSlice = this.#clock.now() + (this.#faults.slicePause ?? 1);
    }
  }

  /** Whether the next one is a slice, and too close to the one before. Each waits for that one: timers of a real clock that are late would ring together. */
  #mustPause(): boolean {
    const wait = this.#todo[0]?.isSlice === true ? this.#nextSlice - this.#clock.now() : 0;
    if (wait > 0 && !this.#pausing) {
      this.#pausing = true;
      this.#clock.setTimer(() => {
        this.#pausing = false;
        this.#catchUp();
      }, wait);
    }
    return wait > 0;
  }

  /** Reads no more while there is enough on the way, or no room where it arrives. */
  #hold(): void {
    const wanted = this.#full || this.#onTheWay > MOST;
    if (wanted === this.#paused) return;
    this.#paused = wanted;
    if (wanted) this.#from.pause();
    else this.#from.resume();
  }
}
