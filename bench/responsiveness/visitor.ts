// SPDX-License-Identifier: Apache-2.0
// A client on a thread of its own.
import { parentPort, workerData } from "node:worker_threads";
import { visit } from "./echo.ts";

const { port, duration } = workerData as { port: number; duration: number };
parentPort?.postMessage(await visit(port, duration));
