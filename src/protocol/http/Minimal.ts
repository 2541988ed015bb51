// SPDX-License-Identifier: Apache-2.0
import { type Component, component, settled } from "../../axon/index.ts";
import { Files, type FilesOptions } from "./files.ts";
import type { Handler } from "./handlers.ts";
import type { RequestHeader } from "./messages.ts";
import type { Resource } from "./resource.ts";

/**
 * Makes a handler that serves the files of a folder: media types, index files, ETag and Last-Modified, conditions (304, 412), ranges (206, 416), HEAD; if asked for, compressed files beside
 * them, and lists of folders. To compress what is not yet, see {@link compressed}. Names that begin with a dot, and paths and links that lead out of the folder, are not found. Small files are kept in memory for a moment.
 *
 * @throws RangeError for a time below 0, and for an index that is a path
 * @example
 * await SimpleServer({ port: 8000, protocol: HTTPProtocol(MinimalFactory({ homedirectory: "htdocs" })) }).run(); // until it is stopped
 */
export function MinimalFactory(options: FilesOptions = {}): Handler {
  const files = new Files(options);
  return ({ parsed, system }) => files.answer(parsed, system.clock.now());
}

/**
 * Answers one request with a file, as {@link MinimalFactory} does, as a component: its resources leave from its outbox.
 *
 * @throws as MinimalFactory does
 * @example
 * const handler: Handler = ({ parsed }) => Minimal(parsed, { homedirectory: "htdocs" });
 * const protocol = HTTPProtocol(handler);
 */
export function Minimal(request: RequestHeader, options: FilesOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Resource }> {
  const files = new Files(options);
  return component(Minimal, {
    inboxes: { inbox: "the body of the request, not read" },
    outboxes: { outbox: "the file, or why there is none" },
    *main(_, { outbox }, self) {
      const answer = files.answer(request, self.system.clock.now());
      const { data, ...head } = "then" in answer ? yield* settled(answer) : answer;
      if (data === undefined || typeof data === "string" || data instanceof Uint8Array) {
        outbox.send({ ...head, ...(data === undefined ? {} : { data }), complete: true });
        return;
      }
      outbox.send(head);
      const pieces = data[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { done, value } = yield* settled(pieces.next());
          if (done === true) return;
          outbox.send({ data: value });
          if (!(yield) && self.toldToStop) return;
        }
      } finally {
        void pieces.return?.();
      }
    },
  });
}
