// SPDX-License-Identifier: Apache-2.0
import { extname } from "node:path";
import type { Component } from "kamaelia/axon";
import { Pipeline, Seq } from "kamaelia/chassis";
import { FFmpeg } from "kamaelia/codec";
import { SimpleReader } from "kamaelia/file";
import { OggDeframer } from "kamaelia/protocol/ogg";
import { OpusPacketiser, type RTPContent, TSPacketiser } from "kamaelia/protocol/rtp";

/** What is sent: an MPEG transport stream, or Opus packets. */
export type Format = "ts" | "opus";

/** Timestamps of a format in a second. */
export const clockRates: Readonly<Record<Format, number>> = { ts: 90_000, opus: 48_000 };

/** What to play, and as what. */
export interface Playlist {
  readonly files: readonly string[];
  readonly format: Format;
  /** Is told of each file when it begins. */
  playing?(file: string): void;
}

/** One file after the other, as what RTP packets carry; as fast as it is taken. */
export function Packets({ files, format, playing = () => {} }: Playlist): Component<{}, { outbox: RTPContent }> {
  const film = (file: string): Component<{}, { outbox: Uint8Array }> => {
    playing(file);
    return Film(file, format);
  };
  const bytes = Seq(...files.map((file) => () => film(file)));
  return format === "ts" ? Pipeline(bytes, TSPacketiser()) : Pipeline(bytes, OggDeframer(), OpusPacketiser());
}

/** A file as a stream of this format. ffmpeg reads what is not of that format already. */
function Film(file: string, format: Format): Component<{}, { outbox: Uint8Array }> {
  if (extname(file) === `.${format}`) return Pipeline(SimpleReader(file, { readMode: "bytes" }));
  const output = format === "ts" ? ["-c:v", "mpeg1video", "-c:a", "mp2", "-f", "mpegts"] : ["-vn", "-c:a", "libopus", "-f", "ogg"];
  return Pipeline(SimpleReader(file, { readMode: "bytes" }), FFmpeg({ output }));
}
