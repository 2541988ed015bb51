// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { type Component, component } from "../axon/index.ts";
import { isInfoFrame, isSameMPEGAudio, MPEG_HEADER, type MPEGAudioHeader, readMPEGAudioHeader, tagSize } from "./mpegAudio.ts";

/** A frame of MPEG audio: a piece of an MP3 file that can be sent on as it is. */
export interface MPEGAudioFrame {
  readonly bytes: Uint8Array;
  /** Milliseconds that it takes to play. */
  readonly duration: number;
  readonly header: MPEGAudioHeader;
}

/**
 * Cuts MPEG audio (MP3, and its older layers) into frames, wherever its messages are cut, and says how long each lasts: so it can be streamed without being
 * decoded. Tags (ID3, APE), frames that only say how long the file is, and whatever else is no frame are left out; a frame that is cut off at the end, too.
 *
 * @example
 * const frames = Pipeline(SimpleReader("song.mp3", { readMode: "bytes" }), MPEGAudioFramer());
 * await Pipeline(frames, PureTransformer(({ duration }: { duration: number }) => duration), ConsoleEchoer()).run();
 */
export function MPEGAudioFramer(): Component<{ inbox: Uint8Array }, { outbox: MPEGAudioFrame }> {
  return component(MPEGAudioFramer, {
    inboxes: { inbox: "an MP3 file, or a stream" },
    outboxes: { outbox: "frames" },
    *main({ inbox }, { outbox }, self) {
      const finder = new FrameFinder();
      while (yield inbox) for (const bytes of inbox) for (const frame of finder.push(bytes)) outbox.send(frame);
      if (!self.toldToStop) for (const frame of finder.finish()) outbox.send(frame);
    },
  });
}

class FrameFinder {
  #bytes: Uint8Array = new Uint8Array();
  /** Bytes of a tag that are still to come. */
  #skip = 0;
  /** The frame before, if the next one has to stand right behind it. */
  #last: MPEGAudioHeader | undefined;
  #isFirst = true;

  push(bytes: Uint8Array): MPEGAudioFrame[] {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    return this.#frames(false);
  }

  finish(): MPEGAudioFrame[] {
    return this.#frames(true);
  }

  #frames(isEnd: boolean): MPEGAudioFrame[] {
    const frames: MPEGAudioFrame[] = [];
    const bytes = this.#bytes;
    let at = 0;
    for (;;) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (bytes.length - at < MPEG_HEADER) break;
      const tag = tagSize(bytes, at);
      if (tag === undefined) break;
      if (tag > 0) {
        this.#skip = tag;
        continue;
      }
      const header = readMPEGAudioHeader(bytes, at);
      if (header === undefined || (this.#last !== undefined && !isSameMPEGAudio(header, this.#last) && !this.#isSure(header, at, isEnd))) {
        this.#last = undefined;
        at = nextSync(bytes, at + 1);
        continue;
      }
      if (bytes.length - at < header.size) break;
      if (this.#last === undefined) {
        const sure = this.#isSure(header, at, isEnd);
        if (sure === undefined) break;
        if (!sure) {
          at = nextSync(bytes, at + 1);
          continue;
        }
      }
      const frame = bytes.slice(at, at + header.size);
      at += header.size;
      this.#last = header;
      if (!(this.#isFirst && isInfoFrame(frame, header)))
        frames.push({ bytes: frame, duration: (header.samples * 1000) / header.sample_rate, header });
      this.#isFirst = false;
    }
    this.#bytes = bytes.subarray(at);
    return frames;
  }

  /** Whether what looks like a header is one: another one stands behind its frame, or a tag, or nothing. Undefined: it takes more bytes to know. */
  #isSure(header: MPEGAudioHeader, at: number, isEnd: boolean): boolean | undefined {
    const next = at + header.size;
    if (next + MPEG_HEADER > this.#bytes.length) return isEnd ? next === this.#bytes.length : undefined;
    const behind = readMPEGAudioHeader(this.#bytes, next);
    return (behind !== undefined && isSameMPEGAudio(behind, header)) || tagSize(this.#bytes, next) !== 0;
  }
}

/** Where a header may begin. */
function nextSync(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(0xff, from);
  const tag = bytes.indexOf(0x54, from); // "T", of TAG
  const [a, b] = [at < 0 ? bytes.length : at, tag < 0 ? bytes.length : tag];
  return Math.min(a, b);
}
