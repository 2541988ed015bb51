// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { measure } from "../lib/measure.ts";
import { all, blocks } from "./job.ts";

await measure(
  { work: "process", row: "spawn, streams", unit: "MB/s" },
  async () => {
    let bytes = 0;
    const cat = spawn("cat", { stdio: ["pipe", "pipe", "inherit"] });
    const count = new Writable({
      write({ length }: Buffer, _encoding, done) {
        bytes += length;
        done();
      },
    });
    await Promise.all([pipeline(Readable.from(blocks()), cat.stdin), pipeline(cat.stdout, count)]);
    return all(bytes);
  },
  { busy: false },
);
