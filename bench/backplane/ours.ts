// SPDX-License-Identifier: Apache-2.0
// The fan-out by a Backplane: everybody subscribes by name, and one component publishes.
import { producerFinished, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { Backplane, backplaneName, PublishTo, SubscribeTo } from "../../src/util/index.ts";
import { Tallies } from "../fan-out/job.ts";
import { Numbers, Reader } from "../fan-out/parts.ts";
import { measure } from "../lib/measure.ts";

const NUMBERS = backplaneName<number>("numbers");

await measure({ work: "fan-out", row: "ours, Backplane", unit: "million deliveries/s" }, async () => {
  const system = new System();
  const tallies = new Tallies();
  const backplane = system.activate(Backplane(NUMBERS));
  for (const tally of tallies.all)
    system.activate(
      Pipeline(
        SubscribeTo(NUMBERS),
        Reader((n) => tally.add(n)),
      ),
    );
  await system.run(); // until all have subscribed
  await system.run(Pipeline(Numbers(), PublishTo(NUMBERS)));
  backplane.stop(producerFinished());
  await system.run();
  return tallies.deliveries();
});
