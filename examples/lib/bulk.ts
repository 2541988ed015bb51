// SPDX-License-Identifier: Apache-2.0
// As much as TCP can carry, and what theory says how much that is.
import { type Component, component } from "kamaelia/axon";

/** Bytes without end. */
export function Source(): Component<{}, { outbox: Uint8Array }> {
  return component(Source, {
    outboxes: { outbox: "bytes" },
    *main(_, { outbox }) {
      while (yield) outbox.send(new Uint8Array(65_536));
    },
  });
}

/** A protocol that counts bytes, and answers nothing. */
export function Count(add: (bytes: number) => void): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Count, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "nothing" },
    *main({ inbox }) {
      while (yield inbox) for (const { length } of inbox) add(length);
    },
  });
}

/** Bytes in a full segment. */
const SEGMENT = 1460;

/** Bits in a second, as Mathis, Semke, Mahdavi and Ott found in 1997: MSS / RTT × √(3/2) / √p. The round trip is in milliseconds. */
export function mathis(roundTrip: number, loss: number): number {
  return ((SEGMENT * 8) / (roundTrip / 1000)) * Math.sqrt(1.5 / loss);
}
