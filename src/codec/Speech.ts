// SPDX-License-Identifier: Apache-2.0
import { Resample } from "../audio/index.ts";
import { type Component, component } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { UnixProcess } from "../file/index.ts";
import { WAVParser } from "./WAVParser.ts";

/** Who speaks, and how. */
export interface SpeechOptions {
  /** Samples per second: a whole number. Default 22,050, what espeak-ng makes. */
  readonly sample_rate?: number;
  /** A voice of espeak-ng, which is also the language: "en", "en-us+f3", "de". Default "en". */
  readonly voice?: string;
  /** Words per minute. Default 160. */
  readonly speed?: number;
  /** The program. Default "espeak-ng". */
  readonly program?: string;
}

/** What espeak-ng makes. */
const MADE = 22_050;

/**
 * Speaks a text, by way of espeak-ng: raw audio of one channel, 16 bits, little endian. It ends with the text.
 *
 * @throws RangeError for rates and speeds that there are not
 * @throws FileError, as a failure, where espeak-ng is not installed
 * @throws Error, as a failure, when it cannot speak: there is no such voice
 * @example
 * await Pipeline(Speech("It is no use going back to yesterday."), WAVWriter({ sample_format: "S16_LE", channels: 1, sample_rate: 22_050 }), SimpleFileWriter("speech.wav")).run(); // needs espeak-ng, until it is stopped
 */
export function Speech(text: string, options: SpeechOptions = {}): Component<{}, { outbox: Uint8Array }> {
  const { sample_rate = MADE, voice = "en", speed = 160, program = "espeak-ng" } = options;
  if (!(speed > 0)) throw new RangeError(`Cannot speak ${speed} words a minute: give more than 0`);
  const args = ["-v", voice, "-s", `${Math.round(speed)}`, "--stdout", "--", text];
  return Pipeline.with({ kind: Speech })(
    UnixProcess(program, { args, input: false }),
    EndingWell(),
    WAVParser(),
    Resample({ sample_rate: MADE, to_sample_rate: sample_rate }),
  );
}

/** Sends on what comes, and fails with the error with which the data ended. */
function EndingWell(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(EndingWell, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "the same" },
    *main({ inbox }, { outbox }, self) {
      while (yield inbox) for (const bytes of inbox) outbox.send(bytes);
      const { message } = self.shutdown ?? {};
      if (!self.toldToStop && message instanceof Error) throw message;
    },
  });
}
