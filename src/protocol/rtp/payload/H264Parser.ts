// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../../axon/index.ts";
import type { Malformed } from "../../framing/index.ts";
import { type AccessUnit, beginsPicture, NAL, NALFinder, nalType } from "./nalUnits.ts";

/** How fast the pictures come, and how large they may be. */
export interface H264ParserOptions {
  /** Pictures per second. Default 25. */
  readonly framerate?: number;
  /** Bytes of a NAL unit at most; a longer one is malformed. Default 4194304. */
  readonly maxSize?: number;
}

/**
 * Finds the pictures in an H.264 stream (annex B: what ffmpeg calls `h264`), wherever its messages are cut, and says when they are to be shown: one after the other at this rate.
 * That is right for streams whose pictures are coded in the order in which they are shown (no B-frames), as those for live sending are. Bytes of no picture go to "malformed".
 *
 * @throws RangeError for a rate or a size that is not above 0
 * @example
 * // A picture of one byte, and one of two, with a parameter set before it.
 * const { outbox } = await drive(H264Parser({ framerate: 30 }), { inbox: [Buffer.from("000001658000000001672a00000165801100000001", "hex")] });
 * console.log(outbox.map(({ timestamp, nals }) => [timestamp, nals.length])); // [[0, 1], [3000, 2]]
 */
export function H264Parser({ framerate = 25, maxSize = 4_194_304 }: H264ParserOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: AccessUnit; malformed: Malformed }
> {
  if (!(framerate > 0 && maxSize > 0))
    throw new RangeError(`Cannot read ${framerate} pictures a second, of ${maxSize} bytes: both have to be above 0`);
  return component(H264Parser, {
    inboxes: { inbox: "an H.264 stream" },
    outboxes: { outbox: "pictures", malformed: "bytes of no picture" },
    *main({ inbox }, { outbox, malformed }, self) {
      const finder = new NALFinder(maxSize);
      let nals: Uint8Array[] = [];
      let hasPicture = false;
      let count = 0;
      const skipped = (bytes: Uint8Array): void =>
        malformed.send({ bytes, reason: `Cannot find NAL units, of ${maxSize} bytes at most, in ${bytes.length} bytes` });
      const send = (): void => {
        outbox.send({ nals, timestamp: Math.round((count++ * 90_000) / framerate) % 2 ** 32 });
        nals = [];
        hasPicture = false;
      };
      const add = (units: readonly Uint8Array[]): void => {
        for (const nal of units) {
          if (hasPicture && beginsPicture(nal)) send();
          hasPicture ||= nalType(nal) >= NAL.SLICE && nalType(nal) <= NAL.IDR;
          if (nals.push(nal) > MOST_UNITS) skipped(nals.shift()!);
        }
      };
      while (yield inbox) for (const bytes of inbox) add(finder.push(bytes, skipped));
      if (self.toldToStop) return;
      add(finder.flush(skipped));
      if (hasPicture) send();
      else for (const nal of nals) skipped(nal);
    },
  });
}

/** A picture has no more slices than this: something else is wrong. */
const MOST_UNITS = 4096;
