// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, Happening, type Inbox, type Main, type Outbox, type Timer, type Wait } from "../axon/index.ts";
import { checkWord } from "./checks.ts";
import { Fifo } from "./fifo.ts";
import { sendEach } from "./sendEach.ts";
import { Trial } from "./trial.ts";

/** How many calls there are at a time, and in which order they are answered. @internal */
export interface CallsOptions {
  readonly concurrency: number;
  readonly ordered: boolean;
  /** Milliseconds that an attempt may take. */
  readonly timeout: number;
  /** After how many milliseconds a call that has failed is tried again; undefined for never. */
  readonly again?: (error: unknown, attempt: number) => number | undefined;
}

/** A call that is over. @internal */
export interface Answer<T, R> {
  readonly message: T;
  readonly attempts: number;
  readonly outcome: { readonly value: R } | { readonly error: unknown };
}

/** A message for which a call failed. */
export interface Failed<T> {
  readonly message: T;
  /** What the last attempt failed with. */
  readonly error: unknown;
  /** How often it was tried. */
  readonly attempts: number;
}

/** Sends what came of a call, and waits whenever there is no room. Answers false once the component should stop now. @internal */
export type Answering<T, R> = (answer: Answer<T, R>) => Generator<void, boolean, boolean>;

/** Sends results; errors are told, or make the component fail. @internal */
export function sendTo<T, R>(self: AnyComponent, outbox: Outbox<R>, error: Outbox<Failed<T>>, onError: "fail" | "tell"): Answering<T, R> {
  return ({ message, attempts, outcome }) => {
    if ("value" in outcome) return sendEach([outcome.value], outbox, self);
    if (onError === "tell") return sendEach([{ message, error: outcome.error, attempts }], error, self);
    throw outcome.error;
  };
}

/** @throws RangeError for a concurrency below 1, a timeout that is not above 0, and any other `onError`. @internal */
export function checkCalls(concurrency: number, timeout: number, onError: "fail" | "tell" = "tell"): void {
  checkWord("make calls", "onError", onError, ["fail", "tell"]);
  if (!(concurrency >= 1)) throw new RangeError(`Cannot make ${concurrency} calls at a time: give 1 or more`);
  if (!(timeout > 0)) throw new RangeError(`Cannot wait for a call for ${timeout} ms: give more than 0, or Infinity`);
}

/**
 * The calls that a component has made and not yet answered. While one of them waits for something outside, the system does not count as done, and virtual
 * time stands still; it goes on while all of them sleep by the system's clock.
 * @internal
 */
export class Calls<T, R> {
  /** @internal */ readonly self: AnyComponent;
  /** @internal */ readonly work: (message: T, trial: Trial) => R | PromiseLike<R>;
  /** @internal */ readonly options: CallsOptions;
  readonly #calls = new Set<OneCall<T, R>>();
  /** Those that are over, if they are not to be answered in the order in which they came. */
  readonly #over = new Fifo<OneCall<T, R>>();
  #bell: Happening | undefined;
  /** How many wait for something outside, and how to tell the system when none does any more. */
  #outside = 0;
  #expected: (() => void) | undefined;

  constructor(self: AnyComponent, work: (message: T, trial: Trial) => R | PromiseLike<R>, options: CallsOptions) {
    this.self = self;
    this.work = work;
    this.options = options;
  }

  /** Makes a call for each message as soon as there is room, answers each that is over, and ends when all is done. What still runs then is given up. */
  *each(inbox: Inbox<T>, answer: Answering<T, R>): Main {
    try {
      while (yield* this.#wait(inbox)) {
        while (this.#hasRoom && inbox.length > 0) this.#start(inbox.recv());
        for (let over = this.#take(); over !== undefined; over = this.#take()) if (!(yield* answer(over))) return;
      }
    } finally {
      const reason = new DOMException(`${this.self.name} has ended`, "AbortError");
      for (const call of this.#calls) call.giveUp(reason);
    }
  }

  /** @internal */
  end(call: OneCall<T, R>): void {
    if (!this.options.ordered) this.#over.push(call);
    this.#bell?.happen();
    this.self.unpause();
  }

  /** @internal One more waits for something outside, or one less. */
  count(by: 1 | -1): void {
    this.#outside += by;
    if (this.#outside > 0) {
      this.#expected ??= this.self.system.expect(`what ${this.self.name} has asked for`);
      return;
    }
    this.#expected?.();
    this.#expected = undefined;
  }

  get #hasRoom(): boolean {
    return this.#calls.size < this.options.concurrency;
  }

  /** Sleeps until there is something to do. Answers false when there will be nothing more. */
  *#wait(inbox: Inbox<T>): Generator<Wait, boolean, boolean> {
    const { self } = this;
    if (this.#calls.size === 0) return yield inbox;
    if (this.#hasRoom && inbox.length > 0) yield;
    else if (this.#hasRoom && self.shutdown === undefined) {
      self.pause();
      yield;
    } else yield (this.#bell = new Happening("a call"));
    return !self.toldToStop;
  }

  /** The next one that is to be answered, if it is over. */
  #take(): Answer<T, R> | undefined {
    const next = this.options.ordered ? this.#calls.values().next().value : this.#over.shift();
    if (next?.answer === undefined) return undefined;
    this.#calls.delete(next);
    return next.answer;
  }

  #start(message: T): void {
    const call = new OneCall(this, message);
    this.#calls.add(call);
    call.try();
  }
}

/** A call: one attempt, or several. */
class OneCall<T, R> {
  answer: Answer<T, R> | undefined;
  readonly #calls: Calls<T, R>;
  readonly #message: T;
  #trial: Trial | undefined;
  #timer: Timer | undefined;
  #isOutside = false;

  constructor(calls: Calls<T, R>, message: T) {
    this.#calls = calls;
    this.#message = message;
  }

  try(): void {
    const { self, work, options } = this.#calls;
    const trial = new Trial(self, (this.#trial?.attempt ?? 0) + 1, (outside) => this.#mark(outside));
    this.#trial = trial;
    if (options.timeout < Infinity) this.#timer = self.system.clock.setTimer(() => this.#late(trial), options.timeout);
    try {
      const result = work(this.#message, trial);
      if (!isPromise(result)) this.#succeed(trial, result);
      else
        result.then(
          (value) => this.#succeed(trial, value),
          (error: unknown) => this.#fail(trial, error),
        );
    } catch (error) {
      this.#fail(trial, error);
    }
  }

  giveUp(reason: unknown): void {
    this.#timer?.cancel();
    this.#trial?.end(reason);
    this.#mark(false, true);
  }

  #succeed(trial: Trial, value: R): void {
    if (trial.isOver) return;
    trial.end();
    this.#end({ value });
  }

  #late(trial: Trial): void {
    this.#fail(
      trial,
      new DOMException(`Cannot wait any longer: there was no answer for ${this.#calls.options.timeout} ms`, "TimeoutError"),
      true,
    );
  }

  #fail(trial: Trial, error: unknown, isGivenUp = false): void {
    if (trial.isOver) return;
    trial.end(isGivenUp ? error : undefined);
    this.#timer?.cancel();
    try {
      const delay = this.#calls.options.again?.(error, trial.attempt);
      if (delay === undefined) this.#end({ error });
      else {
        this.#mark(false);
        this.#timer = this.#calls.self.system.clock.setTimer(() => this.try(), delay);
      }
    } catch (fault) {
      this.#end({ error: fault });
    }
  }

  #end(outcome: Answer<T, R>["outcome"]): void {
    this.#timer?.cancel();
    this.#mark(false, true);
    this.answer = { message: this.#message, attempts: this.#trial?.attempt ?? 0, outcome };
    this.#calls.end(this);
  }

  /** Whether it waits for something outside the system. A clock of real time is outside, too, until the call is over: nobody else waits for its timer. */
  #mark(outside: boolean, isOver = false): void {
    const isOutside = !isOver && (outside || this.#calls.self.system.clock.idle === undefined);
    if (isOutside === this.#isOutside) return;
    this.#isOutside = isOutside;
    this.#calls.count(isOutside ? 1 : -1);
  }
}

function isPromise<R>(result: R | PromiseLike<R>): result is PromiseLike<R> {
  return typeof result === "object" && result !== null && "then" in result && typeof result.then === "function";
}
