// SPDX-License-Identifier: Apache-2.0
import { finished, type Writable } from "node:stream";
import { component, type Component, settled } from "../index.ts";
import { interrupt } from "../interrupt.ts";

/** How to write into a stream. */
export interface IntoNodeOptions {
  /** Whether the stream is ended at the end, and destroyed when the component fails or is stopped. Default true; otherwise it stays open for others. */
  readonly end?: boolean;
}

/**
 * Writes what comes into a Node.js stream, and ends it at the end; it has ended when all is written. It takes the next message only while the stream wants
 * more. When the stream fails, or is closed by somebody else, so does the component; when the component is stopped, the stream is destroyed.
 *
 * @example
 * await Pipeline(FromIterable(["one\n", "two\n"]), IntoNode(createWriteStream("numbers.txt"))).run();
 */
export function IntoNode<T = any>(stream: Writable, { end = true }: IntoNodeOptions = {}): Component<{ inbox: T }, {}> {
  return component(IntoNode, {
    inboxes: { inbox: "what to write" },
    *main({ inbox }, _, self) {
      let waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
      const somethingHappens = (): Promise<void> => new Promise((resolve, reject) => (waiting = { resolve, reject }));
      const go = (): void => {
        waiting?.resolve();
        waiting = undefined;
      };
      const forget = finished(stream, { readable: false }, (error) => {
        if (error === undefined || error === null) go();
        else if (waiting === undefined) interrupt(self, error);
        else waiting.reject(error);
      });
      stream.on("drain", go);
      try {
        while (yield inbox) {
          for (const message of inbox) if (!stream.write(message)) break;
          while (stream.writableNeedDrain) yield* settled(somethingHappens());
        }
        if (self.toldToStop || !end) return;
        stream.end();
        while (!stream.writableFinished) yield* settled(somethingHappens());
      } finally {
        forget();
        stream.off("drain", go);
        if (end && !stream.writableFinished) stream.destroy();
      }
    },
  });
}
