// SPDX-License-Identifier: Apache-2.0
import type { SampleFormat } from "../audio/index.ts";
import { type Component, component } from "../axon/index.ts";
import { ByteReader, checkLimits } from "./ByteReader.ts";
import type { Info } from "./riff.ts";
import { readAfter, readWAVHeader, type WAVMeta } from "./wavHeader.ts";

/** How much a WAVParser takes. */
export interface WAVParserOptions {
  /** Bytes of the largest chunk that is kept to be understood (the format, the texts); others are skipped, whatever their size. Default 65,536. */
  readonly maxChunk?: number;
}

/**
 * Gives the audio of a WAV file as raw bytes, and says before what they are: whole numbers of 8, 16, 24 and 32 bits, floats of 32 and 64, A-law and mu-law;
 * RIFF, RF64 and BW64 (files beyond 4 GiB); with any number of channels. It takes the bytes in pieces of any size, and keeps nothing but the header.
 *
 * What is known is sent at once: on "all_meta" all of it, which is what a {@link WAVWriter} wants, or a Carousel that makes whatever plays it. Texts of the
 * file (title, artist …) leave from "info" when they are met, also after the audio; those before it are on "all_meta", too.
 *
 * A size of 0 or 0xFFFFFFFF is that of a stream: the audio goes on as long as bytes come. Otherwise it ends when the file does. Audio that is shorter
 * than the header says is passed on without complaint, for recordings are cut short, and programs that cannot go back write some large number.
 *
 * @throws SyntaxError for what is no WAV file, or one that cannot be read: which byte, and why
 * @throws RangeError for a `maxChunk` that is not above 0; as a failure of the component, for a chunk that is larger than that
 * @example
 * const format = { sample_format: "S16_LE", channels: 1, sample_rate: 44_100 } as const;
 * await Pipeline(Tone({ duration: 0.2 }), WAVWriter(format), SimpleFileWriter("a.wav")).run();
 * await Graphline({
 *   components: {
 *     FILE: SimpleReader("a.wav", { readMode: "bytes" }),
 *     WAV: WAVParser(),
 *     METER: Carousel(Levels),
 *     LIST: PureTransformer(({ time, rms }: { time: number; rms: readonly number[] }) => `${time} s: ${rms[0]!.toFixed(2)}\n`),
 *     SHOW: ConsoleEchoer(),
 *   },
 *   linkages: {
 *     "FILE.outbox": "WAV.inbox",
 *     "WAV.all_meta": "METER.next",
 *     "WAV.outbox": "METER.inbox",
 *     "METER.outbox": "LIST.inbox",
 *     "LIST.outbox": "SHOW.inbox",
 *     "FILE.signal": "WAV.control",
 *     "WAV.signal": "METER.control",
 *     "METER.signal": "LIST.control",
 *     "LIST.signal": "SHOW.control",
 *   },
 * }).run();
 * // 0 s: 0.35
 * // 0.1 s: 0.35
 */
export function WAVParser({ maxChunk = 65_536 }: WAVParserOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array; sample_format: SampleFormat; channels: number; sample_rate: number; all_meta: WAVMeta; info: Info }
> {
  checkLimits("read WAV", { maxChunk });
  return component(WAVParser, {
    inboxes: { inbox: "the bytes of a WAV file" },
    outboxes: {
      outbox: "raw audio",
      sample_format: 'how a sample lies in memory, for example "S16_LE"',
      channels: "how many channels there are",
      sample_rate: "how many samples per second",
      all_meta: "all of that, and what else the file says",
      info: "texts of the file: title, artist and so on",
    },
    *main({ inbox }, { outbox, sample_format, channels, sample_rate, all_meta, info }, self) {
      const reader = new ByteReader(inbox);
      try {
        const header = yield* readWAVHeader(reader, maxChunk);
        if (header === undefined) return;
        const { meta, size, end } = header;
        channels.send(meta.channels);
        sample_format.send(meta.sample_format);
        sample_rate.send(meta.sample_rate);
        if (meta.info !== undefined) info.send(meta.info);
        all_meta.send(meta);
        for (let left = size; left > 0;) {
          const audio = yield* reader.some(left);
          if (audio === undefined) return;
          outbox.send(audio);
          left -= audio.length;
        }
        if (end === Infinity) return;
        if (size % 2 === 1 && reader.position < end) yield* reader.skip(1);
        for (let text = yield* readAfter(reader, end, maxChunk); text !== undefined; text = yield* readAfter(reader, end, maxChunk))
          info.send(text);
      } catch (error) {
        if (!self.toldToStop) throw error; // otherwise the file is cut short because nobody wants the rest
      }
    },
  });
}
