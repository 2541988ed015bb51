// SPDX-License-Identifier: Apache-2.0
import { assemble, type Code, get, i32, i8x16, loop, type Routine, set, v128 } from "./wasm.ts";

/** Bytes of a factor's tables: its products with 0 to 15, and with 0 to 15 times 16. */
export const TABLES = 32;
/** Bytes done at a time. */
export const STRIPE = 32;

// Parameters: where the tables are, where the sources, bytes from one source to the next, how many there are, where the targets go, how many bytes to do of each.
const [TABLE, SOURCE, STRIDE, COUNT, TARGET, BYTES] = [0, 1, 2, 3, 4, 5];
const [TABLE_NOW, SOURCE_NOW, COUNT_NOW] = [6, 7, 8];
const [MASK, LOW, HIGH, SUMS] = [9, 10, 12, 14];
const HALVES = [0, 1];

/**
 * Multiplies the sources with one factor each, and adds them up; for several targets at a time, each with factors of its own.
 *
 * A product with a byte is the sum of the products with its two halves, and each of these is one of 16. So two look-ups do 16 bytes at a time.
 */
function mixing(targets: number): Routine {
  const each = Array.from({ length: targets }, (_, n) => n);
  const sum = (target: number, half: number): number => SUMS + 2 * target + half;
  const clear = each.flatMap((n) => HALVES.flatMap((half) => set(sum(n, half), ...v128.zero())));
  const split = HALVES.flatMap((half) => [
    ...set(LOW + half, ...v128.load(get(SOURCE_NOW), 16 * half)),
    ...set(HIGH + half, ...i8x16.shiftRight(get(LOW + half), 4)),
    ...set(LOW + half, ...v128.and(get(LOW + half), get(MASK))),
  ]);
  const addProduct = (n: number, half: number): Code => {
    const low = i8x16.swizzle(v128.load(get(TABLE_NOW), TABLES * n), get(LOW + half));
    const high = i8x16.swizzle(v128.load(get(TABLE_NOW), TABLES * n + 16), get(HIGH + half));
    return set(sum(n, half), ...v128.xor(get(sum(n, half)), v128.xor(low, high)));
  };
  const step = (local: number, by: Code): Code => set(local, ...i32.add(get(local), by));
  const sources = loop(
    [
      ...split,
      ...each.flatMap((n) => HALVES.flatMap((half) => addProduct(n, half))),
      ...step(SOURCE_NOW, get(STRIDE)),
      ...step(TABLE_NOW, i32.const(TABLES * targets)),
      ...step(COUNT_NOW, i32.const(-1)),
    ],
    get(COUNT_NOW),
  );
  // The targets lie one after the other, as far apart as the sources do.
  const store = each.flatMap((n) => [
    ...set(TABLE_NOW, ...(n === 0 ? get(TARGET) : i32.add(get(TABLE_NOW), get(STRIDE)))),
    ...HALVES.flatMap((half) => v128.store(get(TABLE_NOW), get(sum(n, half)), 16 * half)),
  ]);
  const stripes = loop(
    [
      ...clear,
      ...set(SOURCE_NOW, ...get(SOURCE)),
      ...set(TABLE_NOW, ...get(TABLE)),
      ...set(COUNT_NOW, ...get(COUNT)),
      ...sources,
      ...store,
      ...step(SOURCE, i32.const(STRIPE)),
      ...step(TARGET, i32.const(STRIPE)),
      ...step(BYTES, i32.const(-STRIPE)),
    ],
    get(BYTES),
  );
  return {
    name: `mix${targets}`,
    parameters: 6,
    numbers: 3,
    vectors: SUMS - MASK + 2 * targets,
    body: [...set(MASK, ...i8x16.splat(i32.const(15))), ...stripes],
  };
}

/** Mixes sources for so many targets. */
export type Mixing = (tables: number, sources: number, stride: number, count: number, targets: number, bytes: number) => void;
/** What the module exports. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly mix4: Mixing;
  readonly mix1: Mixing;
}

/** The module, compiled; undefined where there is no WebAssembly, or none with vectors. */
export function compile(pages: number): Kernel | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const bytes = assemble([mixing(4), mixing(1)], pages);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { memory, mix4, mix1 } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  if (!(memory instanceof WebAssembly.Memory) || !isMixing(mix4) || !isMixing(mix1)) return undefined;
  return { memory, mix4, mix1 };
}

function isMixing(exported: unknown): exported is Mixing {
  return typeof exported === "function";
}
