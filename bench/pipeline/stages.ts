// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../src/axon/index.ts";
import type { Tally } from "./job.ts";

/** The numbers from 0, as many as the next component has room for in each turn. */
export function Numbers(end: number): Component<{}, { outbox: number }> {
  return component(Numbers, {
    outboxes: { outbox: "the numbers" },
    *main(_, { outbox }) {
      for (let n = 0; n < end;) {
        while (n < end && !outbox.full) outbox.send(n++);
        if (!(yield)) return;
      }
    },
  });
}

/** The numbers from 0, one in each turn. */
export function NumberByNumber(end: number): Component<{}, { outbox: number }> {
  return component(NumberByNumber, {
    outboxes: { outbox: "the numbers" },
    *main(_, { outbox }) {
      for (let n = 0; n < end; n++) {
        outbox.send(n);
        if (!(yield)) return;
      }
    },
  });
}

/** Adds one: message by message. */
export function AddOne(): Component<{ inbox: number }, { outbox: number }> {
  return component(AddOne, {
    inboxes: { inbox: "numbers" },
    outboxes: { outbox: "each plus one" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv() + 1);
    },
  });
}

/** Adds up: message by message. */
export function Sum(tally: Tally): Component<{ inbox: number }, {}> {
  return component(Sum, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      while (yield inbox) tally.add(inbox.recv());
    },
  });
}

/** Adds one: all that is in the box, in one turn. */
export function AddOneToAll(): Component<{ inbox: number }, { outbox: number }> {
  return component(AddOneToAll, {
    inboxes: { inbox: "numbers" },
    outboxes: { outbox: "each plus one" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const n of inbox) outbox.send(n + 1);
    },
  });
}

/** Adds up: all that is in the box, in one turn. */
export function SumAll(tally: Tally): Component<{ inbox: number }, {}> {
  return component(SumAll, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      while (yield inbox) for (const n of inbox) tally.add(n);
    },
  });
}
