// SPDX-License-Identifier: Apache-2.0

/** What a frame of MPEG audio says of itself (ISO/IEC 11172-3, 13818-3). */
export interface MPEGAudioHeader {
  /** 1, 2, or 2.5. */
  readonly version: 1 | 2 | 2.5;
  readonly layer: 1 | 2 | 3;
  /** Bits per second. */
  readonly bitrate: number;
  readonly sample_rate: number;
  readonly channels: 1 | 2;
  /** Bytes of the frame. */
  readonly size: number;
  /** Samples of each channel. */
  readonly samples: number;
}

/** The bytes that are needed to read a header. */
export const MPEG_HEADER = 4;

const VERSIONS = [2.5, undefined, 2, 1] as const;
const LAYERS = [undefined, 3, 2, 1] as const;
const RATES = [44_100, 48_000, 32_000] as const;
/** Kilobits per second: by version (1; 2 and 2.5) and layer. */
const BITRATES: Readonly<Record<string, readonly number[]>> = {
  "1.1": [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  "1.2": [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  "1.3": [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  "2.1": [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  "2.2": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  "2.3": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** Reads the header of a frame. Undefined: there is none here, or one of free format, which does not say how long it is. */
export function readMPEGAudioHeader(bytes: Uint8Array, at: number): MPEGAudioHeader | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + MPEG_HEADER);
  if (a !== 0xff || (b & 0xe0) !== 0xe0 || (d & 3) === 2) return undefined;
  const version = VERSIONS[(b >> 3) & 3];
  const layer = LAYERS[(b >> 1) & 3];
  const rate = RATES[(c >> 2) & 3];
  if (version === undefined || layer === undefined || rate === undefined) return undefined;
  const bitrate = (BITRATES[`${version === 1 ? 1 : 2}.${layer}`]![c >> 4] ?? 0) * 1000;
  if (bitrate === 0) return undefined;
  const sample_rate = rate / (version === 1 ? 1 : version === 2 ? 2 : 4);
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const padding = (c >> 1) & 1;
  const size =
    layer === 1 ? (Math.floor((12 * bitrate) / sample_rate) + padding) * 4 : Math.floor(((samples / 8) * bitrate) / sample_rate) + padding;
  return { version, layer, bitrate, sample_rate, channels: d >> 6 === 3 ? 1 : 2, size, samples };
}

/** Whether two frames can be of the same stream. */
export function isSameMPEGAudio(a: MPEGAudioHeader, b: MPEGAudioHeader): boolean {
  return a.version === b.version && a.layer === b.layer && a.sample_rate === b.sample_rate;
}

/** Whether a frame has no sound but says how long the file is (Xing, Info, VBRI). */
export function isInfoFrame(frame: Uint8Array, { version, channels }: MPEGAudioHeader): boolean {
  const side = version === 1 ? (channels === 2 ? 32 : 17) : channels === 2 ? 17 : 9;
  const word = (at: number): string => String.fromCharCode(...frame.subarray(at, at + 4));
  return ["Xing", "Info"].includes(word(MPEG_HEADER + side)) || word(MPEG_HEADER + 32) === "VBRI";
}

/** The bytes of a tag that begins here (ID3v2, ID3v1, APE); 0: there is none; undefined: it takes more bytes to know. */
export function tagSize(bytes: Uint8Array, at: number): number | undefined {
  const left = bytes.length - at;
  const begins = (word: string): boolean | undefined => {
    const there = String.fromCharCode(...bytes.subarray(at, at + word.length));
    return left < word.length && word.startsWith(there) ? undefined : there === word;
  };
  const [id3, tag, ape] = [begins("ID3"), begins("TAG"), begins("APETAGEX")];
  if (id3 === undefined || tag === undefined || ape === undefined) return undefined;
  if (tag) return 128;
  if (id3) {
    if (left < 10) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at + 6, at + 10);
    return ((a | b | c | d) & 0x80) !== 0 ? 0 : 10 + ((a << 21) | (b << 14) | (c << 7) | d) + ((bytes[at + 5]! & 0x10) === 0 ? 0 : 10);
  }
  if (!ape) return 0;
  if (left < 32) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  const hasHeader = (view.getUint32(20, true) & 0x20000000) !== 0;
  return hasHeader ? 32 + view.getUint32(12, true) : 32;
}
