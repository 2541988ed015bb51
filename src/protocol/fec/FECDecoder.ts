// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import { Blocks, type FECLoss } from "./blocks.ts";
import { parseFEC } from "./packet.ts";

/** How long to wait for what is missing. */
export interface FECDecoderOptions {
  /** Blocks that are kept at the same time; older ones are over. Default 16. */
  readonly blocks?: number;
}

/**
 * Gives the datagrams that {@link FECEncoder} protected: those that come, at once; those that do not, as soon as enough parity packets have come. So their order may change.
 * None is given twice. What cannot be found is told on "lost".
 *
 * @throws RangeError for a number of blocks below 1
 * @example
 * await Pipeline(Feed(["a", "b", "c"].map((text) => Buffer.from(text))), FECEncoder({ sources: 3, parities: 2 }), FECDecoder(), ConsoleEchoer()).run(); // abc
 */
export function FECDecoder({ blocks = 16 }: FECDecoderOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array; lost: FECLoss; malformed: Malformed }
> {
  if (!(blocks >= 1)) throw new RangeError(`Cannot keep ${blocks} blocks: give 1 or more`);
  return component(FECDecoder, {
    inboxes: { inbox: "packets of FECEncoder" },
    outboxes: { outbox: "datagrams", lost: "blocks that are over, and not whole", malformed: "what was no packet, or of no use, and why" },
    *main({ inbox }, { outbox, lost, malformed }, self) {
      const window = new Blocks(blocks);
      const receive = (bytes: Uint8Array): void => {
        const packet = parseFEC(bytes);
        const found = typeof packet === "string" ? packet : window.add(packet);
        if (typeof found === "string") malformed.send({ bytes, reason: `Cannot use a FEC packet: ${found}` });
        else for (const datagram of found) outbox.send(datagram);
        for (const loss of window.losses.splice(0)) lost.send(loss);
      };
      while (yield inbox) for (const bytes of inbox) receive(bytes);
      if (self.toldToStop) return;
      window.end();
      for (const loss of window.losses) lost.send(loss);
    },
  });
}
