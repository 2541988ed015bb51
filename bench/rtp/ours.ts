// SPDX-License-Identifier: Apache-2.0
// A component that makes contents, or packets, RTPFramer or RTPDeframer, and one that counts.
import { type Component, component, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { type RTPContent, RTPDeframer, RTPFramer } from "../../src/protocol/rtp/index.ts";
import { check, measure } from "../lib/measure.ts";
import { PACKET, PACKETS, PAYLOAD } from "./job.ts";

function Source<T>(make: (n: number) => T): Component<{}, { outbox: T }> {
  return component(Source, {
    outboxes: { outbox: "one after the other" },
    *main(_, { outbox }) {
      for (let n = 0; n < PACKETS;) {
        while (n < PACKETS && !outbox.full) outbox.send(make(n++));
        if (!(yield)) return;
      }
    },
  });
}

function Count<T>(seen: { bytes: number }, bytes: (message: T) => number): Component<{ inbox: T }, {}> {
  return component(Count, {
    inboxes: { inbox: "what comes out" },
    *main({ inbox }) {
      while (yield inbox) for (const message of inbox) seen.bytes += bytes(message);
    },
  });
}

const content = (n: number): RTPContent => ({ payloadtype: 33, payload: PAYLOAD, timestamp: n, ssrc: 0xdeadbeef });

if (process.argv[2] === "pack") {
  await measure({ work: "rtp-pack", row: "ours", unit: "million packets/s" }, async () => {
    const seen = { bytes: 0 };
    await new System().run(
      Pipeline(
        Source(content),
        RTPFramer(),
        Count(seen, (packet: Uint8Array) => packet.length),
      ),
    );
    check("the number of bytes", seen.bytes, PACKETS * PACKET.length);
    return PACKETS;
  });
} else {
  await measure({ work: "rtp-parse", row: "ours", unit: "million packets/s" }, async () => {
    const seen = { bytes: 0 };
    await new System().run(
      Pipeline(
        Source(() => PACKET),
        RTPDeframer(),
        Count(seen, ([, { payload }]: readonly [number, { readonly payload: Uint8Array }]) => payload.length),
      ),
    );
    check("the number of bytes", seen.bytes, PACKETS * PAYLOAD.length);
    return PACKETS;
  });
}
