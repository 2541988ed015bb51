// SPDX-License-Identifier: Apache-2.0
// Stages as classes, with the methods of the original: boxes are looked up by name for each message.
import { Component, type Main, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";
import { Numbers, Sum } from "./stages.ts";

const MESSAGES = 200_000;

class AddOne extends Component<{ inbox: number }, { outbox: number }> {
  *main(): Main {
    while (yield this.inboxes.inbox) this.send(this.recv("inbox") + 1, "outbox");
  }
}

await measure({ work: "pipeline", row: "ours, class form", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  await new System().run(Pipeline(Numbers(MESSAGES), new AddOne(), new AddOne(), new AddOne(), Sum(tally)));
  return tally.hops(MESSAGES);
});
