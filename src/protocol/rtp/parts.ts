// SPDX-License-Identifier: Apache-2.0
// What tests of RTP need: ports, the bytes of datagrams, and other people's programs.
import { readFileSync } from "node:fs";
import { type Component, component } from "../../axon/index.ts";
import type { Datagram } from "../../internet/index.ts";
import { freePort } from "../../internet/parts.ts";

/** Two ports in a row that are free, the first one even, as RTP wants them. @internal */
export const evenPort = (): Promise<number> => freePort(1);

/** The bytes of datagrams. @internal */
export function Bytes(): Component<{ inbox: Datagram }, { outbox: Uint8Array }> {
  return component(Bytes, {
    inboxes: { inbox: "datagrams" },
    outboxes: { outbox: "their bytes" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const [bytes] of inbox) outbox.send(bytes);
    },
  });
}

/** Fulfilled when all these UDP ports of this machine are taken, by whomever. @internal */
export async function untilBound(...ports: readonly number[]): Promise<void> {
  const bound = (port: number): boolean =>
    ["/proc/net/udp", "/proc/net/udp6"].some((file) =>
      readFileSync(file, "utf8").includes(`:${port.toString(16).toUpperCase().padStart(4, "0")} 0`),
    );
  while (!ports.every(bound)) await new Promise((resolve) => setTimeout(resolve, 10));
}
