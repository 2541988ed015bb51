// SPDX-License-Identifier: Apache-2.0
import { type Component, component, sleep } from "../axon/index.ts";

/** How often a {@link PeriodicWakeup} ticks. */
export interface PeriodicWakeupOptions {
  /** Milliseconds between two ticks, and before the first. Default 300,000. */
  readonly interval?: number;
}

/**
 * Sends "tick" now and then, until it is told to stop.
 *
 * @throws RangeError for a time that there cannot be
 * @example
 * await Pipeline(PeriodicWakeup({ interval: 1000 }), ConsoleEchoer()).run(); // until it is stopped
 */
export function PeriodicWakeup({ interval = 300_000 }: PeriodicWakeupOptions = {}): Component<{}, { outbox: "tick" }> {
  if (!(interval > 0)) throw new RangeError(`Cannot tick every ${interval} ms: give more than 0`);
  const pause = sleep(interval);
  return component(PeriodicWakeup, {
    outboxes: { outbox: "a tick now and then" },
    *main(_, { outbox }) {
      while (yield pause) outbox.send("tick");
    },
  });
}
