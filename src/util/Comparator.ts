// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Compares the messages of two boxes in pairs, the first with the first, the second with the second: sends whether they are the same (`===`), or what a
 * function says of them. A message waits until its partner comes; one whose partner has not come when it is told to end is dropped, and counted. Where the
 * two halves end at different times, take a {@link Zip}: it has a control for each.
 *
 * @param combine what is sent for a pair
 * @example
 * await drive(Comparator<number>(), { inA: [1, 2], inB: [1, 3] }).expect({ outbox: [true, false] });
 * await drive(Comparator((a: number, b: number) => a + b), { inA: [1, 2], inB: [1, 3] }).expect({ outbox: [2, 5] });
 */
export function Comparator<T = any>(): Component<{ inA: T; inB: T }, { outbox: boolean }>;
export function Comparator<A = any, B = any, C = any>(combine: (a: A, b: B) => C): Component<{ inA: A; inB: B }, { outbox: C }>;
export function Comparator<A, B>(combine: (a: A, b: B) => unknown = same): Component<{ inA: A; inB: B }, { outbox: unknown }> {
  return component(Comparator, {
    inboxes: { inA: "one half of the pairs", inB: "the other half" },
    outboxes: { outbox: "the result for each pair" },
    *main({ inA, inB }, { outbox }) {
      while ((yield inA) && (yield inB)) outbox.send(combine(inA.recv(), inB.recv()));
    },
  });
}

function same(a: unknown, b: unknown): boolean {
  return a === b;
}
