// SPDX-License-Identifier: Apache-2.0
import { encodeSamples } from "../audio/index.ts";
import { addInbox, type AnyComponent, type Component, component, type Wait } from "../axon/index.ts";
import { Speech } from "../codec/index.ts";
import { checkRate, sendClip, tune } from "./clips.ts";

/** How fast, and what. */
export interface AudioCookieOptions {
  /** Bits per second. Default 95200, the original's: 5950 samples of 16 bits. */
  readonly rate?: number;
  /** Pieces per second. Default 25. */
  readonly chunkRate?: number;
  /** What to send: one of these is chosen. Default: a tune of eight notes that was never heard before, as raw audio: 16 bits, little endian, one channel, rate / 16 samples a second. */
  readonly clips?: readonly Uint8Array[];
  /** Texts, one of which is spoken instead, by espeak-ng; where that is not installed, a tune is played. Default: none. */
  readonly texts?: readonly string[];
}

/**
 * Plays a random clip of sound to who connects, as fast as it is to be heard, then ends, which closes the connection (the original's went on for ever).
 * What the client says is not heard.
 *
 * @throws RangeError for rates that are not above 0, and an empty list of clips
 * @example
 * // then: nc 127.0.0.1 1500 | aplay -f S16_LE -r 5950
 * await SimpleServer({ port: 1500, protocol: AudioCookieProtocol }).run(); // until it is stopped
 */
export function AudioCookieProtocol({ rate = 95_200, chunkRate = 25, clips, texts }: AudioCookieOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array }
> {
  checkRate({ rate, chunkRate });
  if (clips?.length === 0 || texts?.length === 0) throw new RangeError("Cannot play one of no clips: give some, or leave them out");
  return component(AudioCookieProtocol, {
    inboxes: { inbox: "bytes from the client, not heard" },
    outboxes: { outbox: "the clip, in small pieces" },
    *main({ inbox }, { outbox }, self) {
      const { random } = self.system;
      const integer = (below: number): number => random.integer(below);
      const chosen = <T>(list: readonly T[]): T => list[integer(list.length)]!;
      let clip = clips && chosen(clips);
      if (texts !== undefined) clip = yield* spoken(chosen(texts), Math.round(rate / 16), self);
      clip ??= played(tune(8, integer), rate / 16);
      yield* sendClip(clip, { rate, chunkRate }, inbox, outbox, self);
    },
  });
}

/** A text as raw audio; undefined where nobody can speak it. */
function* spoken(text: string, sample_rate: number, self: AnyComponent): Generator<Wait, Uint8Array | undefined, boolean> {
  const speech = Speech(text, { sample_rate });
  const box = addInbox<Uint8Array>(self, "_spoken", { doc: "what espeak-ng says", bound: Infinity });
  const linkage = self.link(speech.outboxes.outbox, box);
  self.addChildren(speech);
  yield new Promise<void>((resolve) => {
    self.watch(speech, () => resolve());
    speech.activate();
  });
  linkage.unlink();
  const pieces = [...box];
  return pieces.length === 0 ? undefined : Buffer.concat(pieces);
}

/** Notes as raw audio, a quarter of a second each, that fade out. */
function played(notes: readonly number[], sampleRate: number): Uint8Array {
  const count = Math.max(1, Math.round(sampleRate / 4));
  const samples = new Float64Array(notes.length * count);
  for (const [n, frequency] of notes.entries()) {
    for (let at = 0; at < count; at++) {
      const loudness = 0.5 * Math.min(1, at / (count * 0.02)) * (1 - at / count);
      samples[n * count + at] = loudness * Math.sin((2 * Math.PI * frequency * at) / sampleRate);
    }
  }
  return encodeSamples(samples, "S16_LE");
}
