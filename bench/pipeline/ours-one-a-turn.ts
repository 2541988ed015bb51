// SPDX-License-Identifier: Apache-2.0
// The source lets the others have a turn after each message, so there is never more than one on the way between two components.
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";
import { AddOne, NumberByNumber, Sum } from "./stages.ts";

const MESSAGES = 100_000;

await measure({ work: "pipeline", row: "ours, one message a turn", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  await new System().run(Pipeline(NumberByNumber(MESSAGES), AddOne(), AddOne(), AddOne(), Sum(tally)));
  return tally.hops(MESSAGES);
});
