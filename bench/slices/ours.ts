// SPDX-License-Identifier: Apache-2.0
// The pipeline again. Arguments: the form of its stages, and after how many milliseconds the event loop has its turn.
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { measure } from "../lib/measure.ts";
import { Tally } from "../pipeline/job.ts";
import { AddOne, AddOneToAll, Numbers, Sum, SumAll } from "../pipeline/stages.ts";

/** More than fit in many slices: a pass takes about 200 ms. */
const MESSAGES = 2_000_000;
const [form = "per message", slice = "4"] = process.argv.slice(2);
const [Stage, Sink] = form === "draining" ? [AddOneToAll, SumAll] : [AddOne, Sum];
const row = `ours, ${form}, ${slice === "Infinity" ? "no slices" : `slices of ${slice} ms`}`;

await measure({ work: "slices", row, unit: "million hops/s" }, async () => {
  const tally = new Tally();
  await new System({ slice: Number(slice) }).run(Pipeline(Numbers(MESSAGES), Stage(), Stage(), Stage(), Sink(tally)));
  return tally.hops(MESSAGES);
});
