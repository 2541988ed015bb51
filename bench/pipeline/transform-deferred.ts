// SPDX-License-Identifier: Apache-2.0
// Each stage answers a microtask later, as a stage does that waits for anything; so the stages take turns, as components do.
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";

const MESSAGES = 100_000;
const objectMode = true;

function numbers(end: number): Readable {
  let n = 0;
  return new Readable({
    objectMode,
    read() {
      while (n < end) if (!this.push(n++)) return;
      this.push(null);
    },
  });
}

function addOne(): Transform {
  return new Transform({ objectMode, transform: (n: number, _encoding, done) => queueMicrotask(() => done(null, n + 1)) });
}

function sum(tally: Tally): Writable {
  return new Writable({
    objectMode,
    write(n: number, _encoding, done) {
      tally.add(n);
      done();
    },
  });
}

await measure({ work: "pipeline", row: "node:stream Transform, deferred", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  await pipeline(numbers(MESSAGES), addOne(), addOne(), addOne(), sum(tally));
  return tally.hops(MESSAGES);
});
