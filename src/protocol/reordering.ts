// SPDX-License-Identifier: Apache-2.0
import type { Gap, Numbered } from "./RecoverOrder.ts";

/** A message that waits, and since when. */
interface Waiting<T> {
  readonly message: Numbered<T>;
  readonly since: number;
}

/**
 * Numbered messages that wait for those before them, in order. Numbers wrap around; which of two is the later one, RFC 1982 says (section 3.2).
 *
 * @internal
 */
export class Reordering<T> {
  readonly #modulo: number;
  readonly #waiting: Waiting<T>[] = [];
  /** The number that follows the last one taken. */
  #next: number | undefined;

  constructor(modulo: number) {
    this.#modulo = modulo;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Whether the first one directly follows the last one taken, or is the very first. */
  get isNext(): boolean {
    const first = this.#waiting[0];
    return first !== undefined && (this.#next === undefined || this.#distance(first.message[0], this.#next) === 0);
  }

  /** The first that waits. */
  get first(): Numbered<T> | undefined {
    return this.#waiting[0]?.message;
  }

  /** Since when the first has been waiting. */
  get oldest(): number {
    return this.#waiting[0]!.since;
  }

  /** Puts a message in its place. False if its turn is over, or it is there already. */
  add(message: Numbered<T>, since: number): boolean {
    const [number] = message;
    if (this.#next !== undefined && this.#distance(number, this.#next) < 0) return false;
    let place = this.#waiting.length;
    for (; place > 0; place--) {
      const distance = this.#distance(number, this.#waiting[place - 1]!.message[0]);
      if (distance === 0) return false;
      if (distance > 0) break;
    }
    this.#waiting.splice(place, 0, { message, since });
    return true;
  }

  /** Takes the first, and says what is missing before it. */
  take(): { readonly message: Numbered<T>; readonly gap: Gap | undefined } {
    const { message } = this.#waiting.shift()!;
    const expected = this.#next;
    const count = expected === undefined ? 0 : this.#distance(message[0], expected);
    this.#next = (message[0] + 1) % this.#modulo;
    return { message, gap: count > 0 ? { first: expected!, count } : undefined };
  }

  /** How far after the other one a number is; negative if it is before. */
  #distance(number: number, other: number): number {
    const modulo = this.#modulo;
    const distance = (((number - other) % modulo) + modulo) % modulo;
    return distance < modulo / 2 ? distance : distance - modulo;
  }
}
