// SPDX-License-Identifier: Apache-2.0
// Message by message.
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";
import { AddOne, Numbers, Sum } from "./stages.ts";

const MESSAGES = 200_000;

await measure({ work: "pipeline", row: "ours, per message", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  await new System().run(Pipeline(Numbers(MESSAGES), AddOne(), AddOne(), AddOne(), Sum(tally)));
  return tally.hops(MESSAGES);
});
