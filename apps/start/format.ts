// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import type { Component } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { AudioEncoder, type MPEGAudioFrame, MPEGAudioFramer } from "kamaelia/codec";
import type { IcecastMountOptions } from "kamaelia/protocol/icecast";
import { PureTransformer } from "kamaelia/util";

/** A piece of what is sent, and how many milliseconds it lasts. */
export type Sound = Pick<MPEGAudioFrame, "bytes" | "duration">;

/** What the station sends. */
export type Format = "mp3" | "wav";

/** What there is to know of raw audio here. */
export const RAW = { sample_format: "S16_LE", channels: 2, sample_rate: 44_100 } as const;
const BYTES_A_MILLISECOND = (RAW.sample_rate * RAW.channels * 2) / 1000;
export const BITRATE = 128;

/** Whether there is an ffmpeg that can make MP3s. */
export function canEncode(program: string): boolean {
  const { status, stdout } = spawnSync(program, ["-hide_banner", "-encoders"], { encoding: "utf8", timeout: 10_000 });
  return status === 0 && stdout.includes(" libmp3lame ");
}

/** Makes what is sent of raw audio. */
export function Encode(format: Format, program: string): Component<{ inbox: Uint8Array }, { outbox: Sound }> {
  if (format === "mp3")
    return Pipeline.with({ boxSize: 4 })(
      AudioEncoder({ codec: "libmp3lame", container: "mp3", bitrate: BITRATE * 1000, program, ...RAW }),
      MPEGAudioFramer(),
    );
  return PureTransformer((bytes: Uint8Array): Sound => ({ bytes, duration: bytes.length / BYTES_A_MILLISECOND }));
}

/** What listeners are told, and how much of it they get at once: some seconds. */
export function mountOptions(format: Format): IcecastMountOptions {
  if (format === "mp3") return { contenttype: "audio/mpeg", bitrate: BITRATE, burstSize: 64_000 };
  return { contenttype: "audio/wav", bitrate: 1411, prelude: endlessWAV(), burstSize: 352_800, queueSize: 4_000_000 };
}

/** The header of a WAV file that goes on for ever. */
function endlessWAV(): Uint8Array {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(0xffffffff, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(RAW.channels, 22);
  header.writeUInt32LE(RAW.sample_rate, 24);
  header.writeUInt32LE(RAW.sample_rate * RAW.channels * 2, 28);
  header.writeUInt16LE(RAW.channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(0xffffffff, 40);
  return header;
}
