// SPDX-License-Identifier: Apache-2.0
// One postMessage for each message: `post-message.ts <window>`, which is how many are on the way at a time.
import { Worker } from "node:worker_threads";
import { measure } from "../lib/measure.ts";
import { checkMessage, message } from "./job.ts";

const window = Number(process.argv[2]);
const MESSAGES = 10_000;
const worker = new Worker(new URL("post-message.worker.ts", import.meta.url));
const row = window === 1 ? "postMessage, question and answer" : `postMessage one by one, ${window} on the way`;

await measure(
  { work: "thread", row, unit: "thousand messages/s there and back" },
  () =>
    new Promise<number>((resolve, reject) => {
      let sent = 0;
      let received = 0;
      worker.removeAllListeners();
      worker.on("error", reject);
      worker.on("message", (bytes: Uint8Array) => {
        checkMessage(bytes, received++);
        if (received === MESSAGES) resolve(MESSAGES);
        else if (sent < MESSAGES) worker.postMessage(message(sent++));
      });
      while (sent < window) worker.postMessage(message(sent++));
    }),
  { scale: 1000, busy: false },
);
await worker.terminate();
