// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { SimpleFrame } from "./SimpleFrame.ts";
import { Slab } from "../internal/slab.ts";

/** A number that says which message it is, and the message. */
export type Tagged = readonly [tag: number, data: Uint8Array];

/**
 * Makes a frame of each tagged message: see {@link SimpleFrame}. {@link DeFramer} undoes it.
 * Where frames are in a stream that may lose its beginning, or some bytes, {@link DataChunker} marks where they begin.
 *
 * @example
 * await Pipeline(Feed([Buffer.from("a"), Buffer.from("b")]), TagWithSequenceNumber(), Framer(), DeFramer(), ConsoleEchoer()).run();
 */
export function Framer(): Component<{ inbox: Tagged }, { outbox: Uint8Array }> {
  return component(Framer, {
    inboxes: { inbox: "[tag, data]" },
    outboxes: { outbox: "a frame for each" },
    *main({ inbox }, { outbox }) {
      const slab = new Slab();
      while (yield inbox) for (const [tag, data] of inbox) outbox.send(new SimpleFrame(tag, data).writeTo(slab));
    },
  });
}
