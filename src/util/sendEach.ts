// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent, Outbox } from "../axon/index.ts";

/** So many are sent in one turn: there may be no end of them, and nobody at the other end whose box could be full. */
const BATCH = 64;

/**
 * Sends one item after the other, and waits whenever the box at the other end is full: for components that make many messages of one.
 * Now and then it lets the others have a turn. Answers false once the component should stop now.
 *
 * @internal
 */
export function* sendEach<T>(items: Iterable<T>, outbox: Outbox<T>, self: AnyComponent): Generator<void, boolean, boolean> {
  let left = BATCH;
  for (const item of items) {
    outbox.send(item);
    if (!outbox.full && --left > 0) continue;
    left = BATCH;
    yield;
    if (self.toldToStop) return false;
  }
  return true;
}
