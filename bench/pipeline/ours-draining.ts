// SPDX-License-Identifier: Apache-2.0
// Every stage empties its box with a `for` loop in each turn.
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";
import { AddOneToAll, Numbers, SumAll } from "./stages.ts";

const MESSAGES = 500_000;

await measure({ work: "pipeline", row: "ours, draining", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  await new System().run(Pipeline(Numbers(MESSAGES), AddOneToAll(), AddOneToAll(), AddOneToAll(), SumAll(tally)));
  return tally.hops(MESSAGES);
});
