// SPDX-License-Identifier: Apache-2.0
// By its events, which is the fastest way.
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { measure } from "../lib/measure.ts";
import { file, Tally, text } from "./job.ts";

await measure({ work: `lines-${text}`, row: "node:readline", unit: "million lines/s" }, async () => {
  const tally = new Tally();
  const reader = createInterface({ input: createReadStream(file), crlfDelay: Infinity, terminal: false });
  reader.on("line", (line) => tally.add(line));
  await once(reader, "close");
  return tally.lines();
});
