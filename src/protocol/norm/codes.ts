// SPDX-License-Identifier: Apache-2.0
// libnorm's code, which is Rizzo's: blocks that are not full count as if they ended in zeros, and their parity is numbered from their own size on.
import { ReedSolomon } from "../fec/index.ts";
import type { Transmission } from "./message.ts";

const MOST_CODES = 32;
const codes = new Map<number, ReedSolomon>();

function codeOf({ sources, parities }: Transmission): ReedSolomon {
  const key = sources * 256 + parities;
  let code = codes.get(key);
  if (code !== undefined) return code;
  if (codes.size >= MOST_CODES) codes.clear();
  codes.set(key, (code = new ReedSolomon(sources, parities, { points: "rizzo" })));
  return code;
}

/** A parity symbol, numbered from 0, of a block. It is as long as the block's longest symbol. */
export function parityOf(transmission: Transmission, block: readonly Uint8Array[], number: number): Uint8Array {
  return codeOf(transmission).parity(block, number, 1)[0]!;
}

/** All source symbols of a block of which enough symbols are there, source or parity, by the numbers they have in the block. */
export function wholeBlock(transmission: Transmission, size: number, symbols: ReadonlyMap<number, Uint8Array>): Uint8Array[] {
  const missing: number[] = [];
  for (let n = 0; n < size; n++) if (!symbols.has(n)) missing.push(n);
  const whole = Array.from({ length: size }, (_, n) => symbols.get(n)!);
  if (missing.length === 0) return whole;
  const numbered = new Map<number, Uint8Array>();
  for (const [n, symbol] of symbols) numbered.set(n < size ? n : n - size + transmission.sources, symbol);
  for (const [i, symbol] of codeOf(transmission).recover(numbered, missing, size).entries()) whole[missing[i]!] = symbol;
  return whole;
}
