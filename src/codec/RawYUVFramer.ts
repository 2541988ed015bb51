// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { ByteReader } from "./ByteReader.ts";
import { checkPixels, chromaSize, type Frame, frameBytes, type PixFormat, planesOf, type Size } from "./pixformats.ts";

/** What the bytes are. */
export interface RawYUVFramerOptions {
  /** How the planes lie in memory. Default "YUV420_planar". */
  readonly pixformat?: PixFormat;
  /** What else is to be said of each picture: its rate, and so on. Default: nothing. */
  readonly sequence?: Omit<Frame, "yuv" | "size" | "chroma_size" | "pixformat">;
}

/**
 * Cuts a stream of bytes into pictures that lie one after the other, plane after plane: what is in `.yuv` files, and what `ffmpeg -f rawvideo` writes.
 *
 * @param size columns and rows of a picture
 * @throws RangeError for sizes and pixel formats that there cannot be
 * @throws SyntaxError, as a failure of the component, when the stream ends in the middle of a picture
 * @example
 * const list: Frame[] = [];
 * await Pipeline(OneShot(new Uint8Array(2 * 352 * 288 * 1.5)), RawYUVFramer([352, 288]), ToList(list)).run();
 * list.map(({ size, chroma_size }) => [size, chroma_size]); // 352 288 176 144 352 288 176 144
 */
export function RawYUVFramer(
  size: Size,
  { pixformat = "YUV420_planar", sequence = {} }: RawYUVFramerOptions = {},
): Component<{ inbox: Uint8Array }, { outbox: Frame }> {
  checkPixels("cut out pictures", pixformat, size);
  const bytes = frameBytes(pixformat, size);
  const chroma_size = chromaSize(pixformat, size);
  return component(RawYUVFramer, {
    inboxes: { inbox: "bytes of pictures" },
    outboxes: { outbox: "pictures" },
    *main({ inbox }, { outbox }, self) {
      const reader = new ByteReader(inbox);
      while (!(yield* reader.atEnd())) {
        const picture = yield* reader.exactly(bytes);
        if (self.toldToStop) return;
        if (picture === undefined)
          throw new SyntaxError(
            `Cannot cut out a picture: the bytes end at ${reader.position}, and a picture of ${size.join("x")} takes ${bytes}`,
          );
        outbox.send({ ...sequence, yuv: planesOf(picture, pixformat, size), size, chroma_size, pixformat });
        if (outbox.full) yield;
      }
    },
  });
}
