// SPDX-License-Identifier: Apache-2.0
// Loaded before each test file: one that does not end by itself fails, and says what keeps it alive, instead of hanging the run.
import { isMainThread } from "node:worker_threads";

const SECONDS = Number(process.env["KAMAELIA_TEST_SECONDS"] ?? 150);

if (isMainThread && process.env["NODE_TEST_CONTEXT"] === "child-v8") {
  const timer = setTimeout(() => {
    const alive = process.getActiveResourcesInfo().filter((kind) => !/Pipe|TTY|FSReq/.test(kind));
    process.stderr.write(`${process.argv[1]} did not end within ${SECONDS} s; still there: ${alive.join(", ") || "a test that waits"}\n`);
    process.exit(1);
  }, SECONDS * 1000);
  timer.unref();
}
