// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { basename, extname } from "node:path";

/** Bytes of a file in which its tags are looked for. */
const BEGINNING = 1 << 18;

/** What a file is called: "Artist - Title", as its tags say, or else its name. */
export async function titleOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(Math.min(size, BEGINNING));
    await handle.read(head, 0, head.length, 0);
    const tail = Buffer.alloc(Math.min(size, 128));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return readTitle(head, tail) ?? basename(file, extname(file)).replaceAll("_", " ");
  } finally {
    await handle.close();
  }
}

/** "Artist - Title", from the beginning of a file and its last 128 bytes: ID3, Vorbis comments (Ogg, FLAC), INFO (WAV). */
export function readTitle(head: Buffer, tail: Buffer): string | undefined {
  const kind = head.toString("latin1", 0, 4);
  let fields: Fields;
  try {
    if (kind.startsWith("ID3")) fields = id3v2(head);
    else if (kind === "fLaC") fields = comments(head, flacComments(head));
    else if (kind === "OggS") fields = comments(head, oggComments(head));
    else if (kind === "RIFF") fields = info(head);
    else fields = {};
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fields = {}; // a tag that promises more than there is
  }
  if (fields.title === undefined && tail.toString("latin1", 0, 3) === "TAG")
    fields = { artist: plain(tail, 33, 63), title: plain(tail, 3, 33) };
  const parts = [fields.artist, fields.title].map((part) => part?.trim()).filter((part) => part !== undefined && part !== "");
  return fields.title?.trim() ? parts.join(" - ") : undefined;
}

interface Fields {
  artist?: string;
  title?: string;
}

/** What the frames are called in versions 2.2, and 2.3 and 2.4. */
const NAMES: Readonly<Record<string, keyof Fields>> = { TP1: "artist", TT2: "title", TPE1: "artist", TIT2: "title" };

function id3v2(head: Buffer): Fields {
  const fields: Fields = {};
  const version = head[3]!;
  const [name, length] = version === 2 ? [3, 3] : [4, 4];
  const end = Math.min(head.length, 10 + synchsafe(head, 6));
  let at = 10;
  if (version > 2 && (head[5]! & 0x40) !== 0) at += version === 4 ? synchsafe(head, 10) : 4 + head.readUInt32BE(10);
  while (at + name + length < end && head[at] !== 0) {
    const field = NAMES[head.toString("latin1", at, at + name)];
    const size = version === 4 ? synchsafe(head, at + 4) : head.readUIntBE(at + name, length);
    at += version === 2 ? 6 : 10;
    if (field !== undefined && size > 1) fields[field] ??= id3Text(head.subarray(at, Math.min(end, at + size)));
    at += size;
  }
  return fields;
}

/** Text whose first byte says how it is written. */
function id3Text(bytes: Buffer): string {
  const encodings = ["latin1", "utf-16le", "utf-16be", "utf-8"] as const;
  let encoding: string = encodings[bytes[0]!] ?? "latin1";
  let text = bytes.subarray(1);
  if (bytes[0] === 1 && text.length >= 2) {
    if (text[0] === 0xfe && text[1] === 0xff) encoding = "utf-16be";
    text = text.subarray(2);
  }
  return new TextDecoder(encoding).decode(text).split("\0")[0]!;
}

function synchsafe(bytes: Buffer, at: number): number {
  return (bytes[at]! << 21) | (bytes[at + 1]! << 14) | (bytes[at + 2]! << 7) | bytes[at + 3]!;
}

/** Where the comments of FLAC begin: in the block of kind 4. */
function flacComments(head: Buffer): number {
  for (let at = 4; at + 4 < head.length; at += 4 + head.readUIntBE(at + 1, 3)) {
    if ((head[at]! & 0x7f) === 4) return at + 4;
    if ((head[at]! & 0x80) !== 0) break;
  }
  return -1;
}

function oggComments(head: Buffer): number {
  for (const mark of ["\x03vorbis", "OpusTags"]) {
    const at = head.indexOf(mark, 0, "latin1");
    if (at >= 0) return at + mark.length;
  }
  return -1;
}

function comments(head: Buffer, start: number): Fields {
  const fields: Fields = {};
  if (start < 0) return fields;
  let at = start + 4 + head.readUInt32LE(start);
  let count = Math.min(1000, head.readUInt32LE(at));
  for (at += 4; count > 0; count--) {
    const size = head.readUInt32LE(at);
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(head.toString("utf8", at + 4, at + 4 + size)) ?? [];
    if (/^artist$/i.test(name)) fields.artist ??= value;
    if (/^title$/i.test(name)) fields.title ??= value;
    at += 4 + size;
  }
  return fields;
}

function info(head: Buffer): Fields {
  const fields: Fields = {};
  for (const [name, field] of [
    ["INAM", "title"],
    ["IART", "artist"],
  ] as const) {
    const at = head.indexOf(name, 0, "latin1");
    if (at >= 0) fields[field] = plain(head, at + 8, at + 8 + head.readUInt32LE(at + 4));
  }
  return fields;
}

function plain(bytes: Buffer, from: number, to: number): string {
  const text = bytes.subarray(from, to);
  const isUTF8 = isUtf8(text);
  return text
    .toString(isUTF8 ? "utf8" : "latin1")
    .split("\0")[0]!
    .trim();
}
