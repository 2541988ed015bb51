// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "../../axon/index.ts";
import { seedOf } from "../../testing/index.ts";
import { dequantise, quantise, randomBackoff } from "./grtt.ts";
import { packData, packNack, packReport, packStatus, parsePacket } from "./wire.ts";

const data = { sender: 0x01020304, sequence: 5, block: 6, sources: 64, symbol: 70, grtt: 0.005, payload: Uint8Array.of(0xaa) };
const status = {
  sender: 1,
  sequence: 2,
  blocks: 3,
  oldest: 1,
  time: 4,
  groupSize: 5,
  grtt: 0.005,
  ended: true,
  promises: [{ block: 2, count: 1, need: 9 }],
};
const nack = { receiver: 1, sender: 2, seen: 3, echo: 4, requests: [{ block: 5, count: 6, need: 7 }, { block: 11, count: 1, need: 0 }] }; // prettier-ignore
const report = { receiver: 1, sender: 2, echo: 3, received: 4, lost: 5, recovered: 6, missed: 7, nacks: 8, suppressed: 9 };

test("packets have the bytes that the README says, and come back as they were", () => {
  const packets = [
    [packData(data), "11044046010203040000000500000006aa", { type: "data", ...data }],
    [packStatus(status), "120401010000000100000002000000030000000100000004000000050000000200010900", { type: "status", ...status }],
    [packNack(nack), "130000020000000100000002000000030000000400000005000607000000000b00010000", { type: "nack", ...nack }],
    [packReport(report), "14000000000000010000000200000003000000040000000500000006000000070000000800000009", { type: "report", ...report }],
  ] as const;
  for (const [bytes, hex, packet] of packets) {
    assert.equal(Buffer.from(bytes).toString("hex"), hex);
    const parsed = parsePacket(bytes);
    assert.ok(typeof parsed === "object");
    assert.deepEqual("grtt" in parsed ? { ...parsed, grtt: Math.round(parsed.grtt * 1e6) / 1e6 } : parsed, packet);
  }
});
test("what is no packet is named", () => {
  const faults: readonly [Uint8Array, RegExp][] = [
    [new Uint8Array(3), /3 bytes/],
    [packData(data).with(0, 0x21), /version is 2/],
    [packData(data).with(0, 0x15), /no type 5/],
    [packData(data).subarray(0, 15), /a data has 16/],
    [packData(data).with(2, 0), /no symbol 70 of a block of 0/],
    [packData(data).with(3, 255), /no symbol 255/],
    [packStatus({ ...status, oldest: 4 }), /oldest block, 4/],
    [packNack(nack).subarray(0, 35), /size, 35/],
    [packNack({ ...nack, requests: [...nack.requests].reverse() }), /not in order/],
    [packNack({ ...nack, requests: [{ block: 1, count: 0, need: 1 }] }), /not in order/],
  ];
  for (const [bytes, fault] of faults) {
    const answer = parsePacket(bytes);
    assert.equal(typeof answer, "string");
    assert.match(String(answer), fault);
  }
});
test("any bytes are read, or refused", () => {
  const good = [packData(data), packStatus(status), packNack(nack), packReport(report)];
  fc.assert(
    fc.property(fc.nat(3), fc.nat(60), fc.nat(60), fc.nat(255), (which, length, at, value) => {
      const bytes = good[which]!.slice(0, length);
      if (at < bytes.length) bytes[at] = value;
      parsePacket(bytes);
    }),
    { seed: seedOf("noise for the wire"), numRuns: 2000 },
  );
});
test("round trips fit into a byte, to 8 %, and never get shorter (RFC 5401, section 3.2.3)", () => {
  for (let time = 0.001; time < 1e6; time *= 1.05) {
    const said = dequantise(quantise(time));
    assert.ok(said >= time * 0.9999 && said <= time * 1.09 + 0.001, `${time} became ${said}`);
  }
  for (let byte = 0; byte < 256; byte++) assert.ok(Number.isInteger(quantise(dequantise(byte))));
});
test("of a large group few ask early (RFC 5401, section 3.2.4)", () => {
  const random = new SeededRandom(1);
  for (const size of [1, 10, 1000]) {
    const delays = Array.from({ length: 10_000 }, () => randomBackoff(100, size, random));
    assert.ok(delays.every((delay) => delay >= 0 && delay <= 100));
    const early = (delays.filter((delay) => delay < 25).length / delays.length) * size;
    assert.ok(early < 8, `${early} of ${size} would ask in the first quarter`);
  }
});
