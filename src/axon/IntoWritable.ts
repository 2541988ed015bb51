// SPDX-License-Identifier: Apache-2.0
import type { Component } from "./Component.ts";
import { component } from "./definition.ts";
import { interrupt } from "./interrupt.ts";
import { settled } from "./waits.ts";

/** How to write into a stream. */
export interface IntoWritableOptions {
  /** Whether the stream is closed at the end, and aborted when the component fails or is stopped. Default true; otherwise it stays open for others. */
  readonly close?: boolean;
}

/**
 * Writes what comes into a web stream, and closes it at the end; it has ended when the stream is closed. It takes the next message only when the stream
 * wants more. When the stream fails, so does the component; when the component is stopped, the stream is aborted.
 *
 * @example
 * const { readable, writable } = new CompressionStream("gzip");
 * Pipeline(FromIterable([Buffer.from("hello")]), IntoWritable<BufferSource>(writable)).activate();
 * for await (const bytes of readable) console.log(`${bytes.length} bytes`);
 */
export function IntoWritable<T>(stream: WritableStream<T>, { close = true }: IntoWritableOptions = {}): Component<{ inbox: T }, {}> {
  return component(IntoWritable, {
    inboxes: { inbox: "what to write" },
    *main({ inbox }, _, self) {
      const writer = stream.getWriter();
      let isIdle = true;
      let isOpen = true;
      writer.closed.catch((error: unknown) => {
        if (isIdle) interrupt(self, error); // otherwise whatever it waits for fails with it
      });
      try {
        while (yield inbox) {
          isIdle = false;
          writer.write(inbox.recv()).catch(() => {}); // so do `ready` and `close`
          if ((writer.desiredSize ?? 0) <= 0) yield* settled(writer.ready);
          isIdle = true;
        }
        if (self.toldToStop) return;
        isIdle = false;
        yield* settled(close ? writer.close() : writer.ready);
        isOpen = !close;
      } finally {
        isIdle = false;
        if (isOpen && close) yield* settled(writer.abort(new Error(`${self.name} was stopped`)));
        writer.releaseLock();
      }
    },
  });
}
