// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import { BlockMaker } from "./BlockMaker.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (symbols: readonly Uint8Array[]): string => symbols.map((symbol) => Buffer.from(symbol).toString("hex")).join(" ");

test("BlockMaker() says how long the content is, where the first message begins, and how long each is", async () => {
  const { outbox } = await drive(BlockMaker({ sources: 2, symbolSize: 12 }), { inbox: ["abcdefghijklmn", "op"].map(bytes) });
  assert.deepEqual(
    outbox.map(({ number, symbols }) => [number, hex(symbols)]),
    [
      [0, "00000010000000000000000e 6162636465666768696a6b6c"],
      [1, "00000008000000026d6e0000 00026f70"],
    ],
  );
});
test("BlockMaker() sends a block that is not full after some time, and at the end", async () => {
  const { outbox } = await drive(BlockMaker({ flush: 20 }), { inbox: at({ 0: bytes("a"), 10: bytes("b"), 30: bytes("c") }) });
  assert.deepEqual(
    outbox.map(({ symbols }) => symbols[0]!.length),
    [8 + 5 + 5, 8 + 5],
  );
});
test("BlockMaker() refuses sizes that there cannot be", () => {
  for (const options of [{ sources: 0 }, { sources: 255 }, { symbolSize: 11 }, { flush: -1 }])
    assert.throws(() => BlockMaker(options), RangeError);
});
