// SPDX-License-Identifier: Apache-2.0
// Parts of the tests of payload formats.
import { type Component, component } from "../../../axon/index.ts";
import type { RTPContent } from "../packet.ts";
import type { Arrived } from "./arrived.ts";

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** All ways to cut bytes in two, and bytes one by one. */
export function cuts(data: Uint8Array): Uint8Array[][] {
  const two = Array.from({ length: data.length + 1 }, (_, at) => [data.subarray(0, at), data.subarray(at)]);
  return [...two, Array.from(data, (byte) => Uint8Array.of(byte))];
}

/** Contents as if they had come, numbered from here. */
export function arrived(contents: readonly RTPContent[], from = 0): Arrived[] {
  return contents.map((content, n) => [(from + n) & 0xffff, content]);
}

/** Packets of a transport stream, of stream 256; some with a clock reference, in units of 1/90000 s. */
export function tsPacket(fill: number, reference?: number, discontinuity = false): Uint8Array {
  const packet = Buffer.alloc(188, fill);
  packet.set([0x47, 0x01, 0x00, 0x10]);
  if (reference === undefined) return packet;
  packet[3] = 0x30;
  packet.set([7, discontinuity ? 0x90 : 0x10], 4);
  const base = BigInt(reference);
  packet.writeUInt32BE(Number(base >> 1n), 6);
  packet[10] = Number(base & 1n) << 7;
  packet[11] = 0;
  return packet;
}

/** Numbers what comes, as a network would hand it over. */
export function Numbered(): Component<{ inbox: RTPContent }, { outbox: Arrived }> {
  return component(Numbered, {
    inboxes: { inbox: "contents" },
    outboxes: { outbox: "[number, content]" },
    *main({ inbox }, { outbox }) {
      let next = 65_530;
      while (yield inbox) for (const content of inbox) outbox.send([next++ & 0xffff, content]);
    },
  });
}
