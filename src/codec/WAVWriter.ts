// SPDX-License-Identifier: Apache-2.0
import { type AudioFormat, bytesPerFrame, bytesPerSample, checkFormat, sampleFormats } from "../audio/index.ts";
import { type Component, component } from "../axon/index.ts";
import { EXTENSIBLE, type Info, PCM, SUFFIX, tagOf, UNKNOWN, writeFourCC, writeInfo } from "./riff.ts";

/** What is written, and what is known of it. What a WAVParser says on "all_meta" will do. */
export interface WAVWriterOptions extends AudioFormat {
  /** How many frames will come. Default: not known; then the header says `unknownSize`. Beyond 4 GiB an RF64 file is written. */
  readonly length?: number;
  /** What the header says where the size is not known: 0, as the original's did, or 0xFFFFFFFF, which more players take for "to the end". Default 0. */
  readonly unknownSize?: 0 | 0xffff_ffff;
  /** How many bits of each sample mean something. Default: all. */
  readonly valid_bits?: number;
  /** Which loudspeakers the channels are for, a bit for each. Default: the front ones for up to two channels, else the file does not say. */
  readonly channel_mask?: number;
  /** Texts of the file by their four letters: `{ INAM: "a title" }`. Default: none. */
  readonly info?: Info;
}

/**
 * Makes a WAV file of raw audio. The header is sent at once, before any audio comes; then what comes is sent on.
 *
 * "S8" is written as "U8", for WAV knows no other bytes. Formats that cannot be in a WAV file have to be converted before.
 *
 * @throws RangeError for a format that cannot be in a WAV file; and, as a failure of the component, when not as many frames came as `length` said
 * @example
 * const format = { sample_format: "S16_LE", channels: 1, sample_rate: 44_100 } as const;
 * await Pipeline(Tone({ duration: 1 }), WAVWriter({ ...format, length: 44_100 }), SimpleFileWriter("a.wav")).run();
 */
export function WAVWriter(options: WAVWriterOptions): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  check(options);
  const { length, sample_format } = options;
  const isSigned = sample_format === "S8";
  const size = length === undefined ? Infinity : length * bytesPerFrame(options);
  return component(WAVWriter, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "the bytes of a WAV file" },
    *main({ inbox }, { outbox }, self) {
      outbox.send(header(options, size));
      let came = 0;
      while (yield inbox) {
        for (const audio of inbox) {
          came += audio.length;
          if (came > size) throw wrong(came, options);
          outbox.send(isSigned ? audio.map((byte) => byte ^ 0x80) : audio);
        }
      }
      if (self.toldToStop || size === Infinity) return;
      if (came < size) throw wrong(came, options);
      if (size % 2 === 1) outbox.send(new Uint8Array(1));
    },
  });
}

function check(options: WAVWriterOptions): void {
  const { sample_format, channels, sample_rate, length = 0, info = {}, valid_bits = 1, channel_mask = 0 } = options;
  const what = "write a WAV file";
  checkFormat(what, options);
  if (tagOf(sample_format) === undefined) {
    const names = sampleFormats.filter((name) => tagOf(name) !== undefined);
    throw new RangeError(`Cannot ${what} of ${sample_format}: convert it to one of ${names.join(", ")}`);
  }
  if (!Number.isInteger(sample_rate) || sample_rate > UNKNOWN)
    throw new RangeError(`Cannot ${what} with ${sample_rate} samples per second: its header holds a whole number of 32 bits`);
  if (bytesPerFrame(options) > 65_535) throw new RangeError(`Cannot ${what} with ${channels} channels: frames have at most 65535 bytes`);
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`Cannot ${what} of ${length} frames: give a whole number`);
  const bits = 8 * bytesPerSample(sample_format);
  if (!Number.isInteger(valid_bits) || valid_bits < 1 || valid_bits > bits)
    throw new RangeError(`Cannot ${what} of which ${valid_bits} bits count: samples have 1 to ${bits}`);
  if (!Number.isInteger(channel_mask) || channel_mask < 0 || channel_mask > UNKNOWN)
    throw new RangeError(`Cannot ${what} for the loudspeakers ${channel_mask}: give a bit for each, 32 at most`);
  const wrong = Object.keys(info).find((id) => !/^[ -~]{4}$/.test(id));
  if (wrong !== undefined)
    throw new RangeError(`Cannot ${what} with a text called ${JSON.stringify(wrong)}: names have four letters, as INAM`);
}

function header(options: WAVWriterOptions, size: number): Uint8Array {
  const { info, unknownSize = 0 } = options;
  const parts = [formatChunk(options)];
  if (info !== undefined && Object.keys(info).length > 0) parts.push(writeInfo(info));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const fileSize = 4 + length + 8 + size + (size % 2);
  const isLarge = size !== Infinity && fileSize + 36 >= UNKNOWN;
  if (isLarge) parts.unshift(sizesChunk(fileSize + 36, size, Math.floor(size / bytesPerFrame(options))));
  const bytes = new Uint8Array(12 + length + (isLarge ? 36 : 0) + 8);
  const view = new DataView(bytes.buffer);
  const known = (value: number): number => (size === Infinity ? unknownSize : isLarge ? UNKNOWN : value);
  writeFourCC(bytes, 0, isLarge ? "RF64" : "RIFF");
  view.setUint32(4, known(fileSize), true);
  writeFourCC(bytes, 8, "WAVE");
  let at = 12;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  writeFourCC(bytes, at, "data");
  view.setUint32(at + 4, known(size), true);
  return bytes;
}

/** The plain form where it will do; the extensible one for more than two channels, more than 16 bits, or when there is more to say. */
function formatChunk(options: WAVWriterOptions): Uint8Array {
  const { sample_format, channels, sample_rate, valid_bits, channel_mask } = options;
  const frame = bytesPerFrame(options);
  const bits = (8 * frame) / channels;
  const tag = tagOf(sample_format) ?? PCM;
  const isExtensible = channels > 2 || (tag === PCM && bits > 16) || (valid_bits ?? bits) !== bits || channel_mask !== undefined;
  const length = isExtensible ? 40 : tag === PCM ? 16 : 18;
  const bytes = new Uint8Array(8 + length);
  const view = new DataView(bytes.buffer);
  writeFourCC(bytes, 0, "fmt ");
  view.setUint32(4, length, true);
  view.setUint16(8, isExtensible ? EXTENSIBLE : tag, true);
  view.setUint16(10, channels, true);
  view.setUint32(12, sample_rate, true);
  view.setUint32(16, Math.min(UNKNOWN, sample_rate * frame), true);
  view.setUint16(20, frame, true);
  view.setUint16(22, bits, true);
  if (!isExtensible) return bytes;
  view.setUint16(24, 22, true);
  view.setUint16(26, valid_bits ?? bits, true);
  view.setUint32(28, channel_mask ?? [0, 4, 3][channels] ?? 0, true);
  view.setUint16(32, tag, true);
  bytes.set(SUFFIX, 34);
  return bytes;
}

/** EBU Tech 3306: the sizes that do not fit into 32 bits. */
function sizesChunk(file: number, data: number, frames: number): Uint8Array {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  writeFourCC(bytes, 0, "ds64");
  view.setUint32(4, 28, true);
  view.setBigUint64(8, BigInt(file), true);
  view.setBigUint64(16, BigInt(data), true);
  view.setBigUint64(24, BigInt(frames), true);
  return bytes;
}

function wrong(came: number, options: WAVWriterOptions): RangeError {
  const frames = came / bytesPerFrame(options);
  return new RangeError(`Cannot write a WAV file of ${options.length} frames, as its header says: ${came === 0 ? "none" : frames} came`);
}
