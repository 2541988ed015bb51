// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";
import { bytesPerFrame, checkFormat } from "./formats.ts";
import { MixingDesk, type MixingOptions } from "./mixing.ts";

/** What is mixed, and how long it waits before. */
export interface RawAudioMixerOptions extends Partial<MixingOptions> {
  /** Seconds between one message of mixed audio and the next. Default 0.1. */
  readonly readInterval?: number;
}

/**
 * Mixes raw audio of any number of sources, which may come and go. A message is a source's name (anything that tells it from others) and bytes of it.
 *
 * A source is heard once `readThreshold` seconds of it have come, so that it has no gaps when its messages come late now and then; and again after it has run
 * out. More than `bufferingLimit` seconds of a source are not kept: the oldest are left out. What a source sent before it fell silent below the threshold is
 * heard after `sourceTimeout` seconds. When nobody is to be heard, nothing is sent, not even silence.
 *
 * Samples are added up, not averaged; what is too loud becomes as loud as can be. The pace is that of the system's clock. Bytes of another number than the
 * frames have wait for the rest. When the data has ended, all that is left is still heard.
 *
 * @throws RangeError for a format that there is not, or times that are not above 0
 * @example
 * // until it is stopped
 * await Graphline({
 *   components: {
 *     ONE: Pipeline(Tone({ frequency: 440, paced: true }), PureTransformer((audio: Uint8Array) => ["one", audio] as const)),
 *     TWO: Pipeline(Tone({ frequency: 660, paced: true }), PureTransformer((audio: Uint8Array) => ["two", audio] as const)),
 *     MIXER: RawAudioMixer<string>({ sample_rate: 44_100 }),
 *     OUT: Loudspeaker(),
 *   },
 *   linkages: { "ONE.outbox": "MIXER.inbox", "TWO.outbox": "MIXER.inbox", "MIXER.outbox": "OUT.inbox" },
 * }).run();
 */
export function RawAudioMixer<Id = any>(
  options: RawAudioMixerOptions = {},
): Component<{ inbox: readonly [source: Id, audio: Uint8Array] }, { outbox: Uint8Array }> {
  const { sample_format = "S16_LE", channels = 1, sample_rate = 8000, readInterval = 0.1, readThreshold = 1, bufferingLimit = 2 } = options;
  const { sourceTimeout = readThreshold } = options;
  checkFormat("mix audio", { sample_format, channels, sample_rate });
  for (const [name, seconds] of Object.entries({ readInterval, bufferingLimit })) {
    if (!(seconds > 0)) throw new RangeError(`Cannot mix audio: ${name} is ${seconds}; give seconds above 0`);
  }
  if (!(readThreshold >= 0 && readThreshold <= bufferingLimit))
    throw new RangeError(
      `Cannot mix audio: readThreshold is ${readThreshold}; give 0 seconds or more, and no more than bufferingLimit, ${bufferingLimit}`,
    );
  if (!(sourceTimeout >= 0)) throw new RangeError(`Cannot mix audio: sourceTimeout is ${sourceTimeout}; give 0 seconds or more`);
  const seconds = { readThreshold, bufferingLimit, sourceTimeout };
  const format = { sample_format, channels, sample_rate };
  return component(RawAudioMixer, {
    inboxes: { inbox: "pairs of a source's name and raw audio of it" },
    outboxes: { outbox: "raw audio of all" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const desk = new MixingDesk<Id>({ ...format, ...seconds, frame: bytesPerFrame(format) });
      const send = (mixed: Uint8Array): void => {
        if (mixed.length > 0) outbox.send(mixed);
      };
      let start = 0;
      let sent = 0;
      const due = (): number => start + sent * readInterval * 1000;
      const frames = (): number => Math.round((sent + 1) * readInterval * sample_rate) - Math.round(sent * readInterval * sample_rate);
      const begin = (): void => {
        [start, sent] = [clock.now(), 0];
      };
      let isOn = false;
      while (yield anyOf(inbox, sleep(Math.max(0, (isOn ? due() : desk.nextTimeout) - clock.now())))) {
        for (const [source, audio] of inbox) desk.take(source, audio, clock.now());
        desk.noticeSilent(clock.now());
        if (!isOn && desk.isHeard) begin();
        isOn = desk.isHeard;
        if (!isOn || clock.now() < due()) continue;
        send(desk.mix(frames()));
        sent++;
        isOn = desk.isHeard;
      }
      if (self.toldToStop) return;
      desk.hearAll();
      if (!isOn) begin();
      for (; desk.isHeard; sent++) {
        yield sleep(Math.max(0, due() - clock.now()));
        if (self.toldToStop) return;
        send(desk.mix(frames()));
      }
    },
  });
}
