// SPDX-License-Identifier: Apache-2.0
import { Stopped } from "./errors.ts";
import type { Inbox } from "./Inbox.ts";

/** A wait for several things at once; see {@link anyOf}. */
export class AnyOf {
  /** @internal */ readonly boxes: readonly Inbox[];
  /** @internal Milliseconds after which the wait is over, if nothing came before. */ readonly timeout: number | undefined;
  /** @internal */
  constructor(boxes: readonly Inbox[], timeout: number | undefined) {
    this.boxes = boxes;
    this.timeout = timeout;
  }
}

/** A wait for time to pass; see {@link sleep}. */
export class Sleep {
  /** Milliseconds. */ readonly delay: number;
  /** @internal */
  constructor(delay: number) {
    this.delay = delay;
  }
}

/** What a component waits for in the original's `pause()`: anything. */
export const PAUSED: unique symbol = Symbol("paused");

/**
 * What `main` may yield: a box, several boxes, a time or a promise to sleep on, or nothing, to let the others have a turn.
 * (`yield 1` is how the original's components let the others have a turn; it still works.)
 */
export type Wait = Inbox | AnyOf | Sleep | PromiseLike<unknown> | void | 1;

/** The type of `main()`. Every `yield` answers true, or false once the component should stop. */
export type Main = Generator<Wait, void, boolean>;

/**
 * Sleep until any of these boxes has a message, or until the shortest of the sleeps among them is over.
 * `yield` answers true; or false once the component should stop and all the boxes are empty.
 *
 * @example
 * while (yield anyOf(inbox, sleep(1000))) {
 *   if (inbox.length === 0) outbox.send("nothing came for a second");
 *   for (const message of inbox) outbox.send(message);
 * }
 */
export function anyOf(...what: readonly (Inbox | Sleep)[]): AnyOf {
  const boxes: Inbox[] = [];
  let timeout: number | undefined;
  for (const one of what) {
    if (one instanceof Sleep) timeout = Math.min(timeout ?? Infinity, one.delay);
    else boxes.push(one);
  }
  return new AnyOf(boxes, timeout);
}

/**
 * Sleep for so many milliseconds by the system's clock. `sleep(Infinity)` sleeps until the component is told to stop. Less than 0 is 0: what is slept
 * until may be over by the time that one asks for it, `sleep(due - clock.now())`.
 *
 * A component that has inboxes sleeps to the end also after producerFinished (it may be delaying what it still holds);
 * shutdownMicroprocess, and for a component without inboxes producerFinished, wakes it at once, and `yield` answers false.
 *
 * @throws RangeError for what is no number
 */
export function sleep(milliseconds: number): Sleep {
  const delay = Math.max(0, milliseconds);
  if (Number.isNaN(delay)) throw new RangeError(`Cannot sleep for ${milliseconds} ms: give a number`);
  return new Sleep(delay);
}

/**
 * Waits for a promise and gives its value, or throws its error. Nobody else is held up.
 * On shutdownMicroprocess the wait ends at once: `finally` blocks run, and the component ends.
 *
 * @example
 * const { address } = yield* settled(lookup("localhost"));
 */
export function* settled<T>(promise: PromiseLike<T>): Generator<PromiseLike<unknown>, T, boolean> {
  let value: T | undefined;
  let done = false;
  yield Promise.resolve(promise).then((result) => {
    value = result;
    done = true;
  });
  if (!done) throw new Stopped();
  return value as T;
}
