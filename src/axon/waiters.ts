// SPDX-License-Identifier: Apache-2.0
import type { Microprocess } from "./Microprocess.ts";

/** Who waits for room in a box: a component that the box holds, or somebody outside. */
export type Waiter = Microprocess | (() => void);

/** Many waiters: when one of them goes, the others are not looked at. */
export class Crowd extends Set<Waiter> {
  /** How many of them are outside. */
  outside = 0;
}

/** All who wait for room in one box. Mostly it is one; but it may be a hundred thousand. */
export type Waiters = Waiter | Crowd | undefined;

/** With one more, unless it is there already. */
export function joined(waiters: Waiters, waiter: Waiter): Waiters {
  if (waiters === undefined || waiters === waiter) return waiter;
  if (!(waiters instanceof Crowd)) return joined(joined(new Crowd(), waiters), waiter);
  if (typeof waiter === "function" && !waiters.has(waiter)) waiters.outside++;
  return waiters.add(waiter);
}

/** Whether it is among them. */
export function isWaiting(waiters: Waiters, waiter: Waiter): boolean {
  return waiters === waiter || (waiters instanceof Crowd && waiters.has(waiter));
}

/** In the order in which they came. */
export function inOrder(waiters: Waiters): Iterable<Waiter> {
  if (waiters === undefined) return [];
  return waiters instanceof Crowd ? waiters : [waiters];
}
