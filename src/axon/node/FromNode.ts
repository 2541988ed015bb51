// SPDX-License-Identifier: Apache-2.0
import { finished, type Readable } from "node:stream";
import { component, type Component } from "../index.ts";

/**
 * Sends what a Node.js stream gives, then ends. It reads only while there is room. When the stream fails, or closes before its end, so does the component;
 * when the component is stopped, the stream is destroyed.
 *
 * @example
 * await Pipeline(FromNode<string>(createReadStream("words.txt", "utf8")), LineSplit(), ConsoleEchoer()).run(); // alphabetagamma
 */
export function FromNode<T = any>(stream: Readable): Component<{}, { outbox: T }> {
  return component(FromNode, {
    outboxes: { outbox: "what comes" },
    *main(_, { outbox }, self) {
      let over: { readonly error: unknown } | undefined;
      const wake = (): void => self.unpause();
      const forget = finished(stream, { writable: false }, (error) => {
        over = { error };
        wake();
      });
      stream.on("readable", wake);
      let came = (): void => {};
      try {
        for (;;) {
          for (let chunk: T | null; (chunk = stream.read() as T | null) !== null;) {
            outbox.send(chunk);
            if (outbox.full && !(yield)) return;
          }
          if (over?.error !== undefined && over.error !== null) throw over.error;
          if (over !== undefined) return;
          came = self.system.expect(`what ${self.name} reads`);
          self.pause();
          if (!(yield)) return;
          came();
        }
      } finally {
        came();
        forget();
        stream.off("readable", wake);
        if (over === undefined) stream.destroy();
      }
    },
  });
}
