// SPDX-License-Identifier: Apache-2.0
// The hailstone game: halve an even number, triple an odd one and add one, until you are down at 1. A Graphline may go in circles.
import { type Component, component } from "kamaelia/axon";
import { Graphline } from "kamaelia/chassis";
import { ConsoleEchoer, PureTransformer } from "kamaelia/util";

/** Shows each number, and sends it to where it belongs. Ends with 1. */
function Sort(start: number): Component<{ inbox: number }, { even: number; odd: number; seen: string }> {
  return component(Sort, {
    inboxes: { inbox: "numbers" },
    outboxes: { even: "the even ones", odd: "the odd ones", seen: "every number, as text" },
    *main({ inbox }, { even, odd, seen }) {
      for (let n = start; ; n = inbox.recv()) {
        seen.send(n === 1 ? "1\n" : `${n}, `);
        if (n === 1) return;
        if (n % 2 === 0) even.send(n);
        else odd.send(n);
        if (!(yield inbox)) return;
      }
    },
  });
}

// #region graph
await Graphline({
  components: {
    SORT: Sort(6),
    HALVE: PureTransformer((n: number) => n / 2),
    TRIPLE: PureTransformer((n: number) => 3 * n + 1),
    SHOW: ConsoleEchoer(),
  },
  linkages: {
    "SORT.even": "HALVE.inbox",
    "HALVE.outbox": "SORT.inbox",
    "SORT.odd": "TRIPLE.inbox",
    "TRIPLE.outbox": "SORT.inbox",
    "SORT.seen": "SHOW.inbox",
    // The end travels, too: when SORT has ended, HALVE is told, then TRIPLE, then SHOW.
    "SORT.signal": "HALVE.control",
    "HALVE.signal": "TRIPLE.control",
    "TRIPLE.signal": "SHOW.control",
  },
}).run();
// #endregion

// Output:
// 6, 3, 10, 5, 16, 8, 4, 2, 1
