// SPDX-License-Identifier: Apache-2.0
// One component with an outbox for each reader.
import { addOutbox, type Component, component, producerFinished, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { measure } from "../lib/measure.ts";
import { MESSAGES, Tallies } from "./job.ts";

type Reader = Component<{ inbox: number }, {}>;

/** The numbers from 0, as many as there is room for in each turn. */
function Numbers(): Component<{}, { outbox: number }> {
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

/** Sends each number to everybody: all it has to the first, then all to the second, so that few boxes are touched at a time. */
function FanOut(readers: readonly Reader[]): Component<{ inbox: number }, {}> {
  return component(FanOut, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }, _, self) {
      const outs = readers.map(() => addOutbox<number>(self));
      readers.forEach((reader, i) => self.link(outs[i]!, reader.inboxes.inbox));
      while (yield inbox) {
        const numbers = [...inbox];
        for (const out of outs) for (const n of numbers) out.send(n);
      }
      for (const reader of readers) reader.stop(producerFinished());
    },
  });
}

/** Reads all there is, in each turn. */
function Reader(add: (n: number) => void): Reader {
  return component(Reader, {
    inboxes: { inbox: "numbers" },
    *main({ inbox }) {
      while (yield inbox) for (const n of inbox) add(n);
    },
  });
}

await measure({ work: "fan-out", row: "ours", unit: "million deliveries/s" }, async () => {
  const system = new System();
  const tallies = new Tallies();
  const readers = tallies.all.map((tally) => system.activate(Reader((n) => tally.add(n))));
  system.activate(Pipeline(Numbers(), FanOut(readers)));
  await system.run();
  return tallies.deliveries();
});
