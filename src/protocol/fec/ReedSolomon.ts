// SPDX-License-Identifier: Apache-2.0
import { EXP, interpolation } from "./gf256.ts";
import { mix, plainMix } from "./mix.ts";

/** How a code is made. */
export interface ReedSolomonOptions {
  /**
   * Where the polynomial is evaluated. "rfc5510": at 1, x, x^2 …, as RFC 5510, section 8.2, has it. "rizzo": at 0, 1, x …, as Luigi Rizzo's program does and those
   * that were made from it (libnorm, OpenFEC), although they speak of RFC 5510. Default "rfc5510".
   */
  readonly points?: "rfc5510" | "rizzo";
  /** JavaScript only, no WebAssembly: the same bytes, much slower. Default false. */
  readonly plain?: boolean;
}

/** Symbols that a code has at most: source and parity. */
const MOST = 255;

/**
 * A Reed-Solomon code over GF(2^8) for packets: from any k of its n symbols the k source symbols come back. Symbols are numbered from 0: first the source symbols,
 * which are sent as they are, then the parity symbols. RFC 5510, sections 8.1 and 8.2 (FEC Encoding ID 5, also 129).
 *
 * Symbols that are shorter than the longest one count as if they ended in zeros; missing ones at the end of a block that is not full, too (a shortened code).
 *
 * @throws RangeError for numbers of symbols that there cannot be
 * @example
 * const code = new ReedSolomon(3, 2);
 * const sources = ["one", "two", "six"].map((text) => Buffer.from(text));
 * const [, last] = code.parity(sources);
 * const [found] = code.recover(new Map([[0, sources[0]!], [2, sources[2]!], [4, last!]]), [1]);
 * Buffer.from(found!).toString(); // two
 */
export class ReedSolomon {
  /** How many source symbols make a block. */
  readonly sources: number;
  /** How many parity symbols there are. */
  readonly parities: number;
  readonly #points: Uint8Array;
  readonly #mix: typeof mix;
  /** The factors of the parity symbols that were asked for so far. */
  readonly #rows: (Uint8Array | undefined)[] = [];

  constructor(sources: number, parities: number, { points = "rfc5510", plain = false }: ReedSolomonOptions = {}) {
    if (!(Number.isInteger(sources) && Number.isInteger(parities) && sources >= 1 && parities >= 0 && sources + parities <= MOST))
      throw new RangeError(
        `Cannot make a code of ${sources} source and ${parities} parity symbols: give at least 1 and 0, together at most ${MOST}`,
      );
    this.sources = sources;
    this.parities = parities;
    this.#points = Uint8Array.from({ length: MOST }, (_, n) => (points === "rfc5510" ? EXP[n]! : n === 0 ? 0 : EXP[n - 1]!));
    this.#mix = plain ? plainMix : mix;
  }

  /**
   * Parity symbols of a block: all, or `count` of them from the one numbered `sources + first` on.
   *
   * @throws RangeError if there are more source symbols than a block has, or fewer parity symbols
   */
  parity(block: readonly Uint8Array[], first = 0, count: number = this.parities - first): Uint8Array[] {
    if (block.length > this.sources)
      throw new RangeError(`Cannot encode ${block.length} symbols in a block: its code is for ${this.sources} at most`);
    if (!(first >= 0 && count >= 0 && first + count <= this.parities))
      throw new RangeError(`Cannot make the parity symbols ${first} to ${first + count - 1}: there are ${this.parities}`);
    const rows = Array.from({ length: count }, (_, n) => this.#row(first + n));
    return this.#mix(rows, block, longest(block));
  }

  /**
   * The source symbols that are wanted, from those that are there. All have the length of the longest one that is there.
   *
   * @param symbols those that came, by number; `length` of them are enough, wanted ones are not used
   * @param wanted the numbers of those to be found
   * @param length how many source symbols the block has. Default: as many as there can be
   * @throws RangeError if too few are there, or numbers that the code has not
   */
  recover(symbols: ReadonlyMap<number, Uint8Array>, wanted: readonly number[], length: number = this.sources): Uint8Array[] {
    if (!(length >= 1 && length <= this.sources))
      throw new RangeError(`Cannot recover a block of ${length} symbols: its code is for ${this.sources}`);
    for (const number of wanted)
      if (!(number >= 0 && number < length)) throw new RangeError(`Cannot recover symbol ${number}: there are ${length}`);
    const known: number[] = [];
    const bytes: Uint8Array[] = [];
    for (const [number, symbol] of symbols) {
      if (bytes.length === length || wanted.includes(number) || (number >= length && number < this.sources)) continue;
      if (!(number >= 0 && number < this.sources + this.parities))
        throw new RangeError(`Cannot use symbol ${number}: the code has ${this.sources + this.parities}`);
      known.push(this.#points[number]!);
      bytes.push(symbol);
    }
    if (bytes.length < length) throw new RangeError(`Cannot recover a block from ${bytes.length} symbols: ${length} are needed`);
    for (let zero = length; zero < this.sources; zero++) known.push(this.#points[zero]!);
    const rows = interpolation(
      Uint8Array.from(known),
      Uint8Array.from(wanted, (number) => this.#points[number]!),
    );
    return this.#mix(rows, bytes, longest(bytes));
  }

  #row(parity: number): Uint8Array {
    return (this.#rows[parity] ??= interpolation(
      this.#points.subarray(0, this.sources),
      this.#points.subarray(this.sources + parity, this.sources + parity + 1),
    )[0]!);
  }
}

function longest(symbols: readonly Uint8Array[]): number {
  let length = 0;
  for (const symbol of symbols) length = Math.max(length, symbol.length);
  return length;
}
