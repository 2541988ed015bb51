// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../../../testing/index.ts";
import { packRTCP } from "./packRTCP.ts";
import { parseRTCP } from "./parseRTCP.ts";
import { ITEMS, type RTCPPacket } from "./packets.ts";

const hex = (packets: readonly RTCPPacket[]): string => Buffer.from(packRTCP(packets)).toString("hex");
const sender: RTCPPacket = { type: "SR", ssrc: 12345, ntp: 0x0102030405060708n, rtp: 7, packets: 5, octets: 1000, reports: [] };
const word = fc.nat({ max: 0xffff_ffff });
const data = fc.array(fc.nat({ max: 255 }), { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes.slice(0, bytes.length & ~3)));
const plain = { noNullPrototype: true } as const;
const report = fc.record(
  {
    ssrc: word,
    fractionLost: fc.nat({ max: 255 }),
    lost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
    highest: word,
    jitter: word,
    lastSR: word,
    delaySinceLastSR: word,
  },
  plain,
);
const reports = fc.array(report, { maxLength: 31 });
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const first: fc.Arbitrary<RTCPPacket> = fc.oneof(
  fc.record(
    {
      type: fc.constant("SR" as const),
      ssrc: word,
      ntp: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      rtp: word,
      packets: word,
      octets: word,
      reports,
    },
    plain,
  ),
  fc.record({ type: fc.constant("RR" as const), ssrc: word, reports }, plain),
);
const further: fc.Arbitrary<RTCPPacket> = fc.oneof(
  first,
  fc.record(
    {
      type: fc.constant("SDES" as const),
      chunks: fc.array(
        fc.record({ ssrc: word, items: fc.array(fc.record({ item: fc.constantFrom(...ITEMS), text }, plain), { maxLength: 4 }) }, plain),
        { maxLength: 31 },
      ),
    },
    plain,
  ),
  fc.record({ type: fc.constant("BYE" as const), sources: fc.array(word, { maxLength: 31 }), reason: text }, plain),
  fc.record(
    { type: fc.constant("APP" as const), subtype: fc.nat({ max: 31 }), ssrc: word, name: fc.constantFrom("test", "qtsi"), data },
    plain,
  ),
  fc.record(
    { type: fc.constantFrom("RTPFB" as const, "PSFB" as const), format: fc.nat({ max: 31 }), ssrc: word, media: word, information: data },
    plain,
  ),
  fc.record({ type: fc.constant("other" as const), packetType: fc.constantFrom(192, 207, 255), count: fc.nat({ max: 31 }), data }, plain),
);

test("packRTCP() writes the original's packets", () => {
  assert.equal(hex([sender]), "80c800060000303901020304050607080000000700000005000003e8");
  assert.equal(hex([{ type: "BYE", sources: [1], reason: "abc" }]), "81cb00020000000103616263");
});
test("packRTCP() writes a source description as RFC 3550 shows: items, a zero, and more up to the word", () => {
  const chunk = (cname: string) => ({ ssrc: 1, items: [{ item: "CNAME", text: cname }] }) as const;
  assert.equal(hex([{ type: "SDES", chunks: [chunk("a")] }]), "81ca00020000000101016100");
  assert.equal(hex([{ type: "SDES", chunks: [chunk("ab"), chunk("")] }]), "82ca00050000000101026162000000000000000101000000");
});
test("parseRTCP() reads what packRTCP() wrote", () => {
  fc.assert(
    fc.property(first, fc.array(further, { maxLength: 5 }), (head, tail) => {
      assert.deepEqual(parseRTCP(packRTCP([head, ...tail])), [head, ...tail]);
    }),
    { seed: seedOf("RTCP round trip") },
  );
});
test("parseRTCP() says why something is no compound packet", () => {
  const of = (bytes: string, options = {}): unknown => parseRTCP(Buffer.from(bytes, "hex"), options);
  assert.equal(of("80"), "it has 1 bytes, and the header 4");
  assert.equal(of("81cb000100000001"), "it begins with a packet of type 203, not with a report");
  assert.deepEqual(of("81cb000100000001", { reduced: true }), [{ type: "BYE", sources: [1] }]);
  assert.equal(of("80c900010000000140ca0000"), "the version at 8 is 1, not 2");
  assert.equal(of("80c9000200000001"), "the packet at 0 is cut off");
  assert.equal(of("81c9000100000001"), "the packet at 0 has 4 bytes, and needs 28");
  assert.equal(of("a0c900010000000180ca0000"), "the padding at 0 is not one that may be");
  assert.deepEqual(of("a0c900020000000100000004"), [{ type: "RR", ssrc: 1, reports: [] }]);
});
test("parseRTCP() takes any bytes, and any packet cut anywhere", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      for (const reduced of [false, true]) parseRTCP(bytes, { reduced });
      if (bytes.length > 0)
        parseRTCP(Uint8Array.of(0x80 | (bytes[0]! & 0x3f), 200 + (bytes[0]! % 8), 0, Math.floor(bytes.length / 4), ...bytes), {
          reduced: true,
        });
    }),
    { seed: seedOf("RTCP fuzz"), numRuns: 5000 },
  );
  const whole = packRTCP([sender, { type: "SDES", chunks: [{ ssrc: 1, items: [{ item: "CNAME", text: "me@here" }] }] }]);
  for (let length = 0; length < whole.length; length++) parseRTCP(whole.subarray(0, length));
});
test("packRTCP() refuses what does not fit", () => {
  const refused: RTCPPacket[] = [
    { type: "BYE", sources: Array.from({ length: 32 }, () => 1) },
    { type: "APP", subtype: 1, ssrc: 1, name: "long name", data: new Uint8Array() },
    { type: "APP", subtype: 1, ssrc: 1, name: "name", data: new Uint8Array(3) },
    { type: "BYE", sources: [1], reason: "x".repeat(256) },
  ];
  for (const packet of refused) assert.throws(() => packRTCP([packet]), RangeError);
});
