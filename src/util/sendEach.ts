// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent, Outbox } from "../axon/index.ts";

/**
 * Sends one item after the other, and waits whenever the box at the other end is full: for components that make many messages of one.
 * Answers false once the component should stop now.
 *
 * @internal
 */
export function* sendEach<T>(items: Iterable<T>, outbox: Outbox<T>, self: AnyComponent): Generator<void, boolean, boolean> {
  for (const item of items) {
    outbox.send(item);
    if (!outbox.full) continue;
    yield;
    if (self.toldToStop) return false;
  }
  return true;
}
