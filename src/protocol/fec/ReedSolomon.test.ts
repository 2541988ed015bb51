// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "../../axon/index.ts";
import { seedOf } from "../../testing/index.ts";
import { EXP, LOG, multiply } from "./gf256.ts";
import { plainMix, vectorMix } from "./mix.ts";
import { ReedSolomon } from "./ReedSolomon.ts";

const random = new SeededRandom(5510);
const symbols = (count: number, length: number): Uint8Array[] =>
  Array.from({ length: count }, () => Uint8Array.from({ length }, () => random.integer(256)));
const present = (all: readonly Uint8Array[], lost: (n: number) => boolean): Map<number, Uint8Array> =>
  new Map([...all.entries()].filter(([n]) => !lost(n)));
const upTo = (count: number): number[] => [...Array(count).keys()];

/** The generator matrix as RFC 5510, section 8.2, writes it down: the inverse of the first k columns of a Vandermonde matrix, times all of it. By Gauss and Jordan. */
function generator(k: number, points: readonly number[]): number[][] {
  const power = (x: number, n: number): number => (n === 0 ? 1 : multiply(x, power(x, n - 1)));
  const rows = upTo(k).map((i) => points.map((x) => power(x, i)));
  for (let i = 0; i < k; i++) {
    const pivot = rows.findIndex((row, n) => n >= i && row[i] !== 0);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const inverse = EXP[255 - LOG[rows[i]![i]!]!]!;
    rows[i] = rows[i]!.map((x) => multiply(x, inverse));
    for (let n = 0; n < k; n++) {
      const factor = rows[n]![i]!;
      if (n !== i) rows[n] = rows[n]!.map((x, column) => x ^ multiply(factor, rows[i]![column]!));
    }
  }
  return rows;
}

test("the field is that of RFC 5510: x^8 is x^4 + x^3 + x^2 + 1, and every element but 0 is a power of x", () => {
  assert.equal(EXP[8], 0b11101);
  assert.equal(new Set(EXP.subarray(0, 255)).size, 255);
  for (let a = 1; a < 256; a++) assert.equal(multiply(a, EXP[255 - LOG[a]!]!), 1);
  assert.equal(multiply(0x80, 2), 0x1d);
});
test("ReedSolomon() has the generator matrix of RFC 5510, section 8.2, and with points: rizzo that of Rizzo's program", () => {
  for (const k of [1, 2, 5, 16, 64]) {
    const sources = upTo(k).map((i) => Uint8Array.from({ length: k }, (_, n) => (n === i ? 1 : 0)));
    for (const points of ["rfc5510", "rizzo"] as const) {
      const places = upTo(k + 16).map((n) => (points === "rfc5510" ? EXP[n]! : n === 0 ? 0 : EXP[n - 1]!));
      const expected = generator(k, places);
      const parity = new ReedSolomon(k, 16, { points }).parity(sources);
      for (const [r, symbol] of parity.entries())
        assert.deepEqual(
          [...symbol],
          expected.map((row) => row[k + r]),
        );
    }
  }
});
test("ReedSolomon() finds everything again in all patterns of erasure of small codes", () => {
  for (const [k, n] of [
    [1, 4],
    [2, 5],
    [3, 6],
    [4, 8],
    [5, 9],
  ] as const) {
    // prettier-ignore
    for (const plain of [false, true]) {
      const code = new ReedSolomon(k, n - k, { plain });
      const sources = symbols(k, 5);
      const all = [...sources, ...code.parity(sources)];
      for (let pattern = 0; pattern < 1 << n; pattern++) {
        const lost = (i: number): boolean => (pattern & (1 << i)) !== 0;
        const wanted = upTo(k).filter(lost);
        if (upTo(n).filter(lost).length > n - k) assert.throws(() => code.recover(present(all, lost), wanted), /^RangeError: Cannot recover a block/);
        else
          assert.deepEqual(
            code.recover(present(all, lost), wanted),
            wanted.map((i) => sources[i]),
          );
      }
    }
  }
});
test("ReedSolomon() finds everything again: any code, any lengths, any k of n symbols", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 255 }), fc.nat(254), fc.nat(70), fc.integer(), (k, more, length, seed) => {
      const chance = new SeededRandom(seed);
      const parities = Math.min(more, 255 - k);
      const code = new ReedSolomon(k, parities, { points: seed % 2 === 0 ? "rizzo" : "rfc5510" });
      const count = 1 + chance.integer(k);
      const sources = symbols(count, length);
      const all: [number, Uint8Array][] = [
        ...sources.entries(),
        ...code.parity(sources).map((bytes, r): [number, Uint8Array] => [k + r, bytes]),
      ];
      const came = new Map(all.map((each) => ({ each, at: chance.next() })).sort((a, b) => a.at - b.at).slice(0, count).map(({ each }) => each)); // prettier-ignore
      const wanted = upTo(count).filter((n) => !came.has(n));
      assert.deepEqual(
        code.recover(came, wanted, count),
        wanted.map((n) => sources[n]),
      );
    }),
    { seed: seedOf("any k of n"), numRuns: 150 },
  );
});
test("WebAssembly and JavaScript make the same bytes", { skip: vectorMix === undefined && "needs WebAssembly with vectors" }, () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(20), fc.constantFrom(0, 1, 31, 32, 33, 1400, 4096, 4097, 9000), (rows, count, size) => {
      const sources = symbols(count, size).map((bytes, n) => (n % 3 === 2 ? bytes.subarray(0, size >> 1) : bytes));
      const factors = symbols(rows, count);
      assert.deepEqual(vectorMix!(factors, sources, size), plainMix(factors, sources, size));
    }),
    { seed: seedOf("the same bytes"), numRuns: 60 },
  );
});
test("ReedSolomon() takes short symbols as if they ended in zeros, and blocks that are not full, too", () => {
  const code = new ReedSolomon(4, 3);
  const short = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)];
  const long = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 0, 0), new Uint8Array(3), new Uint8Array(3)];
  assert.deepEqual(code.parity(short), code.parity(long));
  assert.deepEqual(code.parity(short, 1, 1), code.parity(short).slice(1, 2));
  const [, second, third] = code.parity(short);
  assert.deepEqual(code.recover(new Map([[5, second!], [6, third!]]), [0, 1], 2), long.slice(0, 2)); // prettier-ignore
});
test("ReedSolomon() refuses codes, blocks and symbols that there cannot be", () => {
  for (const [k, parities] of [
    [0, 1],
    [1, -1],
    [200, 56],
    [1.5, 1],
    [NaN, 1],
  ] as const)
    // prettier-ignore
    assert.throws(() => new ReedSolomon(k, parities), RangeError);
  const code = new ReedSolomon(2, 2);
  const one = Uint8Array.of(1);
  assert.throws(() => code.parity([one, one, one]), RangeError);
  assert.throws(() => code.parity([one, one], 1, 2), RangeError);
  assert.throws(() => code.recover(new Map([[0, one], [4, one]]), [1]), /^RangeError: Cannot use symbol 4: the code has 4$/); // prettier-ignore
  assert.throws(() => code.recover(new Map([[0, one]]), [1]), RangeError); // prettier-ignore
  assert.throws(() => code.recover(new Map(), [2]), RangeError);
  assert.throws(() => code.recover(new Map(), [], 3), RangeError);
});
