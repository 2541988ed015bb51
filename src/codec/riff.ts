// SPDX-License-Identifier: Apache-2.0
// What WAV files are made of, apart from the chunks themselves. Microsoft's "Multimedia Programming Interface and Data Specifications 1.0" (1991),
// "Multiple channel audio data and WAVE files" (2001), and for files beyond 4 GiB EBU Tech 3306 (RF64) and ITU-R BS.2088 (BW64).
import type { SampleFormat } from "../audio/index.ts";

/** Format tags. */
export const PCM = 1;
export const FLOAT = 3;
export const A_LAW = 6;
export const MU_LAW = 7;
export const EXTENSIBLE = 0xfffe;
/** A size that says: not known, or in the chunk "ds64". */
export const UNKNOWN = 0xffff_ffff;

/** What follows the format tag in the identifier of an extensible format. */
export const SUFFIX: readonly number[] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** Names of compressed formats that are met most, for messages. */
const COMPRESSED: Readonly<Record<number, string>> = {
  2: "Microsoft ADPCM",
  0x11: "IMA ADPCM",
  0x31: "GSM 6.10",
  0x50: "MPEG",
  0x55: "MP3",
  0x92: "AC-3 over S/PDIF",
  0xff: "AAC",
  0x161: "Windows Media Audio",
  0x2000: "AC-3",
};

/** What texts that belong to a file are called, for example INAM (title), IART (artist), ICRD (date), ICMT (comment), ISFT (software). */
export type Info = Readonly<Record<string, string>>;

/** The tag of a sample format in a WAV file; undefined for those that cannot be in one as they are. */
export function tagOf(format: SampleFormat): number | undefined {
  switch (format) {
    case "U8":
    case "S8": // its bytes are changed to U8
    case "S16_LE":
    case "S24_3LE":
    case "S32_LE":
      return PCM;
    case "FLOAT_LE":
    case "FLOAT64_LE":
      return FLOAT;
    case "MU_LAW":
      return MU_LAW;
    case "A_LAW":
      return A_LAW;
    default:
      return undefined;
  }
}

/** The sample format for a tag and so many bytes of each sample; undefined when there is none. */
export function formatOf(tag: number, bytes: number): SampleFormat | undefined {
  if (tag === PCM) return ([undefined, "U8", "S16_LE", "S24_3LE", "S32_LE"] as const)[bytes];
  if (tag === FLOAT) return bytes === 4 ? "FLOAT_LE" : bytes === 8 ? "FLOAT64_LE" : undefined;
  if (tag === A_LAW && bytes === 1) return "A_LAW";
  return tag === MU_LAW && bytes === 1 ? "MU_LAW" : undefined;
}

/** What a format tag means, in words. */
export function nameOfTag(tag: number): string {
  const name = COMPRESSED[tag];
  return `0x${tag.toString(16).padStart(4, "0")}${name === undefined ? "" : ` (${name})`}`;
}

/** Four bytes as text. */
export function fourCC(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** The texts of a chunk LIST of the type INFO, without its type. Nonsense ends it: these are only labels. */
export function readInfo(bytes: Uint8Array): Info {
  const texts: [string, string][] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const text = bytes.subarray(at + 8, at + 8 + size);
    const end = text.indexOf(0);
    texts.push([fourCC(bytes, at), decodeText(end < 0 ? text : text.subarray(0, end))]);
    at += 8 + size + (size % 2);
  }
  return Object.fromEntries(texts);
}

/** A chunk LIST of the type INFO with these texts. */
export function writeInfo(info: Info): Uint8Array {
  const texts = Object.entries(info).map(([id, text]): [string, Uint8Array] => [id, new TextEncoder().encode(`${text}\0`)]);
  const size = texts.reduce((sum, [, text]) => sum + 8 + text.length + (text.length % 2), 4);
  const bytes = new Uint8Array(8 + size);
  const view = new DataView(bytes.buffer);
  writeFourCC(bytes, 0, "LIST");
  view.setUint32(4, size, true);
  writeFourCC(bytes, 8, "INFO");
  let at = 12;
  for (const [id, text] of texts) {
    writeFourCC(bytes, at, id);
    view.setUint32(at + 4, text.length, true);
    bytes.set(text, at + 8);
    at += 8 + text.length + (text.length % 2);
  }
  return bytes;
}

/** Writes four letters. */
export function writeFourCC(bytes: Uint8Array, at: number, id: string): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = id.charCodeAt(i);
}

/** UTF-8, as programs write today; else the Latin 1 of old ones. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
