// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Component, component } from "../axon/index.ts";
import { Calls, checkCalls, type Failed, sendTo } from "./calls.ts";
import type { MapAsyncOptions } from "./MapAsync.ts";
import type { Call, Trial } from "./trial.ts";

/** What a Cache keeps, and how it calls its function. */
export interface CacheOptions<T> extends MapAsyncOptions {
  /** Milliseconds for which a result counts. Default: for ever. */
  readonly ttl?: number;
  /** How many results it keeps; for more, the one that has not been asked for the longest is dropped. Default 1000. */
  readonly max?: number;
  /** What tells messages apart. Default: the message itself, compared as by `Map`. */
  readonly key?: (message: T) => unknown;
}

/**
 * Calls an asynchronous function for each message and sends the results, like {@link MapAsync}, but remembers them: for a message that it knows, the
 * function is not called again. Messages that ask for the same thing while it is being fetched share one call. Errors are not remembered.
 *
 * @throws RangeError for a ttl or max that is not above 0, a concurrency below 1, a timeout that is not above 0, and any other `onError`
 * @throws whatever the function throws, as a failure, unless errors are told
 * @example
 * await Pipeline(DataSource(["localhost", "localhost"]), Cache((host: string) => lookup(host), { ttl: 60_000 }), ConsoleEchoer()).run();
 */
export function Cache<T, R>(
  work: (message: T, call: Call) => R | PromiseLike<R>,
  {
    ttl = Infinity,
    max = 1000,
    key = (message) => message,
    concurrency = 8,
    ordered = true,
    timeout = Infinity,
    onError = "fail",
  }: CacheOptions<T> = {},
): Component<{ inbox: T }, { outbox: R; error: Failed<T> }> {
  checkCalls(concurrency, timeout, onError);
  if (!(ttl > 0 && max > 0)) throw new RangeError(`Cannot keep ${max} results for ${ttl} ms: both have to be above 0`);
  return component(Cache, {
    inboxes: { inbox: "what to call the function with" },
    outboxes: { outbox: "what it gives, or gave before", error: "what it failed with, if that is to be told" },
    main({ inbox }, { outbox, error }, self) {
      const memory = new Memory<R>(self.system.clock, ttl, max);
      const remembered = (message: T, trial: Trial): R | PromiseLike<R> => memory.get(key(message), trial, () => work(message, trial));
      return new Calls(self, remembered, { concurrency, ordered, timeout }).each(inbox, sendTo(self, outbox, error, onError));
    },
  });
}

/** What is being fetched. Its signal is aborted when who asked for it first waits no longer. */
interface Coming<R> {
  readonly promise: Promise<R>;
  readonly signal: AbortSignal;
}

/** Results by their keys, the one that was not asked for the longest first; and those that are being fetched. */
class Memory<R> {
  readonly #clock: Clock;
  readonly #ttl: number;
  readonly #max: number;
  readonly #known = new Map<unknown, { readonly value: R; readonly until: number }>();
  readonly #coming = new Map<unknown, Coming<R>>();

  constructor(clock: Clock, ttl: number, max: number) {
    this.#clock = clock;
    this.#ttl = ttl;
    this.#max = max;
  }

  get(key: unknown, trial: Trial, fetch: () => R | PromiseLike<R>): R | PromiseLike<R> {
    const known = this.#known.get(key);
    if (known !== undefined) {
      this.#known.delete(key);
      if (this.#clock.now() < known.until) {
        this.#known.set(key, known);
        return known.value;
      }
    }
    const coming = this.#coming.get(key);
    return coming === undefined ? this.#fetch(key, trial, fetch) : this.#join(coming, key, trial, fetch);
  }

  async #join(coming: Coming<R>, key: unknown, trial: Trial, fetch: () => R | PromiseLike<R>): Promise<R> {
    try {
      return await trial.join(coming.promise, coming);
    } catch (error) {
      if (!coming.signal.aborted || trial.isOver) throw error;
      return this.get(key, trial, fetch); // who asked first has run out of time, but not who asked later
    }
  }

  async #fetch(key: unknown, trial: Trial, fetch: () => R | PromiseLike<R>): Promise<R> {
    const promise = new Promise<R>((resolve) => resolve(fetch()));
    this.#coming.set(key, { promise, signal: trial.signal });
    const forget = (): void => {
      if (this.#coming.get(key)?.promise === promise) this.#coming.delete(key);
    };
    trial.signal.addEventListener("abort", forget); // nobody waits for it any more: who asks from now on has it fetched again
    try {
      const value = await promise;
      this.#keep(key, value);
      return value;
    } finally {
      forget();
    }
  }

  #keep(key: unknown, value: R): void {
    this.#known.delete(key);
    this.#known.set(key, { value, until: this.#clock.now() + this.#ttl });
    if (this.#known.size <= this.#max) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest);
  }
}
