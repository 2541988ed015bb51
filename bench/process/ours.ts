// SPDX-License-Identifier: Apache-2.0
import { type Component, component, FromIterable, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { UnixProcess } from "../../src/file/index.ts";
import { measure } from "../lib/measure.ts";
import { all, blocks } from "./job.ts";

/** Counts bytes. */
function Count(tally: { bytes: number }): Component<{ inbox: Uint8Array }, {}> {
  return component(Count, {
    inboxes: { inbox: "bytes" },
    *main({ inbox }) {
      while (yield inbox) for (const { length } of inbox) tally.bytes += length;
    },
  });
}

await measure(
  { work: "process", row: "ours", unit: "MB/s" },
  async () => {
    const tally = { bytes: 0 };
    await new System().run(Pipeline(FromIterable(blocks()), UnixProcess("cat"), Count(tally)));
    return all(tally.bytes);
  },
  { busy: false },
);
