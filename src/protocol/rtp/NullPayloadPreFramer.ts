// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";

/** How fast the source is, and how it is cut. */
export interface NullPayloadPreFramerOptions {
  /** Bits per second of the source. Default 65536. */
  readonly sourceBitrate?: number;
  /** Bytes of each piece; the last one may be shorter. Default 1400. */
  readonly chunkSize?: number;
}

/**
 * Cuts a stream of bytes into pieces for RTP packets that say nothing of what they carry: each with its length before it, 32 bit, most significant byte first,
 * and with the time at which it is to be played, as the bit rate of the source says. The rest is sent at the end of the data. The boxes are the original's.
 *
 * @throws RangeError for a rate or a size that is not above 0
 * @example
 * const { output } = await drive(NullPayloadPreFramer({ chunkSize: 4 }), { recvsrc: [Buffer.from("abcdefghij")] });
 * console.log(output.map(([time]) => time)); // [0, 0.00048828125, 0.0009765625]
 */
export function NullPayloadPreFramer({ sourceBitrate = 65_536, chunkSize = 1400 }: NullPayloadPreFramerOptions = {}): Component<
  { recvsrc: Uint8Array },
  { output: readonly [seconds: number, piece: Uint8Array] }
> {
  if (!(sourceBitrate > 0)) throw new RangeError(`Cannot tell the time from ${sourceBitrate} bits per second: give more than 0`);
  if (!(chunkSize >= 1)) throw new RangeError(`Cannot cut pieces of ${chunkSize} bytes: give 1 or more`);
  const size = Math.floor(chunkSize);
  return component(NullPayloadPreFramer, {
    inboxes: { recvsrc: "the stream" },
    outboxes: { output: "[seconds, length and bytes]" },
    *main({ recvsrc }, { output }, self) {
      let piece = newPiece(size);
      let filled = 0;
      let sent = 0;
      const send = (): void => {
        new DataView(piece.buffer).setUint32(0, filled);
        output.send([sent / (sourceBitrate / 8), piece.subarray(0, 4 + filled)]);
        sent += filled;
        piece = newPiece(size);
        filled = 0;
      };
      while (yield recvsrc) {
        const bytes = recvsrc.recv();
        for (let at = 0; at < bytes.length;) {
          const part = bytes.subarray(at, at + size - filled);
          piece.set(part, 4 + filled);
          at += part.length;
          filled += part.length;
          if (filled < size) break;
          send();
          if (output.full) yield; // waits for room; the rest of a message is sent also at the end of the data
          if (self.toldToStop) return;
        }
      }
      if (filled > 0 && !self.toldToStop) send();
    },
  });
}

function newPiece(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(4 + size);
}
