// SPDX-License-Identifier: Apache-2.0
// Parity for blocks of 64 symbols of 1400 bytes, 16 each; with vectors, or in JavaScript alone.
import { ReedSolomon } from "../../src/protocol/fec/index.ts";
import { check, measure } from "../lib/measure.ts";

const [SOURCES, PARITIES, SIZE, BLOCKS] = [64, 16, 1400, 20];
const block = Array.from({ length: SOURCES }, (_, i) =>
  Uint8Array.from({ length: SIZE }, (__, j) => (i * 37 + j * 11 + ((i * j) >> 3)) & 0xff),
);
const plain = process.argv[2] === "plain";
const code = new ReedSolomon(SOURCES, PARITIES, { plain });
const all = new Map(code.parity(block).map((symbol, n) => [SOURCES + n, symbol]));
for (let n = PARITIES; n < SOURCES; n++) all.set(n, block[n]!);

await measure({ work: "fec-encode", row: plain ? "ours, JavaScript alone" : "ours", unit: "MB/s" }, async () => {
  let bytes = 0;
  for (let n = 0; n < BLOCKS; n++) for (const symbol of code.parity(block)) bytes += symbol.length;
  check("the number of bytes", bytes, BLOCKS * PARITIES * SIZE);
  const found = code.recover(all, [0]);
  check("the first byte found again", found[0]![0]!, block[0]![0]!);
  return BLOCKS * SOURCES * SIZE;
});
