// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { Corrupt } from "./Corrupt.ts";
import { assertChiSquare, assertShare } from "./parts.ts";

test("Corrupt() changes one bit in its share of messages, any of them alike (chi-square, p > 0.001), in a copy", async () => {
  const zeros = Array.from({ length: 20_000 }, () => Buffer.alloc(2));
  const { outbox } = await drive(Corrupt({ probability: 0.3, seed: 1 }), { inbox: zeros });
  const words = outbox.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint16(0));
  const hit = words.filter((word) => word !== 0);
  assertShare("corrupted", hit.length, zeros.length, 0.3);
  const bits = Array.from({ length: 16 }, (_, i) => hit.filter((word) => word === 1 << i).length);
  assertChiSquare("bits", bits, new Array<number>(16).fill(1 / 16));
  assert.ok(
    zeros.every((bytes) => bytes.readUInt16BE() === 0),
    "the originals are as they were",
  );
});

test("Corrupt() leaves empty messages alone", async () => {
  await drive(Corrupt({ probability: 1 }), { inbox: [Buffer.alloc(0)] }).expect({ outbox: [Buffer.alloc(0)] });
});

test("Corrupt() refuses what is no probability", () => {
  assert.throws(() => Corrupt({ probability: Number.NaN }), RangeError);
});
