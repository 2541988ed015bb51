// SPDX-License-Identifier: Apache-2.0
import { type Boxes, Component, component, type Random } from "../axon/index.ts";
import { type Backoff, delayOf } from "../chassis/index.ts";
import { Calls, checkCalls, type Failed } from "./calls.ts";
import { sendEach } from "./sendEach.ts";
import type { Call, Trial } from "./trial.ts";

/** How often work is tried, and when again. */
export interface RetryOptions {
  /** How often it is tried, in all. Default 5. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt, and how much longer before each further one. Default 100, twice as long each time, 30,000 at most. */
  readonly backoff?: Backoff;
  /** The part of that time that is left to chance, so that not all try again at once: 0 for none, 1 for all of it. Default 0.5. */
  readonly jitter?: number;
  /** Whether it is worth trying again after this error, in this attempt. Default: always. */
  readonly when?: (error: unknown, attempt: number) => boolean;
  /** Milliseconds that an attempt may take; then it counts as failed, with a TimeoutError. Default: no limit. */
  readonly timeout?: number;
  /** For how many messages at a time, at most. Default 1. */
  readonly concurrency?: number;
  /** Answer in the order in which the messages came. Default true; otherwise each as soon as it is done. */
  readonly ordered?: boolean;
}

/**
 * Does something for each message, and does it again when it fails: calls an asynchronous function, or runs the component that is made for the message to
 * its end. The result of the function, or all that the component has sent from its outbox, is sent when it went well; nothing of an attempt that failed is.
 * A message whose last attempt failed goes to "error" with its error, and the next one has its turn: nothing is lost.
 *
 * When it is told to stop, the `signal` of what still runs is aborted, and components are told, too.
 *
 * @throws RangeError for less than 1 attempt, a backoff below 0, a jitter that is not from 0 to 1, a concurrency below 1, and a timeout that is not above 0
 * @example
 * Retry(async (url: string, { signal }) => (await fetch(url, { signal })).text(), { attempts: 3, when: (error) => error instanceof TypeError });
 */
export function Retry<T, I extends Boxes, O extends Boxes>(
  work: (message: T, call: Call) => Component<I, O>,
  options?: RetryOptions,
): Component<{ inbox: T }, { outbox: "outbox" extends keyof O ? O["outbox"] : never; error: Failed<T> }>;
export function Retry<T, R>(
  work: (message: T, call: Call) => R | PromiseLike<R>,
  options?: RetryOptions,
): Component<{ inbox: T }, { outbox: R; error: Failed<T> }>;
export function Retry<T>(
  work: (message: T, call: Call) => unknown,
  {
    attempts = 5,
    backoff = { first: 100, max: 30_000 },
    jitter = 0.5,
    when = () => true,
    timeout = Infinity,
    concurrency = 1,
    ordered = true,
  }: RetryOptions = {},
): Component<{ inbox: T }, { outbox: unknown; error: Failed<T> }> {
  checkCalls(concurrency, timeout);
  if (!(attempts >= 1)) throw new RangeError(`Cannot try ${attempts} times: give 1 or more`);
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`Cannot leave ${jitter} of the time to chance: give 0 to 1`);
  const { first, factor = 2, max = Infinity } = backoff;
  if (!(first >= 0 && factor >= 0 && max >= 0))
    throw new RangeError(`Cannot wait ${first} ms, then ${factor} times as long, ${max} ms at most: give numbers from 0`);
  return component(Retry, {
    inboxes: { inbox: "what is to be done" },
    outboxes: { outbox: "what came of it", error: "what could not be done, with the last error" },
    main({ inbox }, { outbox, error }, self) {
      const again = (fault: unknown, attempt: number): number | undefined =>
        attempt < attempts && when(fault, attempt) ? partOf(delayOf(backoff, attempt - 1), jitter, self.system.random) : undefined;
      const calls = new Calls(self, (message: T, trial) => attemptAt(work, message, trial), { concurrency, ordered, timeout, again });
      return calls.each(inbox, ({ message, attempts, outcome }) =>
        "value" in outcome ? sendEach(outcome.value, outbox, self) : sendEach([{ message, error: outcome.error, attempts }], error, self),
      );
    },
  });
}

async function attemptAt<T>(work: (message: T, call: Call) => unknown, message: T, trial: Trial): Promise<readonly unknown[]> {
  const made = work(message, trial);
  return made instanceof Component ? trial.run(made) : [await made];
}

/** Leaves a part of the time to chance. */
function partOf(delay: number, jitter: number, random: Random): number {
  return delay * (1 - jitter * random.next());
}
