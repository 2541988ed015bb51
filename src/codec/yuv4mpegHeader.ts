// SPDX-License-Identifier: Apache-2.0
// The lines of text in a YUV4MPEG2 stream, both ways: yuv4mpeg(5) of the mjpegtools, with the names that ffmpeg has added.
import { byTag, checkPixels, chromaSize, type Frame, tagOfPixels } from "./pixformats.ts";

/** What the head of a stream says of all its pictures. */
export type Sequence = Omit<Frame, "yuv" | "interlacing" | "meta">;

/** Fractions are found for numbers that are near enough to them; 30000/1001 is one of the largest in use. */
const LARGEST_DENOMINATOR = 100_000;

/**
 * What a line "YUV4MPEG2 …" says.
 *
 * @throws SyntaxError for one that says nothing of use
 */
export function parseSequence(line: string): Sequence {
  const tags = tagsOf(line, "YUV4MPEG2");
  const size = [whole(tags, "W"), whole(tags, "H")] as const;
  const colour = tags.get("C")?.[0] ?? "420jpeg";
  const [, siting] = /^420(jpeg|mpeg2|paldv)$/.exec(colour) ?? [];
  const pixformat = byTag.get(siting === undefined ? colour : "420");
  if (pixformat === undefined)
    throw new SyntaxError(`the colours "${colour}" are not known, only 420jpeg, 420mpeg2, 420paldv, ${[...byTag.keys()].join(", ")}`);
  const frame_rate = ratio(tags, "F");
  const pixel_aspect = ratio(tags, "A");
  const meta = tags.get("X");
  return {
    size,
    pixformat,
    chroma_size: chromaSize(pixformat, size),
    ...(siting === "jpeg" || siting === "mpeg2" || siting === "paldv" ? { chroma_siting: siting } : {}),
    ...interlacingOf(tags.get("I")?.[0] ?? "?"),
    ...(frame_rate === undefined ? {} : { frame_rate }),
    ...(pixel_aspect === undefined ? {} : { pixel_aspect }),
    ...(meta === undefined ? {} : { sequence_meta: meta.join(" X") }),
  };
}

/**
 * What a line "FRAME …" says.
 *
 * @throws SyntaxError for another one
 */
export function parseFrame(line: string): Pick<Frame, "interlaced" | "topfieldfirst" | "interlacing" | "meta"> {
  if (line === "FRAME") return {};
  const tags = tagsOf(line, "FRAME");
  const [interlacing] = tags.get("I") ?? [];
  const meta = tags.get("X");
  return {
    ...(interlacing === undefined ? {} : { ...shown(interlacing), interlacing }),
    ...(meta === undefined ? {} : { meta: meta.join(" X") }),
  };
}

/**
 * The head of a stream of such pictures, with its end of line.
 *
 * @throws RangeError for a picture that there cannot be
 */
export function formatSequence(frame: Frame): string {
  const { size, pixformat, chroma_siting = "mpeg2", interlaced = false, topfieldfirst = false, interlacing } = frame;
  checkPixels("write YUV4MPEG", pixformat, size);
  const order = interlacing !== undefined ? "m" : interlaced ? (topfieldfirst ? "t" : "b") : "p";
  const colour = pixformat === "YUV420_planar" ? `420${chroma_siting}` : tagOfPixels(pixformat);
  const words = [`YUV4MPEG2 W${size[0]} H${size[1]} C${colour} I${order}`];
  if (frame.frame_rate !== undefined) words.push(`F${fraction(frame.frame_rate)}`);
  if (frame.pixel_aspect !== undefined) words.push(`A${fraction(frame.pixel_aspect)}`);
  if (frame.sequence_meta !== undefined) words.push(`X${frame.sequence_meta}`);
  return `${words.join(" ")}\n`;
}

/** The line before a picture, with its end. */
export function formatFrame({ interlacing, meta }: Frame): string {
  return `FRAME${interlacing === undefined ? "" : ` I${interlacing}`}${meta === undefined ? "" : ` X${meta}`}\n`;
}

/** The words after the first one, by their letter. */
function tagsOf(line: string, magic: string): Map<string, string[]> {
  const [first, ...words] = line.split(" ");
  if (first !== magic) throw new SyntaxError(`a line begins with ${JSON.stringify(line.slice(0, 20))}, not with ${magic}`);
  const tags = new Map<string, string[]>();
  for (const word of words) {
    if (word === "") continue;
    const [letter = "", value] = [word[0], word.slice(1)];
    tags.set(letter, [...(tags.get(letter) ?? []), value]);
  }
  return tags;
}

function whole(tags: Map<string, string[]>, letter: "W" | "H"): number {
  const [text] = tags.get(letter) ?? [];
  if (text === undefined || !/^0*[1-9]\d{0,8}$/.test(text))
    throw new SyntaxError(`${letter === "W" ? "the width" : "the height"} is ${text === undefined ? "not given" : JSON.stringify(text)}`);
  return Number(text);
}

/** A fraction; 0:0 says that nobody knows. */
function ratio(tags: Map<string, string[]>, letter: "F" | "A"): number | undefined {
  const [text] = tags.get(letter) ?? [];
  if (text === undefined) return undefined;
  const [, above, below] = /^(\d{1,15}):(\d{1,15})$/.exec(text) ?? [];
  if (above === undefined) throw new SyntaxError(`"${letter}${text}" is no fraction`);
  return Number(below) > 0 && Number(above) > 0 ? Number(above) / Number(below) : undefined;
}

function interlacingOf(letter: string): Pick<Frame, "interlaced" | "topfieldfirst"> {
  if (letter === "p") return { interlaced: false };
  if (letter === "t" || letter === "b") return { interlaced: true, topfieldfirst: letter === "t" };
  return {}; // "?": nobody knows; "m": each picture says
}

/** The three letters of a picture: in which order its fields are shown, whether they were taken at the same time, how its colours were sampled. */
function shown(letters: string): Pick<Frame, "interlaced" | "topfieldfirst"> {
  if (!/^[tTbB123][pi][pi?]$/.test(letters)) throw new SyntaxError(`"I${letters}" does not say how a picture is shown`);
  const order = letters[0]?.toLowerCase() ?? "";
  const isField = order === "t" || order === "b";
  return { interlaced: letters[1] === "i", ...(isField ? { topfieldfirst: order === "t" } : {}) };
}

/** The simplest fraction that is as good as the number: the convergents of its continued fraction. */
function fraction(value: number): string {
  if (!(value > 0 && value < 1e9))
    throw new RangeError(`Cannot write YUV4MPEG: ${value} pictures per second, or of pixels; give more than 0`);
  let [above, below, aboveBefore, belowBefore] = [Math.floor(value), 1, 1, 0];
  for (let rest = value - above; Math.abs(above / below - value) > 1e-12 * value;) {
    const next = 1 / rest;
    const digit = Math.floor(next);
    if (below * digit + belowBefore > LARGEST_DENOMINATOR) break;
    [above, aboveBefore] = [above * digit + aboveBefore, above];
    [below, belowBefore] = [below * digit + belowBefore, below];
    rest = next - digit;
  }
  return `${above}:${below}`;
}
