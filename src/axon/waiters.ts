// SPDX-License-Identifier: Apache-2.0
import type { Microprocess } from "./Microprocess.ts";

/** Who waits for room in a box: a component that the box holds, or somebody outside. */
export type Waiter = Microprocess | (() => void);

/** All who wait for room in one box. Mostly it is one; but it may be a hundred thousand. */
export type Waiters = Waiter | Set<Waiter> | undefined;

/** With one more, unless it is there already. */
export function joined(waiters: Waiters, waiter: Waiter): Waiters {
  if (waiters === undefined || waiters === waiter) return waiter;
  return waiters instanceof Set ? waiters.add(waiter) : new Set([waiters, waiter]);
}

/** Whether it is among them. */
export function isWaiting(waiters: Waiters, waiter: Waiter): boolean {
  return waiters === waiter || (waiters instanceof Set && waiters.has(waiter));
}

/** In the order in which they came. */
export function inOrder(waiters: Waiters): Iterable<Waiter> {
  if (waiters === undefined) return [];
  return waiters instanceof Set ? waiters : [waiters];
}
