// SPDX-License-Identifier: Apache-2.0
// Synchronous calls: no concurrency, no back-pressure.
import { EventEmitter } from "node:events";
import { measure } from "../lib/measure.ts";
import { MESSAGES, READERS, Tallies } from "./job.ts";

await measure({ work: "fan-out", row: "EventEmitter", unit: "million deliveries/s" }, () => {
  const tallies = new Tallies();
  const emitter = new EventEmitter();
  emitter.setMaxListeners(READERS);
  for (const tally of tallies.all) emitter.on("number", (n: number) => tally.add(n));
  for (let n = 0; n < MESSAGES; n++) emitter.emit("number", n);
  return tallies.deliveries();
});
