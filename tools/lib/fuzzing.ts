// SPDX-License-Identifier: Apache-2.0
// Feeds functions with bytes that are nearly right, and finds the shortest that break them.
import { SeededRandom } from "../../src/axon/index.ts";

/** Something that must cope with whatever comes. */
export interface FuzzTarget {
  /** Bytes that are right: what is fed are variations of them. */
  readonly seeds: readonly Uint8Array[];
  /** Throws what is a fault. What the subject rightly refuses, it catches. `random` is for choices of its own. */
  readonly run: (bytes: Buffer, random: SeededRandom) => void | Promise<void>;
}

/** What a file `src/**\/*.fuzz.ts` exports as `targets`, by name. */
export type FuzzTargets = Readonly<Record<string, FuzzTarget>>;

/** What broke. */
export interface FuzzFailure {
  readonly bytes: Buffer;
  readonly error: unknown;
  /** The number of the input, from 0. */
  readonly count: number;
}

/** Milliseconds for one input, from which on it counts as a fault. */
const SLOW = 2000;
const INTERESTING = [0, 1, 9, 10, 13, 32, 127, 128, 254, 255];

/** Feeds a target until it breaks, or `goesOn` says no. Answers how many inputs there were, and what broke. */
export async function fuzz(
  target: FuzzTarget,
  seed: number,
  goesOn: (count: number) => boolean,
): Promise<{ readonly count: number; readonly failure: FuzzFailure | undefined }> {
  let count = 0;
  for (; goesOn(count); count++) {
    const bytes = inputOf(target, seed, count);
    const error = await faultOf(target, bytes, seed);
    if (error !== undefined) return { count: count + 1, failure: { ...(await shortest(target, bytes, error, seed)), count } };
  }
  return { count, failure: undefined };
}

/** The input of a number: always the same for the same seed. */
function inputOf({ seeds }: FuzzTarget, seed: number, count: number): Buffer {
  const random = new SeededRandom(seed ^ Math.imul(count + 1, 0x9e3779b1));
  if (count < seeds.length) return Buffer.from(seeds[count]!);
  if (seeds.length === 0 || random.integer(20) === 0) return noise(random, random.integer(200));
  let bytes: Buffer = Buffer.from(pick(seeds, random));
  for (let times = 1 + random.integer(4); times > 0; times--) bytes = spoilt(bytes, seeds, random);
  return bytes.subarray(0, 1 << 16);
}

function spoilt(bytes: Buffer, seeds: readonly Uint8Array[], random: SeededRandom): Buffer {
  const [from, to] = [random.integer(bytes.length + 1), random.integer(bytes.length + 1)].toSorted((a, b) => a - b) as [number, number];
  const [before, part, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  switch (random.integer(8)) {
    case 0:
      return flipped(bytes, from, 1 << random.integer(8));
    case 1:
      return replaced(bytes, from, pick(INTERESTING, random));
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return Buffer.concat([before, part, part, after]);
    case 4:
      return Buffer.concat([before, noise(random, random.integer(8)), bytes.subarray(from)]);
    case 5:
      return Buffer.concat([before, Buffer.from(pick(seeds, random)).subarray(random.integer(64))]);
    case 6:
      return before;
    default:
      return Buffer.concat([bytes, Buffer.from(pick(seeds, random))]);
  }
}

function flipped(bytes: Buffer, at: number, bits: number): Buffer {
  return replaced(bytes, at, (bytes[at] ?? 0) ^ bits);
}

function replaced(bytes: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = byte;
  return copy;
}

function noise(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(256)));
}

function pick<T>(all: readonly T[], random: SeededRandom): T {
  return all[random.integer(all.length)]!;
}

/** What is wrong with how a target took this; undefined if nothing is. */
async function faultOf({ run }: FuzzTarget, bytes: Buffer, seed: number): Promise<unknown> {
  const began = performance.now();
  try {
    await run(Buffer.from(bytes), new SeededRandom(seed));
  } catch (error) {
    return error ?? new Error("nothing was thrown");
  }
  const took = performance.now() - began;
  return took > SLOW ? new Error(`it took ${Math.round(took)} ms`) : undefined;
}

/** Leaves out what makes no difference. */
async function shortest(target: FuzzTarget, found: Buffer, error: unknown, seed: number): Promise<{ bytes: Buffer; error: unknown }> {
  let [best, fault] = [found, error];
  for (let size = Math.ceil(found.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length;) {
      const less = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      const other = await faultOf(target, less, seed);
      if (other === undefined || kindOf(other) !== kindOf(error)) at += size;
      else [best, fault] = [less, other];
    }
  }
  return { bytes: best, error: fault };
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}
