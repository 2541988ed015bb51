// SPDX-License-Identifier: Apache-2.0
// A component on a thread of its own: it computes for as long as it likes, and nobody else waits. What it does is in crunch.worker.ts.
import { type Component, component, thread } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer } from "kamaelia/util";

/** Takes numbers apart, in a thread. */
export function Crunch(): Component<{ inbox: number }, { outbox: { n: number; factors: number[] } }> {
  return thread(Crunch, new URL("./crunch.worker.ts", import.meta.url), {
    inboxes: { inbox: "numbers" },
    outboxes: { outbox: "numbers with their prime factors" },
  });
}

/** Sends numbers. */
function Numbers(...numbers: number[]): Component<{}, { outbox: number }> {
  return component(Numbers, {
    outboxes: { outbox: "numbers" },
    *main(_, { outbox }) {
      for (const n of numbers) outbox.send(n);
    },
  });
}

/** Puts them in words. */
function InWords(): Component<{ inbox: { n: number; factors: number[] } }, { outbox: string }> {
  return component(InWords, {
    inboxes: { inbox: "numbers with their prime factors" },
    outboxes: { outbox: "lines" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const { n, factors } of inbox) outbox.send(`${n} = ${factors.join(" * ")}\n`);
    },
  });
}

await Pipeline(Numbers(2004, 2_147_483_647, 600_851_475_143), Crunch(), InWords(), ConsoleEchoer()).run();

// Output:
// 2004 = 2 * 2 * 3 * 167
// 2147483647 = 2147483647
// 600851475143 = 71 * 839 * 1471 * 6857
