// SPDX-License-Identifier: Apache-2.0
// The callbacks are called at once, so that a message runs through all stages in one call stack: the fastest that Transform can be.
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
  return new Transform({ objectMode, transform: (n: number, _encoding, done) => done(null, n + 1) });
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

await measure({ work: "pipeline", row: "node:stream Transform", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  await pipeline(numbers(MESSAGES), addOne(), addOne(), addOne(), sum(tally));
  return tally.hops(MESSAGES);
});
