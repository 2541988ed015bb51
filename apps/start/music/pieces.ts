// SPDX-License-Identifier: Apache-2.0
// Short pieces that are never the same twice: what is written down is how to think of the next bar.
import type { Random } from "kamaelia/axon";
import { bass, bell, brush, drum, keys, pad, pluck } from "./instruments.ts";
import { about, chance, degree, type Note, pick, scales, Wanderer } from "./notes.ts";
import type { RoomOptions } from "./Room.ts";
import type { Meter, Part } from "./Voice.ts";

/** What there is to know of a piece. */
export interface Composition {
  readonly title: string;
  readonly meter: Meter;
  readonly room: RoomOptions;
  /** The voices, by name: new ones each time. */
  readonly parts: () => Readonly<Record<string, Part>>;
}

const note = (at: number, beats: number, pitch: number, strength: number): Note => ({ at, beats, pitch, strength });

/** The chord of a bar: steps of the scale, from a list that goes round. */
const chordAt = (chords: readonly (readonly number[])[], bar: number): readonly number[] => chords[bar % chords.length]!;

/** Voices come in one after the other, and leave. */
function between(from: number, to: number, notes: (bar: number, random: Random) => Note[]): Part["notes"] {
  return (bar, random) => (bar >= from && bar < to ? notes(bar, random) : []);
}

function harbour(): Composition {
  const scale = scales.lydian;
  const chords = [
    [0, 2, 4, 6],
    [4, 6, 8, 1],
    [5, 7, 9, 4],
    [3, 5, 7, 2],
  ];
  return {
    title: "Harbour Lights",
    meter: { tempo: 72, beats: 4, bars: 20 },
    room: { wet: 0.45, back: 0.86 },
    parts: () => {
      let melody: Wanderer | undefined;
      return {
        strings: {
          instrument: pad,
          gain: 0.9,
          place: -0.3,
          notes: (bar, random) => chordAt(chords, bar).map((step) => note(0, 4, degree(scale, 53, step), about(random, 0.55, 0.1))),
        },
        bass: { instrument: bass, notes: between(4, 19, (bar) => [note(0, 3, degree(scale, 41, chordAt(chords, bar)[0]!) - 12, 0.6)]) },
        bells: {
          instrument: bell,
          place: 0.35,
          notes: between(2, 18, (_bar, random) => {
            melody ??= new Wanderer(random, 7, 16);
            const beats = [0, 1, 1.5, 2, 3, 3.5].filter(() => chance(random, 0.5));
            return beats.map((at) => note(at, 1, degree(scale, 53, melody!.next()), about(random, 0.45, 0.2)));
          }),
        },
      };
    },
  };
}

function snow(): Composition {
  const scale = scales.pentatonic;
  return {
    title: "First Snow",
    meter: { tempo: 96, beats: 3, bars: 36 },
    room: { wet: 0.5, back: 0.88 },
    parts: () => {
      let [high, low]: (Wanderer | undefined)[] = [];
      return {
        musicBox: {
          instrument: bell,
          place: 0.2,
          notes: between(0, 34, (bar, random) => {
            high ??= new Wanderer(random, 5, 13);
            return [0, 0.5, 1, 1.5, 2, 2.5]
              .filter((at) => chance(random, at === 0 ? 0.95 : bar < 4 ? 0.35 : 0.55))
              .map((at) => note(at, 0.5, degree(scale, 67, high!.next()), about(random, at === 0 ? 0.5 : 0.3, 0.1)));
          }),
        },
        harp: {
          instrument: pluck,
          place: -0.4,
          gain: 0.8,
          notes: between(6, 33, (bar, random) => {
            low ??= new Wanderer(random, 0, 5);
            const step = bar % 4 === 0 ? 0 : low.next();
            return [0, 1, 2].map((n) => note(n, 1, degree(scale, 55, step + [0, 2, 4][n]!), about(random, 0.4, 0.1)));
          }),
        },
        strings: {
          instrument: pad,
          gain: 0.8,
          notes: between(12, 34, (bar) =>
            bar % 2 === 0 ? [0, 2, 4].map((n) => note(0, 6, degree(scale, 55, n + (bar % 8 === 4 ? 1 : 0)), 0.4)) : [],
          ),
        },
      };
    },
  };
}

function train(): Composition {
  const scale = scales.dorian;
  const chords = [
    [0, 2, 4, 6],
    [0, 2, 4, 8],
    [3, 5, 7, 9],
    [3, 5, 7, 8],
  ];
  return {
    title: "Night Train",
    meter: { tempo: 104, beats: 4, bars: 30 },
    room: { wet: 0.22, back: 0.76 },
    parts: () => {
      let solo: Wanderer | undefined;
      return {
        brushes: {
          instrument: brush,
          place: 0.3,
          notes: between(0, 29, (_bar, random) =>
            Array.from({ length: 8 }, (_, n) => note(n / 2 + (n % 2) * 0.08, 0.5, 60, about(random, n % 4 === 2 ? 0.9 : 0.45, 0.1))),
          ),
        },
        drum: { instrument: drum, notes: between(2, 28, () => [note(0, 1, 31, 0.8), note(2.5, 1, 31, 0.5)]) },
        bass: {
          instrument: bass,
          notes: between(1, 29, (bar, random) => {
            const [root] = chordAt(chords, bar);
            const steps = [root!, root! + 4, root! + 7, pick(random, [root! + 4, root! + 5, root! - 1])];
            return steps.map((step, n) => note(n, 0.9, degree(scale, 38, step), about(random, 0.6, 0.08)));
          }),
        },
        keys: {
          instrument: keys,
          place: -0.35,
          notes: between(2, 29, (bar, random) => {
            const hits = pick(random, [
              [0.5, 2.58],
              [1.58, 3],
              [0, 1.58],
            ]);
            return hits.flatMap((at) =>
              chordAt(chords, bar).map((step) => note(at, 0.7, degree(scale, 57, step), about(random, 0.36, 0.06))),
            );
          }),
        },
        vibes: {
          instrument: bell,
          place: 0.15,
          notes: between(8, 28, (bar, random) => {
            solo ??= new Wanderer(random, 5, 15);
            if (bar % 4 === 3) return [];
            return [0, 0.58, 1, 1.58, 2, 2.58, 3]
              .filter(() => chance(random, 0.48))
              .map((at) => note(at, 0.5, degree(scale, 57, solo!.next()), about(random, 0.5, 0.15)));
          }),
        },
      };
    },
  };
}

function boats(): Composition {
  const scale = scales.major;
  const chords = [
    [0, 4, 9],
    [5, 9, 14],
    [3, 7, 12],
    [4, 8, 13],
  ];
  return {
    title: "Paper Boats",
    meter: { tempo: 84, beats: 4, bars: 24 },
    room: { wet: 0.32, back: 0.82 },
    parts: () => {
      let melody: Wanderer | undefined;
      return {
        guitar: {
          instrument: pluck,
          place: -0.25,
          notes: between(0, 23, (bar, random) => {
            const [a, b, c] = chordAt(chords, bar);
            const steps = [a!, b!, c!, b! + 2, c!, b!, c! + 1, b!];
            return steps.map((step, n) => note(n / 2, 0.5, degree(scale, 48, step), about(random, n === 0 ? 0.6 : 0.4, 0.08)));
          }),
        },
        flute: {
          instrument: pad,
          place: 0.3,
          gain: 1.1,
          notes: between(4, 22, (bar, random) => {
            melody ??= new Wanderer(random, 7, 13);
            return bar % 2 === 0
              ? [note(0, 2.5, degree(scale, 60, melody.next()), 0.5), note(3, 1, degree(scale, 60, melody.next()), 0.4)]
              : [note(0, 3.5, degree(scale, 60, melody.next()), 0.5)];
          }),
        },
        bass: {
          instrument: bass,
          gain: 0.8,
          notes: between(8, 23, (bar) => [
            note(0, 2, degree(scale, 36, chordAt(chords, bar)[0]!), 0.6),
            note(2.5, 1, degree(scale, 36, chordAt(chords, bar)[0]! + 4), 0.4),
          ]),
        },
        sparks: {
          instrument: bell,
          place: 0.6,
          gain: 0.6,
          notes: between(12, 21, (bar, random) =>
            chance(random, 0.6) ? [note(pick(random, [1, 2, 2.5, 3]), 1, degree(scale, 72, chordAt(chords, bar)[1]!), 0.4)] : [],
          ),
        },
      };
    },
  };
}

function garden(): Composition {
  const scale = scales.minor;
  /** Three circles of different lengths, which never meet in the same way. */
  const circles = [
    [0, 4, 7, 9, 7],
    [11, 9, 14],
    [2, 7, 4, 11, 9, 4, 16],
  ];
  return {
    title: "Clockwork Garden",
    meter: { tempo: 112, beats: 4, bars: 32 },
    room: { wet: 0.36, back: 0.84 },
    parts: () => ({
      ...Object.fromEntries(
        circles.map((circle, n): [string, Part] => [
          ["wheel", "spring", "pendulum"][n]!,
          {
            instrument: [pluck, bell, keys][n]!,
            place: [-0.5, 0.5, 0][n]!,
            gain: [0.8, 0.7, 0.9][n]!,
            notes: between(n * 4, 31 - n, (bar, random) =>
              Array.from({ length: 8 }, (_, i) => bar * 8 + i)
                .filter((i) => (n === 1 ? i % 3 !== 1 : n === 2 ? i % 2 === 0 : true))
                .map((i) => note((i % 8) / 2, 0.5, degree(scale, 57, circle[i % circle.length]!), about(random, 0.4, 0.1))),
            ),
          },
        ]),
      ),
      ground: {
        instrument: pad,
        gain: 0.8,
        notes: between(8, 31, (bar) =>
          bar % 4 === 0 ? [0, 4, 7].map((step) => note(0, 15, degree(scale, 45, step + [0, 5, 3, 4][(bar / 4) % 4]!), 0.45)) : [],
        ),
      },
      drum: { instrument: drum, notes: between(12, 29, (bar) => [note(0, 1, 33, 0.6), ...(bar % 2 === 1 ? [note(3, 1, 36, 0.35)] : [])]) },
    }),
  };
}

export const compositions: readonly Composition[] = [harbour(), train(), snow(), boats(), garden()];
