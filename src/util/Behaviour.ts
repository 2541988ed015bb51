// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";
import { ROUNDING } from "./timing.ts";

/** What a Behaviour understands. */
export type BehaviourCommand = "pause" | "unpause" | "togglepause" | "shutdown";

/** How fast a Behaviour goes. */
export interface BehaviourOptions {
  /** Milliseconds between two values. Default 40: 25 a second. */
  readonly every?: number;
}

/**
 * Sends one value after the other, at regular times: where something is, how large it is. The first is sent at once, and it ends with the last one.
 * Time in which it is paused, or its receiver has no room, is lost: it goes on where it was.
 *
 * @param values anything that can be iterated over, for ever if need be: {@link bouncingFloat}, {@link cartesianPingPong}, {@link loopingCounter},
 * {@link continuousIdentity}, or a generator of your own
 * @throws RangeError for an interval that is not above 0
 * @example
 * await Pipeline(Behaviour(loopingCounter(30), { every: 1000 }), ConsoleEchoer()).run(); // until it is stopped
 */
export function Behaviour<T>(
  values: Iterable<T>,
  { every = 40 }: BehaviourOptions = {},
): Component<{ inbox: BehaviourCommand }, { outbox: T }> {
  if (!(every > 0)) throw new RangeError(`Cannot send a value every ${every} ms: give more than 0`);
  return component(Behaviour, {
    inboxes: { inbox: "commands: pause, unpause, togglepause, shutdown" },
    outboxes: { outbox: "the values" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      let due = clock.now();
      let isPaused = false;
      for (const value of values) {
        for (;;) {
          for (const command of inbox) {
            if (command === "shutdown") return;
            if (command === "togglepause" || command === (isPaused ? "unpause" : "pause")) isPaused = !isPaused;
          }
          const left = due - clock.now();
          if (!isPaused && left <= ROUNDING) break;
          if (!(yield isPaused ? inbox : anyOf(inbox, sleep(left)))) return;
        }
        const isHeld = outbox.full;
        outbox.send(value);
        if (isHeld && !(yield)) return;
        due += every;
        if (due < clock.now()) due = clock.now() + every;
      }
    },
  });
}
