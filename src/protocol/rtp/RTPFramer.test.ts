// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import type { RTPContent } from "./packet.ts";
import { RTPFramer, type RTPFramerOptions } from "./RTPFramer.ts";

const hello: RTPContent = { payloadtype: 33, payload: Buffer.from("HELLO"), timestamp: 0x01020304, ssrc: 0xdeadbeef };
const frame = async (contents: readonly RTPContent[], options?: RTPFramerOptions): Promise<string[]> => {
  const { outbox } = await drive(RTPFramer(options), { inbox: contents });
  return outbox.map((packet) => Buffer.from(packet).toString("hex"));
};

test("RTPFramer() writes the original's packets", async () => {
  const contents = [hello, { ...hello, marker: true, csrcs: [1, 2] }, { ...hello, bytespadding: 3 }];
  assert.deepEqual(await frame(contents, { sequence: 0xfffe, timestampOffset: 0 }), [
    "8021fffe01020304deadbeef48454c4c4f",
    "82a1ffff01020304deadbeef000000010000000248454c4c4f",
    "a021000001020304deadbeef48454c4c4f000003",
  ]);
});
test("RTP extension: its length is written in words, as RFC 3550 says (the original wrote bytes)", async () => {
  const extension = [0x1234, Buffer.from("aabbccdd", "hex")] as const;
  const longer = [0xbede, Buffer.from("aabbccddee", "hex")] as const;
  const contents = [
    { ...hello, extension },
    { ...hello, extension: longer },
  ];
  assert.deepEqual(await frame(contents, { sequence: 1, timestampOffset: 0 }), [
    "9021000101020304deadbeef12340001aabbccdd48454c4c4f",
    "9021000201020304deadbeefbede0002aabbccddee00000048454c4c4f",
  ]);
});
test("RTPFramer() begins with a random number and a random offset, which stay the same", async () => {
  const numbers = async (seed: number): Promise<[number, number, number]> => {
    const { outbox } = await drive(RTPFramer(), { inbox: [hello, hello] }, { seed });
    const [first, second] = outbox.map((packet) => Buffer.from(packet)) as [Buffer, Buffer];
    assert.equal(second.readUInt16BE(2), (first.readUInt16BE(2) + 1) & 0xffff);
    assert.equal(second.readUInt32BE(4), first.readUInt32BE(4));
    return [first.readUInt16BE(2), second.readUInt16BE(2), first.readUInt32BE(4)];
  };
  const [one, other] = [await numbers(1), await numbers(2)];
  assert.deepEqual(one, await numbers(1));
  assert.notDeepEqual(one, other);
});
test("RTPFramer() counts timestamps modulo 2^32", async () => {
  const [packet] = await frame([{ ...hello, timestamp: 0xffffffff }], { sequence: 0, timestampOffset: 2 });
  assert.equal(packet!.slice(8, 16), "00000001");
});
test("RTPFramer() refuses what does not fit", async () => {
  for (const options of [{ sequence: -1 }, { sequence: 65536 }, { timestampOffset: 1.5 }])
    assert.throws(() => RTPFramer(options), RangeError);
  for (const wrong of [{ payloadtype: 128 }, { csrcs: new Array<number>(16).fill(0) }, { bytespadding: 256 }]) {
    await assert.rejects(drive(RTPFramer(), { inbox: [{ ...hello, ...wrong }] }), /Cannot write an RTP packet with /);
  }
});
