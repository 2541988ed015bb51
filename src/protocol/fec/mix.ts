// SPDX-License-Identifier: Apache-2.0
import { EXP, LOG, multiply } from "./gf256.ts";
import { compile, type Kernel, STRIPE, TABLES } from "./kernel.ts";

/**
 * Multiplies each source with a factor, and adds the products up: a target for each row of factors. Sources that are shorter than `size` end in zeros.
 */
export type Mix = (rows: readonly Uint8Array[], sources: readonly Uint8Array[], size: number) => Uint8Array[];

/** In JavaScript alone. */
export const plainMix: Mix = (rows, sources, size) =>
  rows.map((row) => {
    const target = new Uint8Array(size);
    const products = new Uint8Array(256);
    for (const [i, source] of sources.entries()) {
      const factor = row[i]!;
      if (factor === 0) continue;
      const log = LOG[factor]!;
      for (let byte = 1; byte < 256; byte++) products[byte] = EXP[log + LOG[byte]!]!;
      for (let at = 0; at < source.length; at++) target[at]! ^= products[source[at]!]!;
    }
    return target;
  });

/** Sources are cut into slices, so that all of a block stay in the cache; the memory has room for this many of them, and as many targets as are made at a time. */
const SLICE = 4096;
const MOST_SOURCES = 255;
const MOST_TARGETS = 4;
const SOURCES_AT = MOST_SOURCES * MOST_TARGETS * TABLES;
const TARGETS_AT = SOURCES_AT + MOST_SOURCES * SLICE;
const PAGES = Math.ceil((TARGETS_AT + MOST_TARGETS * SLICE) / 0x1_0000);

/** With the vectors of WebAssembly, many times as fast; undefined where there are none. */
export const vectorMix: Mix | undefined = withVectors(compile(PAGES));
/** The fastest there is. */
export const mix: Mix = vectorMix ?? plainMix;

function withVectors(kernel: Kernel | undefined): Mix | undefined {
  if (kernel === undefined) return undefined;
  const memory = new Uint8Array(kernel.memory.buffer);
  const words = new Int32Array(kernel.memory.buffer);
  const tables = nibbleTables();
  const writeTables = (rows: readonly Uint8Array[], count: number): void => {
    let to = 0;
    for (let i = 0; i < count; i++) {
      for (const row of rows) {
        const from = (row[i]! * TABLES) / 4;
        for (let word = 0; word < TABLES / 4; word++) words[to++] = tables[from + word]!;
      }
    }
  };
  return (rows, sources, size) => {
    const targets = rows.map(() => new Uint8Array(size));
    if (sources.length === 0) return targets;
    for (let start = 0; start < size; start += SLICE) {
      const bytes = Math.min(SLICE, size - start);
      const stride = Math.ceil(bytes / STRIPE) * STRIPE;
      for (const [i, source] of sources.entries()) {
        const at = SOURCES_AT + i * stride;
        const there = Math.max(0, Math.min(bytes, source.length - start));
        memory.set(there === source.length ? source : source.subarray(start, start + there), at);
        memory.fill(0, at + there, at + stride);
      }
      for (let row = 0, count: number; row < rows.length; row += count) {
        count = rows.length - row >= MOST_TARGETS ? MOST_TARGETS : 1;
        writeTables(rows.slice(row, row + count), sources.length);
        (count === 1 ? kernel.mix1 : kernel.mix4)(0, SOURCES_AT, stride, sources.length, TARGETS_AT, stride);
        for (let n = 0; n < count; n++) {
          const at = TARGETS_AT + n * stride;
          targets[row + n]!.set(memory.subarray(at, at + bytes), start);
        }
      }
    }
    return targets;
  };
}

/** For each factor its products with 0 to 15, and with 0 to 15 times 16. */
function nibbleTables(): Int32Array {
  const tables = new Uint8Array(256 * TABLES);
  for (let factor = 0; factor < 256; factor++) {
    for (let half = 0; half < 16; half++) {
      tables[factor * TABLES + half] = multiply(factor, half);
      tables[factor * TABLES + 16 + half] = multiply(factor, half << 4);
    }
  }
  return new Int32Array(tables.buffer);
}
