// SPDX-License-Identifier: Apache-2.0
// Sends back whatever comes.
import { parentPort } from "node:worker_threads";

parentPort!.on("message", (message: unknown) => parentPort!.postMessage(message));
