// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  isMarkedAsUntransferable,
  markAsUntransferable,
  MessageChannel,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  type Transferable,
  Worker,
  workerData,
} from "node:worker_threads";
import type { Inside, ThreadData, ValuePort, Workers } from "./workers.ts";

/** What is ours in a worker's data. */
interface OurData {
  readonly "kamaelia:thread"?: { readonly data: ThreadData; readonly port: MessagePort };
}

/** Node.js: worker threads. */
export const workers: Workers = {
  start(file, data, limits, { bell, failed, exited }) {
    const program = existing(file);
    const { port1, port2 } = new MessageChannel();
    const ours: OurData = { "kamaelia:thread": { data, port: port2 } };
    const worker = new Worker(program, {
      name: data.name,
      workerData: ours,
      transferList: [port2],
      ...(limits === undefined ? {} : { resourceLimits: limits }),
    });
    worker.on("message", bell);
    worker.on("error", failed);
    worker.on("exit", exited);
    return {
      port: valuePort(port1),
      bell: () => worker.postMessage(0),
      keepAlive: (yes) => (yes ? worker.ref() : worker.unref()),
      terminate: () => void worker.terminate(),
    };
  },

  inside() {
    if (parentPort === null) return undefined;
    const ours = (workerData as OurData | null)?.["kamaelia:thread"];
    return ours === undefined ? undefined : new NodeInside(parentPort, ours.data, valuePort(ours.port));
  },

  allocate(size) {
    const { buffer } = Buffer.allocUnsafeSlow(size); // without zeros: it is filled at once
    markAsUntransferable(buffer);
    return buffer as ArrayBuffer;
  },

  transferable: (list) => list.filter((one) => !isMarkedAsUntransferable(one)),
};

class NodeInside implements Inside {
  readonly data: ThreadData;
  readonly port: ValuePort;
  readonly #parent: MessagePort;

  constructor(parent: MessagePort, data: ThreadData, port: ValuePort) {
    this.#parent = parent;
    this.data = data;
    this.port = port;
  }

  readonly bell = (): void => this.#parent.postMessage(0);

  listen({ bell, idle }: Parameters<Inside["listen"]>[0]): void {
    this.#parent.on("message", bell);
    this.#parent.unref();
    process.on("beforeExit", idle);
  }

  keepAlive(yes: boolean): void {
    if (yes) this.#parent.ref();
    else this.#parent.unref();
  }

  exit(): void {
    process.stdout.write("", () => process.stderr.write("", () => process.exit(0)));
  }

  fail(error: unknown): void {
    setImmediate(() => {
      throw error;
    });
  }
}

function valuePort(port: MessagePort): ValuePort {
  return {
    post: (message, transfer) => port.postMessage(message, transfer as readonly Transferable[]),
    take: () => receiveMessageOnPort(port)!.message,
    close: () => port.close(),
  };
}

/** The file; in a build, what has become of it: `X.worker.js` for `X.worker.ts`. */
function existing(file: URL): URL {
  if (file.protocol !== "file:" || existsSync(file)) return file;
  const built = new URL(file);
  built.pathname = built.pathname.replace(/\.([cm]?)ts$/, ".$1js");
  if (existsSync(built)) return built;
  throw new Error(`there is no file ${fileURLToPath(file)}`);
}
