// SPDX-License-Identifier: Apache-2.0
// As its documentation does it. Only this way has back-pressure.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { measure } from "../lib/measure.ts";
import { file, Tally, text } from "./job.ts";

await measure({ work: `lines-${text}`, row: "node:readline, for await", unit: "million lines/s" }, async () => {
  const tally = new Tally();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity, terminal: false })) tally.add(line);
  return tally.lines();
});
