// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import type { Comparable } from "./Max.ts";

/** The least and the greatest value that pass. */
export type Range<V = Comparable> = readonly [low: V, high: V];

/**
 * Sends on items whose first part lies within one of several ranges, ends included: slices of what is numbered, or has a time.
 *
 * @example
 * await Pipeline(DataSource("abcdef"), TagWithSequenceNumber(), RangeFilter([[1, 2], [4, 9]]), Detuple(1), ConsoleEchoer()).run(); // bcef
 */
export function RangeFilter<T extends readonly [Comparable, ...unknown[]] = any>(
  ranges: readonly Range<T[0]>[],
): Component<{ inbox: T }, { outbox: T }> {
  return component(RangeFilter, {
    inboxes: { inbox: "items of the form [value, …]" },
    outboxes: { outbox: "those in range" },
    *main({ inbox }, { outbox }) {
      while (yield inbox)
        for (const item of inbox) {
          const [value] = item;
          if (ranges.some(([low, high]) => low <= value && value <= high)) outbox.send(item);
        }
    },
  });
}
