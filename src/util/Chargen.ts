// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** So many are sent in one turn, unless the box is full before. */
const BATCH = 64;

/**
 * Sends "Hello World" for ever, as fast as it is taken.
 *
 * @example
 * await Pipeline(Chargen(), MessageRateLimit(10, { buffer: 0 }), ConsoleEchoer()).run(); // until it is stopped
 */
export function Chargen(): Component<{}, { outbox: string }> {
  return component(Chargen, {
    outboxes: { outbox: "Hello World, again and again" },
    *main(_, { outbox }) {
      do {
        for (let sent = 0, isHeld = false; sent < BATCH && !isHeld; sent++) {
          isHeld = outbox.full;
          outbox.send("Hello World");
        }
      } while (yield);
    },
  });
}
