// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import { FECEncoder } from "./FECEncoder.ts";
import { type FECPacket, parseFEC } from "./packet.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const packets = (list: readonly Uint8Array[]): FECPacket[] => list.map((each) => parseFEC(each)).filter((each) => typeof each !== "string");

test("FECEncoder() sends each datagram at once, and parity after each block", async () => {
  const { outbox } = await drive(FECEncoder({ sources: 3, parities: 2 }), { inbox: ["one", "two", "six", "ten"].map(bytes) });
  const sent = packets(outbox);
  assert.deepEqual(
    sent.map(({ sources, symbol }) => [sources, symbol]),
    [[0, 0], [0, 1], [0, 2], [3, 3], [3, 4], [0, 0], [1, 1]], // prettier-ignore
  );
  assert.deepEqual(sent[2]!.payload, bytes("six"));
  assert.equal((sent[5]!.block - sent[0]!.block) >>> 0, 1);
  assert.deepEqual(sent[6]!.payload, Uint8Array.of(0, 3, ...bytes("ten"))); // parity of one symbol is the symbol
});
test("FECEncoder() writes the format that the README says", async () => {
  const { outbox } = await drive(FECEncoder({ sources: 2, parities: 1 }), { inbox: [bytes("a"), bytes("b")] }, { seed: 1 });
  const block = Buffer.from(outbox[0]!).toString("hex", 4, 8);
  assert.deepEqual(
    outbox.map((each) => Buffer.from(each).toString("hex")),
    [`f1000000${block}61`, `f1000100${block}62`, `f1020200${block}000164`], // x * 0x61 + (x + 1) * 0x62 = 0xc2 ^ 0xc4 ^ 0x62
  );
});
test("FECEncoder() closes a block after some time, with as much less parity as there is less in it", async () => {
  const times = [...Array(12).keys(), 1000];
  const { outbox } = await drive(FECEncoder({ sources: 24, parities: 6, timeout: 50 }), {
    inbox: at(Object.fromEntries(times.map((time) => [time, bytes("x")]))),
  });
  assert.equal(outbox.length, 12 + 3 + 1 + 1);
});
test("FECEncoder() refuses numbers that there cannot be", async () => {
  for (const options of [{ sources: 0 }, { parities: 0 }, { sources: 200, parities: 56 }, { timeout: -1 }])
    assert.throws(() => FECEncoder(options), RangeError);
  await assert.rejects(drive(FECEncoder(), { inbox: [new Uint8Array(65_536)] }), /Cannot protect a message of 65536 bytes/);
});
