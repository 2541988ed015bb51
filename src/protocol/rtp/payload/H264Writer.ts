// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { AccessUnit } from "./nalUnits.ts";

/**
 * Writes pictures as an H.264 stream (annex B): a start code before each NAL unit. It is the opposite of an {@link H264Parser}; times are not in the stream.
 *
 * @example
 * const { outbox } = await drive(H264Writer(), { inbox: [{ nals: [Buffer.from("6511", "hex")] }] });
 * console.log(Buffer.from(outbox[0]!).toString("hex")); // 000000016511
 */
export function H264Writer(): Component<{ inbox: Pick<AccessUnit, "nals"> }, { outbox: Uint8Array }> {
  return component(H264Writer, {
    inboxes: { inbox: "pictures" },
    outboxes: { outbox: "an H.264 stream, a picture a message" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const { nals } of inbox) outbox.send(written(nals));
    },
  });
}

function written(nals: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(nals.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const nal of nals) {
    bytes[at + 3] = 1;
    bytes.set(nal, at + 4);
    at += 4 + nal.length;
  }
  return bytes;
}
