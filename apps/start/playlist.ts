// SPDX-License-Identifier: Apache-2.0
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Component, handle, System } from "kamaelia/axon";
import { ConvertAudio, Resample } from "kamaelia/audio";
import { Carousel, Graphline, Pipeline } from "kamaelia/chassis";
import { FFmpeg, type MPEGAudioHeader, MPEGAudioFramer, type WAVMeta, WAVParser } from "kamaelia/codec";
import { SimpleReader } from "kamaelia/file";
import { BITRATE, canEncode, Encode, type Format, RAW, type Sound } from "./format.ts";
import { Piece } from "./music/Piece.ts";
import { compositions } from "./music/pieces.ts";
import { titleOf } from "./tags.ts";

/** Something to play. */
export interface Track {
  /** "Artist - Title" */
  readonly title: string;
  /** Makes what plays it, as fast as it is taken. */
  readonly make: () => Component<{}, { outbox: Sound }>;
}

/** What a station plays, and as what. */
export interface Playlist {
  readonly format: Format;
  readonly tracks: readonly Track[];
  /** Files that cannot be played, and why. */
  readonly left: readonly string[];
}

/** All that is sent in one stream has these in common. */
type Kind = Pick<MPEGAudioHeader, "sample_rate" | "channels" | "layer">;

const SOUNDS = new Set([".mp3", ".ogg", ".oga", ".opus", ".flac", ".wav", ".m4a", ".aac"]);
/** Milliseconds that our music is made before it is heard. */
const AHEAD = 6000;
/** Files that are looked at. */
const MANY = 2000;

/** What we play when we are given nothing: music of our own. */
export function ourMusic(program: string): Playlist {
  const format = canEncode(program) ? "mp3" : "wav";
  const tracks = compositions.map((composition) => ({
    title: `Kamaelia - ${composition.title}`,
    make: () => Pipeline(Piece(composition, AHEAD), Encode(format, program)),
  }));
  return { format, tracks, left: [] };
}

/**
 * What is in a folder, or in several, and in those within. MP3s are sent as they are, where all of a stream can be of their kind; ffmpeg makes MP3s of the rest.
 * Without ffmpeg there are only MP3s of one kind, or, if there is none, WAV files.
 *
 * @throws Error when there is nothing to play
 */
export async function playlistOf(places: readonly string[], program: string): Promise<Playlist> {
  const files = await soundsIn(places);
  const kinds = new Map<string, MPEGAudioHeader>();
  for (const file of files.filter((one) => extname(one).toLowerCase() === ".mp3")) {
    const header = await firstFrame(file);
    if (header !== undefined) kinds.set(file, header);
  }
  const hasFFmpeg = canEncode(program);
  const first = [...kinds.values()][0];
  const kind: Kind | undefined = hasFFmpeg ? { sample_rate: RAW.sample_rate, channels: RAW.channels, layer: 3 } : first;
  const format = hasFFmpeg || first !== undefined ? "mp3" : "wav";
  const [tracks, left]: [Track[], string[]] = [[], []];
  for (const file of files) {
    const make = maker(file, format, hasFFmpeg ? program : undefined, isAlike(kinds.get(file), kind));
    if (make === undefined) left.push(file);
    else tracks.push({ title: await titleOf(file), make });
  }
  if (tracks.length === 0) {
    const found = files.length === 0 ? "no file of sound" : "nothing that can be played without ffmpeg";
    throw new Error(`Cannot play ${places.join(", ")}: there is ${found}`);
  }
  return { format, tracks, left };
}

/** What plays a file; undefined: nothing here can. */
function maker(file: string, format: Format, program: string | undefined, isAlike: boolean): Track["make"] | undefined {
  const read = () => SimpleReader(file, { readMode: "bytes" });
  if (isAlike) return () => Pipeline(read(), MPEGAudioFramer());
  if (program !== undefined) {
    const audio = ["-vn", "-c:a", "libmp3lame", "-b:a", `${BITRATE}k`, "-ar", `${RAW.sample_rate}`, "-ac", `${RAW.channels}`, "-f", "mp3"];
    return () => Pipeline(FFmpeg({ program, input: ["-i", `file:${file}`], output: audio }), MPEGAudioFramer());
  }
  if (format === "wav" && extname(file).toLowerCase() === ".wav") return () => Pipeline(WAVFile(file), Encode("wav", ""));
  return undefined;
}

/** A WAV file as raw audio of our format: what is made of it depends on what it says of itself. */
function WAVFile(file: string): Component<{}, { outbox: Uint8Array }> {
  const convert = ({ sample_format, channels, sample_rate }: WAVMeta) => {
    const same = ConvertAudio({ sample_format, channels, to_sample_format: RAW.sample_format, to_channels: RAW.channels });
    return sample_rate === RAW.sample_rate
      ? Pipeline(same)
      : Pipeline(same, Resample({ ...RAW, sample_rate, to_sample_rate: RAW.sample_rate }));
  };
  return Graphline({
    components: { READ: SimpleReader(file, { readMode: "bytes" }), PARSE: WAVParser(), CONVERT: Carousel(convert) },
    linkages: {
      "READ.outbox": "PARSE.inbox",
      "READ.signal": "PARSE.control",
      "PARSE.all_meta": "CONVERT.next",
      "PARSE.outbox": "CONVERT.inbox",
      "PARSE.signal": "CONVERT.control",
      "CONVERT.outbox": "self.outbox",
      "CONVERT.signal": "self.signal",
    },
  });
}

async function soundsIn(places: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const place of places) {
    const found = await stat(place).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === "ENOENT" ? "there is no such file or folder (ENOENT)" : cause.message;
      throw new Error(`Cannot play ${place}: ${why}`, { cause });
    });
    if (found.isFile()) files.push(place);
    else {
      const inside = await readdir(place, { recursive: true, withFileTypes: true });
      const sounds = inside.filter((entry) => !entry.isDirectory() && SOUNDS.has(extname(entry.name).toLowerCase()));
      files.push(...sounds.map((entry) => join(entry.parentPath, entry.name)).toSorted());
    }
  }
  return files.slice(0, MANY);
}

/** What the first frame of an MP3 says of itself; undefined: there is none. */
async function firstFrame(file: string): Promise<MPEGAudioHeader | undefined> {
  const reader = handle(Pipeline(SimpleReader(file, { readMode: "bytes" }), MPEGAudioFramer()), { system: new System() });
  for await (const { header } of reader) return header;
  return undefined;
}

function isAlike(a: Kind | undefined, b: Kind | undefined): boolean {
  return a !== undefined && b !== undefined && a.sample_rate === b.sample_rate && a.channels === b.channels && a.layer === b.layer;
}
