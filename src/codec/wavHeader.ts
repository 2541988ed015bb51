// SPDX-License-Identifier: Apache-2.0
// Reads a WAV file up to its first byte of audio.
import { type AudioFormat, bytesPerFrame } from "../audio/index.ts";
import type { ByteReader, Reading } from "./ByteReader.ts";
import { EXTENSIBLE, FLOAT, formatOf, fourCC, type Info, nameOfTag, PCM, readInfo, SUFFIX, UNKNOWN } from "./riff.ts";

/** What a WAV file says of its audio. */
export interface WAVMeta extends AudioFormat {
  /** How many bits of each sample mean something, where not all do. */
  readonly valid_bits?: number;
  /** Which loudspeakers the channels are for, a bit for each. */
  readonly channel_mask?: number;
  /** How many frames there are, where the file says so. */
  readonly frames?: number;
  /** Its texts, as far as they come before the audio. */
  readonly info?: Info;
}

/** What follows from a header. */
export interface WAVHeader {
  readonly meta: WAVMeta;
  /** Bytes of audio. Infinity when it goes on to the end of the stream. */
  readonly size: number;
  /** Where the file ends. Infinity when it does not say. */
  readonly end: number;
}

interface Chunk {
  readonly id: string;
  readonly size: number;
  /** Where it begins in the stream. */
  readonly at: number;
}

/** What was found so far. */
interface Found {
  format?: WAVMeta;
  info?: Info;
  /** The sizes that do not fit into the usual places. */
  large?: { readonly file: number; readonly data: number };
}

/** Reads up to the audio. Undefined when nothing comes at all, or the component is told to stop. */
export function* readWAVHeader(reader: ByteReader, maxChunk: number): Reading<WAVHeader | undefined> {
  if (yield* reader.atEnd()) return undefined;
  const start = yield* need(reader, 12, "the header");
  const magic = fourCC(start, 0);
  if (magic === "RIFX") throw fault(0, "it is RIFX, whose numbers have their highest byte first; only RIFF, RF64 and BW64 can be read");
  if (!["RIFF", "RF64", "BW64"].includes(magic)) throw fault(0, `it begins with ${JSON.stringify(magic)}, not with RIFF, RF64 or BW64`);
  if (fourCC(start, 8) !== "WAVE") throw fault(8, `it is a RIFF file of the type ${JSON.stringify(fourCC(start, 8))}, not WAVE`);
  const found: Found = {};
  const isLarge = magic !== "RIFF";
  for (;;) {
    const chunk = yield* nextChunk(reader);
    if (chunk === undefined) throw fault(reader.position, "it ends before its audio");
    if (chunk.id === "data") return header(chunk, found, isLarge, viewOf(start).getUint32(4, true), reader.position);
    yield* readChunk(reader, chunk, found, isLarge, maxChunk);
  }
}

/** Reads what follows the audio, up to where the file ends; answers each text of it. */
export function* readAfter(reader: ByteReader, end: number, maxChunk: number): Reading<Info | undefined> {
  while (reader.position + 8 <= end) {
    const chunk = yield* nextChunk(reader);
    if (chunk === undefined) return undefined;
    const found: Found = {};
    if (chunk.id === "LIST" && chunk.at + 8 + chunk.size <= end) yield* readChunk(reader, chunk, found, false, maxChunk);
    else if (!(yield* reader.skip(Math.min(chunk.size + (chunk.size % 2), end - reader.position)))) return undefined;
    if (found.info !== undefined) return found.info;
  }
  return undefined;
}

function* nextChunk(reader: ByteReader): Reading<Chunk | undefined> {
  if (yield* reader.atEnd()) return undefined;
  const at = reader.position;
  const head = yield* need(reader, 8, "the head of a chunk");
  return { id: fourCC(head, 0), size: viewOf(head).getUint32(4, true), at };
}

/** Takes what is of use from a chunk, and skips the rest. A chunk of odd size is followed by a byte that counts for nothing. */
function* readChunk(reader: ByteReader, chunk: Chunk, found: Found, isLarge: boolean, maxChunk: number): Reading<void> {
  const { id, size, at } = chunk;
  const padded = size + (size % 2);
  const isWanted = id === "fmt " || id === "LIST" || (id === "ds64" && isLarge);
  if (!isWanted) return yield* leave(reader, padded, id);
  let type = "";
  if (id === "LIST" && size >= 4) {
    type = fourCC(yield* need(reader, 4, "a list"), 0);
    if (type !== "INFO") return yield* leave(reader, padded - 4, id);
  }
  if (size > maxChunk) throw new RangeError(`Cannot read this WAV at byte ${at}: "${id}" is ${size} bytes long; maxChunk is ${maxChunk}`);
  const bytes = yield* need(reader, size - type.length, `"${id}"`);
  if (id === "fmt ") found.format = readFormat(bytes, at + 8);
  else if (type === "INFO") found.info = { ...found.info, ...readInfo(bytes) };
  else if (id === "ds64") found.large = readSizes(bytes, at);
  if (size % 2 === 1) yield* leave(reader, 1, id);
}

function header(chunk: Chunk, { format, info, large }: Found, isLarge: boolean, riffSize: number, here: number): WAVHeader {
  if (format === undefined) throw fault(chunk.at, 'its audio comes before the chunk "fmt " that says what it is');
  const file = isLarge && riffSize === UNKNOWN ? (large?.file ?? 0) : riffSize;
  const data = isLarge && chunk.size === UNKNOWN ? (large?.data ?? 0) : chunk.size;
  const end = file === 0 || file === UNKNOWN ? Infinity : file + 8;
  // A size of 0 is that of a writer who did not know it; but not if the file ends here.
  const size = data === UNKNOWN || (data === 0 && end !== here) ? Infinity : data;
  const frames = size === Infinity ? {} : { frames: Math.floor(size / bytesPerFrame(format)) };
  return { meta: { ...format, ...frames, ...(info === undefined ? {} : { info }) }, size, end: size === Infinity ? Infinity : end };
}

function readFormat(bytes: Uint8Array, at: number): WAVMeta {
  if (bytes.length < 16) throw fault(at, `its format is described in ${bytes.length} bytes; 16 are the least`);
  const view = viewOf(bytes);
  const [tag, channels, bits] = [view.getUint16(0, true), view.getUint16(2, true), view.getUint16(14, true)];
  const [sample_rate, align] = [view.getUint32(4, true), view.getUint16(12, true)];
  const isExtensible = tag === EXTENSIBLE;
  if (isExtensible && bytes.length < 40) throw fault(at, `its extensible format is described in ${bytes.length} bytes; 40 are the least`);
  if (isExtensible && SUFFIX.some((byte, i) => bytes[26 + i] !== byte)) throw fault(at + 24, "its format is one that only its maker knows");
  if (channels === 0 || sample_rate === 0) throw fault(at + 2, `it has ${channels} channels at ${sample_rate} samples per second`);
  const each = align / channels;
  if (!Number.isInteger(each) || bits > 8 * each || bits === 0)
    throw fault(at + 12, `${channels} samples of ${bits} bits do not fill frames of ${align} bytes`);
  const actual = isExtensible ? view.getUint16(24, true) : tag;
  const sample_format = formatOf(actual, each);
  if (sample_format === undefined) throw fault(at, unreadable(actual, each));
  const valid = isExtensible && view.getUint16(18, true) !== 0 ? view.getUint16(18, true) : bits;
  const channel_mask = isExtensible ? view.getUint32(20, true) : 0;
  return {
    sample_format,
    channels,
    sample_rate,
    ...(valid < 8 * each ? { valid_bits: valid } : {}),
    ...(channel_mask === 0 ? {} : { channel_mask }),
  };
}

function unreadable(tag: number, bytes: number): string {
  const what =
    tag === PCM || tag === FLOAT ? `${tag === PCM ? "whole numbers" : "floats"} of ${8 * bytes} bits` : `of the format ${nameOfTag(tag)}`;
  return `its audio is ${what}; whole numbers of 8 to 32 bits, floats of 32 and 64, A-law and mu-law can be read`;
}

function readSizes(bytes: Uint8Array, at: number): { readonly file: number; readonly data: number } {
  if (bytes.length < 16) throw fault(at, `"ds64" is ${bytes.length} bytes long; 28 are the least`);
  const view = viewOf(bytes);
  return { file: Number(view.getBigUint64(0, true)), data: Number(view.getBigUint64(8, true)) };
}

function* leave(reader: ByteReader, count: number, id: string): Reading<void> {
  if (!(yield* reader.skip(count))) throw fault(reader.position, `it ends in the middle of "${id}"`);
}

function* need(reader: ByteReader, count: number, what: string): Reading<Uint8Array> {
  const bytes = yield* reader.exactly(count);
  if (bytes === undefined) throw fault(reader.position, `it ends in the middle of ${what}`);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fault(at: number, what: string): SyntaxError {
  return new SyntaxError(`Cannot read this WAV at byte ${at}: ${what}`);
}
