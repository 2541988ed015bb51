// SPDX-License-Identifier: Apache-2.0
import { System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { SimpleFileWriter, SimpleReader } from "../../src/file/index.ts";
import { PassThrough } from "../../src/util/index.ts";
import { measure } from "../lib/measure.ts";
import { BLOCK, Job } from "./job.ts";

const job = new Job();
await measure({ work: "file-copy", row: "ours", unit: "MB/s" }, async () => {
  const reader = SimpleReader(job.source, { readMode: "bytes", chunkSize: BLOCK });
  await new System().run(Pipeline(reader, PassThrough<Uint8Array>(), SimpleFileWriter(job.copy)));
  return job.done();
});
