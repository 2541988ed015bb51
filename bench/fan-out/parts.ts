// SPDX-License-Identifier: Apache-2.0
// Who sends, and who reads, in our rows.
import { type Component, component } from "../../src/axon/index.ts";
import { MESSAGES } from "./job.ts";

/** The numbers from 0, as many as there is room for in each turn. */
export function Numbers(): Component<{}, { outbox: number }> {
  return component(Numbers, {
    outboxes: { outbox: "the numbers" },
    *main(_, { outbox }) {
      for (let n = 0; n < MESSAGES;) {
        while (n < MESSAGES && !outbox.full) outbox.send(n++);
        if (!(yield)) return;
      }
    },
  });
}

/** Reads all there is, in each turn. */
export function Reader(add: (n: number) => void): Component<{ inbox: number }, {}> {
  return component(Reader, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      while (yield inbox) for (const n of inbox) add(n);
    },
  });
}
