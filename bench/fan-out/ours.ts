// SPDX-License-Identifier: Apache-2.0
// One component with an outbox for each reader.
import { addOutbox, type Component, component, producerFinished, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { measure } from "../lib/measure.ts";
import { Tallies } from "./job.ts";
import { Numbers, Reader } from "./parts.ts";

/** Sends each number to everybody: all it has to the first, then all to the second, so that few boxes are touched at a time. */
function FanOut(readers: readonly ReturnType<typeof Reader>[]): Component<{ inbox: number }, {}> {
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

await measure({ work: "fan-out", row: "ours", unit: "million deliveries/s" }, async () => {
  const system = new System();
  const tallies = new Tallies();
  const readers = tallies.all.map((tally) => system.activate(Reader((n) => tally.add(n))));
  system.activate(Pipeline(Numbers(), FanOut(readers)));
  await system.run();
  return tallies.deliveries();
});
