// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from "node:fs";
import { type Component, component, System } from "../../src/axon/index.ts";
import { FromNode } from "../../src/axon/node/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { LineSplit } from "../../src/util/index.ts";
import { measure } from "../lib/measure.ts";
import { file, Tally, text } from "./job.ts";

/** Reads all there is, in each turn. */
function Count(tally: Tally): Component<{ inbox: string }, {}> {
  return component(Count, {
    inboxes: { inbox: "lines" },
    *main({ inbox }) {
      while (yield inbox) for (const line of inbox) tally.add(line);
    },
  });
}

await measure({ work: `lines-${text}`, row: "ours", unit: "million lines/s" }, async () => {
  const tally = new Tally();
  await new System().run(Pipeline(FromNode<Uint8Array>(createReadStream(file)), LineSplit(), Count(tally)));
  return tally.lines();
});
