// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Random } from "kamaelia/axon";
import type { Instrument, Sounding } from "./instruments.ts";
import { type Note, RATE } from "./notes.ts";

/** Stereo: left and right in turn, from -1 to 1. */
export type Block = Float32Array<ArrayBuffer>;

/** Frames of a block. */
export const BLOCK = 2048;

/** What a voice plays. */
export interface Part {
  readonly instrument: Instrument;
  /** The notes of a bar. */
  readonly notes: (bar: number, random: Random) => readonly Note[];
  /** From -1, left, to 1, right. Default 0. */
  readonly place?: number;
  /** Default 1. */
  readonly gain?: number;
}

/** How long a piece is, and how fast. */
export interface Meter {
  /** Beats in a minute. */
  readonly tempo: number;
  /** Beats in a bar. */
  readonly beats: number;
  readonly bars: number;
}

/** Seconds after the last bar in which what sounds fades. */
const TAIL = 2;

/** Blocks that a piece has. */
export function blocksOf({ tempo, beats, bars }: Meter): number {
  return Math.ceil((((bars * beats * 60) / tempo + TAIL) * RATE) / BLOCK);
}

/** Plays a part, as fast as it is taken: thinks of a bar when it comes to it. It is called what the part is called. */
export function Voice(name: string, { instrument, notes, place = 0, gain = 1 }: Part, meter: Meter): Component<{}, { outbox: Block }> {
  const kind = { [name]: () => undefined }[name]!;
  return component(kind, {
    outboxes: { outbox: "blocks of sound" },
    *main(_, { outbox }, self) {
      const { random } = self.system;
      const beat = (60 / meter.tempo) * RATE;
      const [left, right] = [gain * Math.cos(((place + 1) * Math.PI) / 4), gain * Math.sin(((place + 1) * Math.PI) / 4)];
      let waiting: (readonly [frame: number, note: Note])[] = [];
      let sounding: Sounding[] = [];
      let bar = 0;
      for (let n = 0; n < blocksOf(meter); n++) {
        const from = n * BLOCK;
        while (bar < meter.bars && bar * meter.beats * beat < from + BLOCK) {
          const start = bar * meter.beats;
          for (const note of notes(bar, random)) waiting.push([Math.max(from, Math.round((start + note.at) * beat)), note]);
          bar++;
        }
        const begins = waiting.filter(([frame]) => frame < from + BLOCK);
        waiting = waiting.filter(([frame]) => frame >= from + BLOCK);
        const block: Block = new Float32Array(2 * BLOCK);
        sounding = sounding.filter((sound) => add(block, 0, sound, left, right));
        for (const [frame, { pitch, strength, beats }] of begins) {
          const sound = instrument(pitch, strength, (beats * beat) / RATE, random);
          if (add(block, frame - from, sound, left, right)) sounding.push(sound);
        }
        outbox.send(block);
        if (!(yield)) return;
      }
    },
  });
}

/** Adds what sounds, from a frame on. Answers whether it goes on. */
function add(block: Block, from: number, sound: Sounding, left: number, right: number): boolean {
  for (let i = 2 * from; i < block.length; i += 2) {
    const sample = sound();
    if (sample === undefined) return false;
    block[i]! += left * sample;
    block[i + 1]! += right * sample;
  }
  return true;
}
