// SPDX-License-Identifier: Apache-2.0
// Messages of 1 KiB: framed, chunked, found again, taken apart.
import { type Component, component, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { DataChunker, DataDeChunker, DeFramer, Framer, type Tagged } from "../../src/protocol/framing/index.ts";
import { check, measure } from "../lib/measure.ts";

const MESSAGES = 20_000;
const DATA = Uint8Array.from({ length: 1024 }, (_, n) => (n * 7) & 0xff);

function Messages(): Component<{}, { outbox: Tagged }> {
  return component(Messages, {
    outboxes: { outbox: "[number, 1 KiB]" },
    *main(_, { outbox }) {
      for (let n = 0; n < MESSAGES;) {
        while (n < MESSAGES && !outbox.full) outbox.send([n++, DATA]);
        if (!(yield)) return;
      }
    },
  });
}

function Count(seen: { bytes: number; numbers: number }): Component<{ inbox: Tagged }, {}> {
  return component(Count, {
    inboxes: { inbox: "[number, data]" },
    *main({ inbox }) {
      while (yield inbox) {
        for (const [number, data] of inbox) {
          seen.bytes += data.length;
          seen.numbers += number;
        }
      }
    },
  });
}

await measure({ work: "framing", row: "ours", unit: "MB/s" }, async () => {
  const seen = { bytes: 0, numbers: 0 };
  await new System().run(Pipeline(Messages(), Framer(), DataChunker(), DataDeChunker(), DeFramer(), Count(seen)));
  check("the number of bytes", seen.bytes, MESSAGES * DATA.length);
  check("the sum of the numbers", seen.numbers, (MESSAGES * (MESSAGES - 1)) / 2);
  return seen.bytes;
});
