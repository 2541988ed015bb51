// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { Calls, checkCalls, type Failed, sendTo } from "./calls.ts";
import type { Call } from "./trial.ts";

/** How a function is applied that takes its time. */
export interface MapAsyncOptions {
  /** So many calls run at the same time, at most. Default 8. */
  readonly concurrency?: number;
  /** Send the results in the order in which the messages came; errors have their turn, too. Default true; otherwise each as soon as it is there. */
  readonly ordered?: boolean;
  /** Milliseconds that a call may take; then it counts as failed, with a TimeoutError. Default: no limit. */
  readonly timeout?: number;
  /** "fail": the component fails with the error of the first call that does. "tell": the error is sent to "error", with the message. Default "fail". */
  readonly onError?: "fail" | "tell";
}

/**
 * Calls an asynchronous function for each message, for several at a time, and sends the results.
 *
 * It takes no more messages than it has calls for, so whoever sends too many is held. After producerFinished the calls that run are waited for. When it is
 * told to stop, or fails, their `signal` is aborted and nobody waits for them.
 *
 * @param work its second argument has the `signal`, and a `sleep` by the system's clock
 * @throws RangeError for a concurrency below 1, a timeout that is not above 0, and any other `onError`
 * @throws whatever the function throws, as a failure, unless errors are told
 * @example
 * const Sizes = MapAsync(async (file: string, { signal }) => (await readFile(file, { signal })).length, { concurrency: 4 });
 * await Pipeline(DataSource(["one.txt", "two.txt"]), Sizes, ConsoleEchoer()).run();
 */
export function MapAsync<T, R>(
  work: (message: T, call: Call) => R | PromiseLike<R>,
  { concurrency = 8, ordered = true, timeout = Infinity, onError = "fail" }: MapAsyncOptions = {},
): Component<{ inbox: T }, { outbox: R; error: Failed<T> }> {
  checkCalls(concurrency, timeout, onError);
  return component(MapAsync, {
    inboxes: { inbox: "what to call the function with" },
    outboxes: { outbox: "what it gives", error: "what it failed with, if that is to be told" },
    main: ({ inbox }, { outbox, error }, self) =>
      new Calls(self, work, { concurrency, ordered, timeout }).each(inbox, sendTo(self, outbox, error, onError)),
  });
}
