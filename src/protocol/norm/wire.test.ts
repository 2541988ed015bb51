// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../../testing/index.ts";
import type { NormMessage } from "./message.ts";
import { dequantiseGroup, dequantiseRate, difference16, difference24, quantiseGroup, quantiseRate } from "./numbers.ts";
import { packNorm, sizeOfRequests } from "./pack.ts";
import { parseNorm } from "./parse.ts";
import { partitionOf, sizeOfBlock, startOfBlock } from "./partition.ts";

const sender = { source: 1, sequence: 2, instance: 3, grtt: 0.005, backoff: 4, groupSize: 1000 };
const receiver = { source: 1, sequence: 2, server: 3, instance: 4, time: 1_000_099, feedback: undefined };
const symbol = { object: 5, block: 6, symbol: 7 };
const transmission = { size: 1e10, symbolSize: 1400, sources: 128, parities: 127 };
const payload = Uint8Array.of(1, 2, 3);
const requests = [
  { flags: 1, from: symbol, to: symbol, erasures: false },
  { flags: 1, from: { ...symbol, symbol: 9 }, to: { ...symbol, symbol: 9 }, erasures: false },
  { flags: 1, from: symbol, to: { ...symbol, symbol: 9 }, erasures: false },
  { flags: 3, from: symbol, to: symbol, erasures: true },
];
/** Every kind of message, and its bytes as RFC 5740, section 4, has them. */
const messages: readonly (readonly [NormMessage, string])[] = [
  [
    { type: "data", ...sender, flags: 4, ...symbol, transmission, payload },
    "12080002000000010003044204050005000006074003 0002540be4000578807f 010203",
  ],
  [{ type: "info", ...sender, flags: 4, object: 5, transmission: undefined, payload }, "11040002000000010003044204050005 010203"],
  [{ type: "flush", ...sender, ...symbol, nodes: [1, 2] }, "1305000200000001000304420105000500000607 0000000100000002"],
  [{ type: "end", ...sender }, "13040002000000010003044202000000"],
  [{ type: "squelch", ...sender, ...symbol, invalid: [1, 2] }, "1305000200000001000304420305000500000607 00010002"],
  [
    { type: "probe", ...sender, probe: 5, time: 12_345_678_901, rate: 4000, nodes: [{ node: 4, flags: 5, rtt: 0.005, rate: 5000 }] },
    "130700020000000100030442040000050000303 9000a5bf5 80006663 0000000405048003",
  ],
  [{ type: "advice", ...sender, requests: requests.slice(0, 1) }, "13040002000000010003044205000000 01010008 0500000500000607"],
  [{ type: "ack-request", ...sender, ackType: 16, ackId: 2, nodes: [1] }, "13040002000000010003044206001002 00000001"],
  [{ type: "command", ...sender, payload: Uint8Array.of(1) }, "13040002000000010003044207000000 01"],
  [
    { type: "nack", ...receiver, requests },
    "14060002000000010000000300040000 0000000100000063 01010010 0500000500000607 0500000500000609 02010010 0500000500000607 0500000500000609 03030008 0500000500000607",
  ],
  [
    { type: "ack", ...receiver, feedback: { probe: 1, flags: 2, rtt: 0.005, loss: 1, rate: 5000 }, ackType: 2, ackId: 1, payload },
    "15090002000000010000000300040201 0000000100000063 030300010204ffff8003ffff 010203",
  ],
];
const bytes = messages.map(([message]) => packNorm(message));

test("messages have the bytes that RFC 5740, section 4, says, and come back as they were", () => {
  for (const [i, [message, hex]] of messages.entries()) {
    assert.equal(Buffer.from(bytes[i]!).toString("hex"), hex.replaceAll(" ", ""), message.type);
    assert.deepEqual(rounded(parseNorm(bytes[i]!)), rounded(message));
  }
  assert.equal(sizeOfRequests(requests), bytes[9]!.length - 24);
});
test("what is no message is named", () => {
  const [data, info, flush, , squelch, probe, advice, , , nack, ack] = bytes.map((each) => Buffer.from(each));
  const faults: readonly [Uint8Array, RegExp][] = [
    [new Uint8Array(7), /it has 7 bytes/],
    [data!.with(0, 0x22), /version is 2/],
    [data!.with(0, 0x17), /type 7/],
    [data!.with(0, 0x16), /type 6/],
    [flush!.with(12, 9), /no command 9/],
    [data!.with(1, 3), /header 12/],
    [data!.with(1, 20), /header 80/],
    [data!.with(13, 129), /FEC Encoding ID is 129/],
    [info!.with(13, 129), /FEC Encoding ID is 129/],
    [flush!.with(13, 2), /FEC Encoding ID is 2/],
    [squelch!.with(13, 2), /FEC Encoding ID is 2/],
    [data!.with(21, 0), /extension of 0 bytes/],
    [data!.with(21, 9), /extension of 36 bytes/],
    [data!.with(20, 3).with(21, 2), /extension of 0 bytes|extension of \d+ bytes/],
    [data!.with(21, 2), /extension 64 has 8 bytes/],
    [data!.with(30, 0), /0 symbols of 1400/],
    [data!.with(28, 0).with(29, 0), /128 symbols of 0/],
    [data!.with(31, 128), /128 and 128 symbols/],
    [data!.with(12, 0x20), /symbol of a stream cannot have 3 bytes/],
    [probe!.with(24, 3).with(25, 7), /extension of 28 bytes/],
    [nack!.with(24, 0), /form 0/],
    [nack!.with(24, 4), /form 4/],
    [nack!.with(27, 0), /requests of 0 bytes/],
    [nack!.with(27, 12), /requests of 12 bytes/],
    [nack!.subarray(0, 26), /a request of 2 bytes/],
    [nack!.with(28, 129), /another FEC Encoding ID/],
    [advice!.with(16, 9), /form 9/],
    [ack!.with(25, 2), /extension 3 has 8 bytes|does not fit/],
  ];
  for (const [packet, fault] of faults) {
    const answer = parseNorm(packet);
    assert.equal(typeof answer, "string", `${fault} was read`);
    assert.match(String(answer), fault);
  }
});
test("messages cut off anywhere, changed anywhere, and any bytes are read, or refused", () => {
  for (const packet of bytes)
    for (let length = 0; length <= packet.length; length++) {
      parseNorm(packet.subarray(0, length));
      for (const value of [0, 1, 127, 128, 255]) if (length < packet.length) parseNorm(packet.with(length, value));
    }
  fc.assert(
    fc.property(
      fc.nat(bytes.length - 1),
      fc.array(fc.tuple(fc.nat(70), fc.nat(255)), { maxLength: 6 }),
      fc.uint8Array({ maxLength: 40 }),
      (which, changes, more) => {
        const packet = new Uint8Array([...bytes[which]!, ...more]);
        for (const [at, value] of changes) if (at < packet.length) packet[at] = value;
        const message = parseNorm(packet);
        if (typeof message !== "string" && "requests" in message) assert.ok(message.requests.length <= packet.length / 8);
        parseNorm(more);
      },
    ),
    { seed: seedOf("noise for NORM"), numRuns: 1500 },
  );
});
test("sizes of groups and rates fit into their bits (RFC 5740, sections 4.2 and 4.2.3)", () => {
  for (const [size, said] of [
    [1, 10],
    [10, 10],
    [11, 50],
    [50, 50],
    [51, 100],
    [1000, 1000],
    [3e8, 5e8],
    [1e12, 5e8],
  ] as const)
    // prettier-ignore
    assert.equal(dequantiseGroup(quantiseGroup(size)), said);
  for (let rate = 1; rate < 1e15; rate *= 3.7) assert.ok(Math.abs(dequantiseRate(quantiseRate(rate)) / rate - 1) < 0.002, `${rate}`);
  assert.equal(dequantiseRate(quantiseRate(0.2)), 0);
  assert.ok(dequantiseRate(quantiseRate(9.9999e5)) > 9.9e5);
});
test("numbers that begin again at 0 are compared around the corner", () => {
  assert.deepEqual([difference16(1, 65_535), difference16(65_535, 1), difference16(0x8000, 0)], [2, -2, -0x8000]);
  assert.deepEqual([difference24(1, 0xff_ffff), difference24(0xff_ffff, 1)], [2, -2]);
});
test("objects are cut into blocks as RFC 5052, section 9.1, says", () => {
  assert.deepEqual(partitionOf({ size: 0, symbolSize: 10, sources: 4 }), { blocks: 0, large: 0, small: 0, symbols: 0 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 255 }),
      (size, symbolSize, sources) => {
        const partition = partitionOf({ size, symbolSize, sources });
        let symbols = 0;
        for (let block = 0; block < Math.min(partition.blocks, 500); block++) {
          assert.equal(startOfBlock(partition, block), symbols);
          const count = sizeOfBlock(partition, block);
          assert.ok(count >= 1 && count <= sources);
          symbols += count;
        }
        if (partition.blocks <= 500) assert.equal(symbols, Math.ceil(size / symbolSize));
      },
    ),
    { seed: seedOf("partitions"), numRuns: 300 },
  );
});

/** Without what a byte for a time cannot say. */
function rounded(message: NormMessage | string): unknown {
  return JSON.parse(JSON.stringify(message), (key, value: unknown) => {
    if ((key === "grtt" || key === "rtt") && typeof value === "number") return Math.round(value * 1e6) / 1e6;
    if (key === "rate" && typeof value === "number") return Math.round(value / 100) * 100;
    return key === "payload" && typeof value === "object" && value !== null ? Uint8Array.from(Object.values(value)) : value;
  });
}
