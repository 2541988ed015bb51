// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { packRTP } from "./packet.ts";
import { RTPFECEncoder } from "./RTPFECEncoder.ts";

const packet = (n: number, text = "0102"): Uint8Array =>
  packRTP({ payloadtype: 33, payload: Buffer.from(text, "hex"), timestamp: n * 16, ssrc: 7, marker: n === 1 }, n & 0xffff, n * 16);
const hex = (list: readonly Uint8Array[]): string[] => list.map((one) => Buffer.from(one).toString("hex"));

test("RTPFECEncoder() writes the packets of SMPTE 2022-1", async () => {
  const inbox = [packet(0, "01"), packet(1, "0203"), packet(2), packet(3), packet(4), packet(5), packet(6), packet(7)];
  const { outbox, columns, rows } = await drive(RTPFECEncoder({ columns: 2, rows: 4 }), { inbox });
  assert.deepEqual(hex(outbox), hex(inbox));
  assert.deepEqual(hex(rows.slice(0, 2)), [
    "80e000000000001000000000000000038000000000000010400102000303",
    "806000010000003000000000000200008000000000000010400102000000",
  ]);
  assert.deepEqual(hex(columns), [
    "806000000000006000000000000000038000000000000000000204000002",
    "80e000010000007000000000000100008000000000000000000204000301",
  ]);
  assert.equal(rows.length, 4);
});
test("RTPFECEncoder() begins anew where the numbers jump", async () => {
  const inbox = [0, 1, 2, 100, 101, 102, 103].map((n) => packet(n));
  const { columns } = await drive(RTPFECEncoder({ columns: 1, rows: 4 }), { inbox });
  assert.deepEqual(
    columns.map((one) => Buffer.from(one).readUInt16BE(12)),
    [100],
  );
});
test("RTPFECEncoder() refuses more or fewer rows and columns than there may be", () => {
  for (const options of [{ columns: 0 }, { columns: 21 }, { rows: 3 }, { rows: 4.5 }])
    assert.throws(() => RTPFECEncoder(options), RangeError);
});
