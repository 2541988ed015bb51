// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { type Frame, planeSizes } from "./pixformats.ts";
import { formatFrame, formatSequence } from "./yuv4mpegHeader.ts";

/**
 * Writes pictures as a stream of YUV4MPEG2, which ffmpeg and the mjpegtools read. The first picture says what the head of the stream says; what is not
 * known is left out, or said as the original did: not interlaced, and 4:2:0 placed as MPEG-2 does.
 *
 * @throws RangeError, as a failure of the component, for a picture of another size or pixel format than the first one, or whose planes are too long or short
 * @example
 * const list: Uint8Array[] = [];
 * await Pipeline(OneShot(new Uint8Array(6)), RawYUVFramer([2, 2]), FrameToYUV4MPEG(), ToList(list)).run();
 * new TextDecoder().decode(list[0]); // YUV4MPEG2 W2 H2 C420mpeg2 Ip FRAME
 */
export function FrameToYUV4MPEG(): Component<{ inbox: Frame }, { outbox: Uint8Array }> {
  return component(FrameToYUV4MPEG, {
    inboxes: { inbox: "pictures" },
    outboxes: { outbox: "bytes of YUV4MPEG2" },
    *main({ inbox }, { outbox }) {
      const encoder = new TextEncoder();
      let first: Frame | undefined;
      while (yield inbox) {
        for (const frame of inbox) {
          const head = first === undefined ? formatSequence(frame) : "";
          first ??= frame;
          check(frame, first);
          outbox.send(encoder.encode(head + formatFrame(frame)));
          for (const plane of frame.yuv) if (plane.length > 0) outbox.send(plane);
        }
      }
    },
  });
}

function check({ pixformat, size, yuv }: Frame, first: Frame): void {
  const [is, was] = [`${size.join("x")} (${pixformat})`, `${first.size.join("x")} (${first.pixformat})`];
  if (is !== was) throw new RangeError(`Cannot write a picture of ${is} into YUV4MPEG: the stream has pictures of ${was}`);
  const sizes = planeSizes(pixformat, size);
  const wrong = sizes.findIndex((bytes, i) => (yuv[i]?.length ?? 0) !== bytes);
  if (wrong >= 0)
    throw new RangeError(
      `Cannot write a picture of ${is} into YUV4MPEG: plane ${wrong} has ${yuv[wrong]?.length ?? 0} bytes, not ${sizes[wrong]}`,
    );
  if (yuv.length > sizes.length)
    throw new RangeError(`Cannot write a picture of ${is} into YUV4MPEG: it has ${yuv.length} planes, not ${sizes.length}`);
}
