// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Random } from "../axon/index.ts";
import { sendBlocks, sourceOf, type SourceOptions } from "./blocks.ts";

/** What a Noise sounds like. */
export interface NoiseOptions extends SourceOptions {
  /** White has the same power in each hertz, pink in each octave. Default "white". */
  readonly colour?: "white" | "pink";
}

/**
 * Noise, as raw audio: 16 bits, one channel, 44.1 kHz, unless it is told otherwise. It comes from the system's random source, so the same seed gives the
 * same noise.
 *
 * White noise is even between minus and plus the amplitude. Pink noise is white noise through Paul Kellet's filter, within 0.05 dB of 3 dB an octave above
 * 9 Hz at 44.1 kHz.
 *
 * @throws RangeError for an unknown colour or format, or a time below 0
 * @example
 * const list: Level[] = [];
 * await Pipeline(Noise({ colour: "white", duration: 1 }), Levels({ interval: 1 }), ToList(list)).run();
 * list[0]!.rms_db[0]!.toFixed(0); // -11
 */
export function Noise(options: NoiseOptions = {}): Component<{}, { outbox: Uint8Array }> {
  const { colour = "white" } = options;
  const source = sourceOf("make noise", options);
  if (!Object.hasOwn(colours, colour))
    throw new RangeError(`Cannot make noise that is "${colour}": there are ${Object.keys(colours).join(", ")}`);
  return component(Noise, {
    outboxes: { outbox: "raw audio" },
    *main(_, { outbox }, self) {
      const next = colours[colour](self.system.random.fork("Noise"));
      yield* sendBlocks(source, () => source.amplitude * next(), outbox, self);
    },
  });
}

const colours: Readonly<Record<"white" | "pink", (random: Random) => () => number>> = { white, pink };

function white(random: Random): () => number {
  return () => 2 * random.next() - 1;
}

/** How slowly each of the filters follows the noise, and how much it adds: musicdsp.org, "Pink noise filter", the refined one. */
const FILTERS = [
  [0.99886, 0.0555179],
  [0.99332, 0.0750759],
  [0.969, 0.153852],
  [0.8665, 0.3104856],
  [0.55, 0.5329522],
  [-0.7616, -0.016898],
] as const;
/** Makes the sum, which is within about 9 either way, one within 1. */
const QUIETER = 0.11;

function pink(random: Random): () => number {
  const next = white(random);
  const states = new Float64Array(FILTERS.length);
  let before = 0;
  return () => {
    const now = next();
    let sum = before + 0.5362 * now;
    before = 0.115926 * now;
    for (let i = 0; i < FILTERS.length; i++) {
      const [slowness, share] = FILTERS[i]!;
      sum += states[i] = slowness * states[i]! + share * now;
    }
    return QUIETER * sum;
  };
}
