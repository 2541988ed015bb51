// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { ByteReader, checkLimits, type Reading } from "./ByteReader.ts";
import { type Frame, frameBytes, planesOf } from "./pixformats.ts";
import { parseFrame, parseSequence } from "./yuv4mpegHeader.ts";

/** How much a YUV4MPEGToFrame takes. */
export interface YUV4MPEGToFrameOptions {
  /** Bytes of the largest picture. Default 134,217,728 (128 MiB). */
  readonly maxFrame?: number;
  /** Characters of the longest line of text. Default 1024. */
  readonly maxLine?: number;
}

/**
 * Takes a stream of YUV4MPEG2 (what `ffmpeg -f yuv4mpegpipe` and the mjpegtools write) apart into pictures. It takes the bytes in pieces of any size.
 *
 * All formats of colour of the mjpegtools and of ffmpeg are understood: 4:2:0, 4:1:1, 4:2:2, 4:4:4, with opacity, brightness alone, 8 to 16 bits. The planes of
 * a picture share one buffer, which belongs to nobody else.
 *
 * @throws SyntaxError for what is not YUV4MPEG2, or ends in the middle of a picture: at which byte, and why
 * @throws RangeError for limits that are not above 0; as a failure of the component, for pictures larger than `maxFrame`
 * @example
 * const decoder = FFmpeg({ input: ["-f", "matroska"], output: ["-f", "yuv4mpegpipe"] });
 * await Pipeline(SimpleReader("film.mkv", { readMode: "bytes" }), decoder, YUV4MPEGToFrame(), Screen()).run();
 */
export function YUV4MPEGToFrame({ maxFrame = 2 ** 27, maxLine = 1024 }: YUV4MPEGToFrameOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Frame }
> {
  checkLimits("read YUV4MPEG", { maxFrame, maxLine });
  return component(YUV4MPEGToFrame, {
    inboxes: { inbox: "bytes of YUV4MPEG2" },
    outboxes: { outbox: "pictures" },
    *main({ inbox }, { outbox }, self) {
      const reader = new ByteReader(inbox);
      try {
        if (yield* reader.atEnd()) return;
        const sequence = yield* parsed(reader, maxLine, parseSequence);
        const { size, pixformat } = sequence;
        const bytes = frameBytes(pixformat, size);
        if (bytes > maxFrame)
          throw new RangeError(
            `Cannot read this YUV4MPEG: a picture of ${size.join("x")} (${pixformat}) takes ${bytes} bytes; maxFrame is ${maxFrame}`,
          );
        while (!(yield* reader.atEnd())) {
          const frame = yield* parsed(reader, maxLine, parseFrame);
          const picture = yield* reader.exactly(bytes);
          if (picture === undefined) throw fault(reader.position, "it ends in the middle of a picture");
          outbox.send({ yuv: planesOf(picture, pixformat, size), ...sequence, ...frame });
          if (outbox.full) yield;
        }
      } catch (error) {
        if (!self.toldToStop) throw error; // otherwise the stream is cut short because nobody wants the rest
      }
    },
  });
}

/** What the next line says. */
function* parsed<T>(reader: ByteReader, maxLine: number, parse: (line: string) => T): Reading<T> {
  const at = reader.position;
  const line = yield* reader.line(maxLine);
  if (line === undefined) throw fault(reader.position, "it ends in the middle of a line");
  if (line.length > maxLine) throw fault(at, `a line has more than ${maxLine} characters`);
  try {
    return parse(line);
  } catch (error) {
    throw error instanceof SyntaxError ? fault(at, error.message) : error;
  }
}

function fault(at: number, what: string): SyntaxError {
  return new SyntaxError(`Cannot read this YUV4MPEG at byte ${at}: ${what}`);
}
