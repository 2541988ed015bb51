// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { type AudioFormat, bytesPerFrame, checkFormat, decodeSamples } from "./formats.ts";
import { WholeFrames } from "./wholeFrames.ts";

/** What is heard from there on, and seconds of audio before it. */
export type SilenceEvent = readonly [what: "silence" | "sound", time: number];

/** What counts as silence. */
export interface DetectSilenceOptions extends Partial<AudioFormat> {
  /** dBFS that no sample of a silence exceeds. Default -60. */
  readonly threshold?: number;
  /** Seconds of the shortest silence. Default 0.5. */
  readonly minimum?: number;
}

/**
 * Says when raw audio falls silent, and when it does not any more; all channels have to be silent. At the beginning there is sound. The time of a silence is
 * that of its beginning, though it is known only when it has lasted long enough. 16 bits, one channel, 44.1 kHz, unless it is told otherwise.
 *
 * @throws RangeError for a format that there is not, a threshold above 0 dBFS, or a time below 0
 * @example
 * const list: SilenceEvent[] = [];
 * const recording = Seq(Tone({ duration: 2 }), Tone({ amplitude: 0, duration: 1 }), Tone({ duration: 1 }));
 * await Pipeline(recording, DetectSilence(), ToList(list)).run();
 * list; // ["silence", 2], ["sound", 3.00002…]
 */
export function DetectSilence(options: DetectSilenceOptions = {}): Component<{ inbox: Uint8Array }, { outbox: SilenceEvent }> {
  const { sample_format = "S16_LE", channels = 1, sample_rate = 44_100, threshold = -60, minimum = 0.5 } = options;
  checkFormat("detect silence", { sample_format, channels, sample_rate });
  if (!(threshold <= 0)) throw new RangeError(`Cannot detect silence below ${threshold} dBFS: as loud as can be is 0`);
  if (!(minimum >= 0)) throw new RangeError(`Cannot detect silence of ${minimum} s: give 0 or more`);
  return component(DetectSilence, {
    inboxes: { inbox: "raw audio" },
    outboxes: { outbox: "when it falls silent, and when it does not any more" },
    *main({ inbox }, { outbox }) {
      const frames = new WholeFrames(bytesPerFrame({ sample_format, channels }));
      const loudest = 10 ** (threshold / 20);
      const shortest = Math.max(1, Math.round(minimum * sample_rate)) * channels;
      let read = 0;
      let quiet = 0;
      while (yield inbox) {
        for (const audio of inbox) {
          for (const sample of decodeSamples(frames.take(audio), sample_format)) {
            read++;
            if (Math.abs(sample) > loudest) {
              if (quiet >= shortest) outbox.send(["sound", Math.floor((read - 1) / channels) / sample_rate]);
              quiet = 0;
            } else if (++quiet === shortest) outbox.send(["silence", Math.ceil((read - quiet) / channels) / sample_rate]);
          }
        }
      }
    },
  });
}
