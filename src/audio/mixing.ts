// SPDX-License-Identifier: Apache-2.0
import { type AudioFormat, decodeSamples, encodeSamples } from "./formats.ts";
import { WholeFrames } from "./wholeFrames.ts";

/** What is mixed, and how long each source is kept. */
export interface MixingOptions extends AudioFormat {
  /** Seconds of a source that have to be there before it is heard. Default 1. */
  readonly readThreshold: number;
  /** Seconds of a source that are kept at most. Default 2. */
  readonly bufferingLimit: number;
  /** Seconds after which a source below the threshold is heard all the same, if nothing more comes of it. Default: as long as the threshold. */
  readonly sourceTimeout: number;
}

/** What is there of each source, and the adding up. */
export class MixingDesk<Id> {
  readonly #sources = new Map<Id, Source>();
  readonly #options: MixingOptions & { readonly frame: number };

  /** @param options with `frame`, the bytes of one */
  constructor(options: MixingOptions & { readonly frame: number }) {
    this.#options = options;
  }

  /** Whether any source is to be heard. */
  get isHeard(): boolean {
    for (const source of this.#sources.values()) if (source.isHeard) return true;
    return false;
  }

  /** When the next source is taken to be silent. */
  get nextTimeout(): number {
    let next = Infinity;
    for (const source of this.#sources.values()) if (!source.isHeard) next = Math.min(next, source.due);
    return next;
  }

  /** Takes what came of a source. */
  take(id: Id, audio: Uint8Array, now: number): void {
    const { frame, sample_rate, readThreshold, bufferingLimit, sourceTimeout } = this.#options;
    let source = this.#sources.get(id);
    if (source === undefined) this.#sources.set(id, (source = new Source(frame)));
    source.take(audio, Math.round(bufferingLimit * sample_rate) * frame);
    source.due = now + sourceTimeout * 1000;
    if (source.size >= readThreshold * sample_rate * frame && source.size > 0) source.isHeard = true;
  }

  /** Lets those be heard of whom nothing came for too long, and forgets those of whom nothing is there. */
  noticeSilent(now: number): void {
    for (const [id, source] of this.#sources) {
      if (source.isHeard || source.due > now) continue;
      if (source.size > 0) source.isHeard = true;
      else this.#sources.delete(id);
    }
  }

  /** Nothing more will come. */
  hearAll(): void {
    for (const source of this.#sources.values()) source.isHeard = source.size > 0;
  }

  /** The sum of up to so many frames of all who are heard. */
  mix(frames: number): Uint8Array {
    const { frame, sample_format, channels } = this.#options;
    const sum = new Float64Array(frames * channels);
    let longest = 0;
    for (const [id, source] of this.#sources) {
      if (!source.isHeard) continue;
      const samples = decodeSamples(source.give(frames * frame), sample_format);
      longest = Math.max(longest, samples.length);
      for (let i = 0; i < samples.length; i++) sum[i]! += samples[i]!;
      if (source.size > 0) continue;
      source.isHeard = false;
      if (!source.isWithinFrame) this.#sources.delete(id);
    }
    return encodeSamples(sum.subarray(0, longest), sample_format);
  }
}

/** What is there of one source: whole frames. */
class Source {
  /** Bytes that are there. */
  size = 0;
  isHeard = false;
  /** When it is taken to be silent. */
  due = Infinity;
  readonly #frames: WholeFrames;
  #pieces: Uint8Array[] = [];

  constructor(frame: number) {
    this.#frames = new WholeFrames(frame);
  }

  get isWithinFrame(): boolean {
    return this.#frames.isWithin;
  }

  take(audio: Uint8Array, limit: number): void {
    const whole = this.#frames.take(audio);
    if (whole.length === 0) return;
    this.#pieces.push(whole);
    this.size += whole.length;
    if (this.size > limit) this.give(this.size - limit);
  }

  /** Takes away up to so many of the oldest bytes. */
  give(most: number): Uint8Array {
    const given = new Uint8Array(Math.min(most, this.size));
    let filled = 0;
    let used = 0;
    for (const piece of this.#pieces) {
      if (filled === given.length) break;
      const some = piece.subarray(0, given.length - filled);
      given.set(some, filled);
      filled += some.length;
      if (some.length < piece.length) this.#pieces[used] = piece.subarray(some.length);
      else used++;
    }
    this.#pieces.splice(0, used);
    this.size -= filled;
    return given;
  }
}
