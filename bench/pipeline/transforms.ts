// SPDX-License-Identifier: Apache-2.0
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";

const MESSAGES = 100_000;
const objectMode = true;

/** Measures a pipeline whose three stages are Transforms of this function. */
export async function measureTransforms(
  row: string,
  transform: (n: number, encoding: string, done: (error: null, n: number) => void) => void,
): Promise<void> {
  const stage = (): Transform => new Transform({ objectMode, transform });
  await measure({ work: "pipeline", row, unit: "million hops/s" }, async () => {
    const tally = new Tally();
    await pipeline(numbers(MESSAGES), stage(), stage(), stage(), sum(tally));
    return tally.hops(MESSAGES);
  });
}

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

function sum(tally: Tally): Writable {
  return new Writable({
    objectMode,
    write(n: number, _encoding, done) {
      tally.add(n);
      done();
    },
  });
}
