// SPDX-License-Identifier: Apache-2.0
// Arrays of messages, two arrays on the way at a time.
import { Worker } from "node:worker_threads";
import { measure } from "../lib/measure.ts";
import { checkMessage, message, WINDOW } from "./job.ts";

const BATCHES = 200;
const worker = new Worker(new URL("post-message.worker.ts", import.meta.url));

await measure(
  { work: "thread", row: `postMessage of arrays of ${WINDOW}`, unit: "thousand messages/s there and back" },
  () =>
    new Promise<number>((resolve, reject) => {
      let sent = 0;
      let received = 0;
      const send = (): void => {
        worker.postMessage(Array.from({ length: WINDOW }, (_, i) => message(sent * WINDOW + i)));
        sent++;
      };
      worker.removeAllListeners();
      worker.on("error", reject);
      worker.on("message", (batch: Uint8Array[]) => {
        batch.forEach((bytes, i) => checkMessage(bytes, received * WINDOW + i));
        received++;
        if (received === BATCHES) resolve(BATCHES * WINDOW);
        else if (sent < BATCHES) send();
      });
      send();
      send();
    }),
  { scale: 1000, busy: false },
);
await worker.terminate();
