// SPDX-License-Identifier: Apache-2.0
import type { Random } from "kamaelia/axon";
import { frequencyOf, RATE } from "./notes.ts";

/** Something that sounds: gives one sample after the other, and undefined when it is over. */
export type Sounding = () => number | undefined;

/** Makes a note sound: how high, how strong, and for how many seconds it is held. */
export type Instrument = (pitch: number, strength: number, seconds: number, random: Random) => Sounding;

const TURN = 2 * Math.PI;

/** A sine, as a point that goes round: no sine is computed for each sample. */
function sine(frequency: number, phase = 0): () => number {
  const [cos, sin] = [Math.cos((TURN * frequency) / RATE), Math.sin((TURN * frequency) / RATE)];
  let [x, y] = [Math.cos(phase), Math.sin(phase)];
  return () => {
    [x, y] = [x * cos - y * sin, x * sin + y * cos];
    return y;
  };
}

/** Rises, is held, and fades: seconds. */
function envelope(rise: number, hold: number, fade: number): () => number | undefined {
  let n = 0;
  const [risen, held, over] = [rise * RATE, Math.max(rise, hold) * RATE, (Math.max(rise, hold) + fade) * RATE];
  return () => {
    if (++n > over) return undefined;
    if (n < risen) return n / risen;
    return n < held ? 1 : ((over - n) / (over - held)) ** 2;
  };
}

/** Fades from the beginning on: seconds to a third of it. */
function decay(seconds: number): () => number | undefined {
  const factor = Math.exp(-1 / (seconds * RATE));
  let level = 1;
  let n = 0;
  return () => {
    level *= factor;
    return level < 0.001 ? undefined : level * Math.min(1, ++n / 90);
  };
}

/** Sounds, one on the other, in their shape. */
function shaped(
  shape: () => number | undefined,
  gain: number,
  ...partials: readonly (readonly [gain: number, sound: () => number])[]
): Sounding {
  return () => {
    const level = shape();
    if (level === undefined) return undefined;
    let sum = 0;
    for (const [part, sound] of partials) sum += part * sound();
    return sum * level * gain;
  };
}

/** Soft and wide: strings far away. */
export const pad: Instrument = (pitch, strength, seconds, random) => {
  const f = frequencyOf(pitch);
  const phase = (): number => random.next() * TURN;
  return shaped(
    envelope(0.9, seconds, 1.6),
    strength * 0.2,
    [1, sine(f * 0.9985, phase())],
    [1, sine(f * 1.0015, phase())],
    [0.35, sine(f * 2.001, phase())],
    [0.12, sine(f * 3, phase())],
  );
};

/** Round and low. */
export const bass: Instrument = (pitch, strength, seconds) => {
  const f = frequencyOf(pitch);
  return shaped(envelope(0.02, seconds * 0.7, 0.25), strength * 0.4, [1, sine(f)], [0.3, sine(2 * f)], [0.08, sine(3 * f)]);
};

/** Glass, or a music box: the upper sounds fade first. */
export const bell: Instrument = (pitch, strength) => {
  const f = frequencyOf(pitch);
  const [low, high, glint] = [decay(0.9), decay(0.25), decay(0.06)];
  const [a, b, c] = [sine(f), sine(f * 2.756), sine(f * 5.404)];
  return () => {
    const level = low();
    return level === undefined ? undefined : strength * 0.3 * (a() * level + 0.35 * b() * (high() ?? 0) + 0.2 * c() * (glint() ?? 0));
  };
};

/** An electric piano: one sine bends the other. */
export const keys: Instrument = (pitch, strength, seconds) => {
  const f = frequencyOf(pitch);
  const [level, bend] = [decay(0.5 + seconds * 0.4), decay(0.18)];
  let phase = 0;
  const other = sine(f * 2.0);
  return () => {
    const loud = level();
    if (loud === undefined) return undefined;
    phase += (TURN * f) / RATE;
    return strength * 0.28 * loud * Math.sin(phase + 1.1 * strength * (bend() ?? 0) * other());
  };
};

/** A plucked string, as Karplus and Strong (1983) made one of noise that goes round. */
export const pluck: Instrument = (pitch, strength, _seconds, random) => {
  const length = Math.max(2, Math.round(RATE / frequencyOf(pitch) - 0.5));
  const string = new Float32Array(length);
  let before = 0;
  for (let n = 0; n < length; n++) string[n] = before = before * 0.55 + (random.next() * 2 - 1) * 0.45;
  const over = 2.8 * RATE;
  let at = 0;
  let n = 0;
  return () => {
    if (++n > over) return undefined;
    const next = at + 1 === length ? 0 : at + 1;
    const sample = string[at]!;
    string[at] = 0.4985 * (sample + string[next]!);
    at = next;
    return strength * 0.9 * sample * Math.min(1, (over - n) / 8000);
  };
};

/** A brush on a cymbal. */
export const brush: Instrument = (_pitch, strength, seconds, random) => {
  const level = decay(0.02 + seconds * 0.05);
  let before = 0;
  return () => {
    const loud = level();
    if (loud === undefined) return undefined;
    const noise = random.next() * 2 - 1;
    const high = noise - before;
    before = noise;
    return strength * 0.12 * loud * high;
  };
};

/** A soft drum. */
export const drum: Instrument = (pitch, strength) => {
  const level = decay(0.12);
  let f = frequencyOf(pitch) * 2.5;
  let phase = 0;
  return () => {
    const loud = level();
    if (loud === undefined) return undefined;
    f += (frequencyOf(pitch) - f) * 0.0015;
    phase += (TURN * f) / RATE;
    return strength * 0.7 * loud * Math.sin(phase);
  };
};
