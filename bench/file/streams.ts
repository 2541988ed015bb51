// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { measure } from "../lib/measure.ts";
import { BLOCK, Job } from "./job.ts";

const job = new Job();
const highWaterMark = BLOCK;
await measure({ work: "file-copy", row: "node:stream pipeline", unit: "MB/s" }, async () => {
  const reader = createReadStream(job.source, { highWaterMark });
  await pipeline(reader, new PassThrough({ highWaterMark }), createWriteStream(job.copy, { highWaterMark }));
  return job.done();
});
