// SPDX-License-Identifier: Apache-2.0
// The fan-out by a Splitter, into which everybody is plugged.
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { Plug, Splitter } from "../../src/util/index.ts";
import { Tallies } from "../fan-out/job.ts";
import { Numbers, Reader } from "../fan-out/parts.ts";
import { measure } from "../lib/measure.ts";

await measure({ work: "fan-out", row: "ours, Splitter", unit: "million deliveries/s" }, async () => {
  const system = new System();
  const tallies = new Tallies();
  const splitter = Splitter<number>();
  for (const tally of tallies.all)
    system.activate(
      Plug(
        splitter,
        Reader((n) => tally.add(n)),
      ),
    );
  await system.run(); // until all are plugged in
  system.activate(Pipeline(Numbers(), splitter));
  await system.run();
  return tallies.deliveries();
});
