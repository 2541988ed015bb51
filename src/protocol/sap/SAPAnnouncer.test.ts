// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { at, drive, SeededRandom, VirtualClock } from "../../testing/index.ts";
import { Tap } from "../../util/index.ts";
import { writeSDP } from "../sdp/index.ts";
import { packSAP, parseSAP, type SAPAnnouncement } from "./packet.ts";
import { session } from "./parts.ts";
import { SAPAnnouncer } from "./SAPAnnouncer.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const read = (bytes: Uint8Array): SAPAnnouncement => {
  const read = parseSAP(bytes);
  assert.ok(typeof read !== "string", String(read));
  return read;
};

test("packSAP() writes the packets of RFC 2974, which parseSAP() reads", () => {
  const payload = new Uint8Array(Buffer.from("v=0\n"));
  const packet = packSAP({ deletion: false, hash: 0x1234, source: "192.0.2.1", payload });
  assert.equal(Buffer.from(packet).toString("hex"), "20001234c0000201" + Buffer.from("application/sdp\0v=0\n").toString("hex"));
  const longer = packSAP({ deletion: true, hash: 1, source: "2001:db8::5", payload });
  assert.equal(Buffer.from(longer.subarray(0, 20)).toString("hex"), "3400000120010db8000000000000000000000005");
  const { payload: again, ...info } = read(longer);
  assert.deepEqual([info, text(again)], [{ deletion: true, hash: 1, source: "2001:db8::5", payloadType: "application/sdp" }, "v=0\n"]);
  for (const source of ["1.2.3", "1.2.3.256", "::1::2", "1:2", "host"])
    assert.throws(() => packSAP({ deletion: false, hash: 1, source, payload }), RangeError);
  for (const payloadType of ["", "a/\u00e9", "a/b\0"])
    assert.throws(() => packSAP({ deletion: false, hash: 1, source: "192.0.2.1", payloadType, payload }), RangeError);
});
test("parseSAP() reads announcements without a payload type, signed ones, and compressed ones", async () => {
  const { deflateSync } = await import("node:zlib");
  const header = (first: number, signature = 0): Buffer => Buffer.from([first, signature, 0, 1, 192, 0, 2, 1]);
  const packets = [
    Buffer.concat([header(0x20), Buffer.from("v=0\n")]),
    Buffer.concat([header(0x20, 2), Buffer.alloc(8), Buffer.from("v=0\n")]),
    Buffer.concat([header(0x21), deflateSync("application/sdp\0v=0\n")]),
  ];
  assert.deepEqual(
    packets.map((packet) => text(read(packet).payload)),
    ["v=0\n", "v=0\n", "v=0\n"],
  );
  const faults = [
    header(0x40),
    header(0x20).subarray(0, 7),
    header(0x22),
    header(0x20, 9),
    header(0x21),
    Buffer.concat([header(0x21), deflateSync(Buffer.alloc(1 << 20))]),
  ];
  for (const packet of faults) assert.equal(typeof parseSAP(packet), "string");
});
test("parseSAP() survives random packets", () => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 5000; round++) {
    const packet = Uint8Array.from({ length: random.integer(60) }, () => random.integer(256));
    packet[0] = 0x20 | random.integer(32);
    parseSAP(packet);
  }
});
test("SAPAnnouncer() announces at once, then every 300 s on the average, and at the end that it is over", async () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  const music = session("Music");
  const look = Tap<Uint8Array>(() => times.push(clock.now() / 1000));
  const inbox = at({ 0: music, 3_600_000: { gone: session("Nothing", 1, 99) } });
  const { outbox } = await drive(Pipeline(SAPAnnouncer({ source: "192.0.2.1" }), look), { inbox }, { clock });
  const packets = outbox.map(read);
  assert.ok(times.length >= 10 && times.length <= 19, String(times));
  for (const [n, time] of times.slice(1, -1).entries()) assert.ok(time - times[n]! >= 200 && time - times[n]! <= 400, String(times));
  for (const { payload, hash } of packets) assert.deepEqual([text(payload), hash], [writeSDP(music), packets[0]!.hash]);
  assert.deepEqual(
    packets.map(({ deletion }) => deletion),
    packets.map((_, n) => n === packets.length - 1),
  );
});
test("SAPAnnouncer() announces a new version in place of the old one, with another hash, and ends what is gone", async () => {
  const { outbox } = await drive(SAPAnnouncer({ sessions: [session("Music", 1)] }), {
    inbox: [session("Music", 2), { gone: session("Music", 2) }],
  });
  const packets = outbox.map(read);
  assert.deepEqual(
    packets.map(({ deletion }) => deletion),
    [false, false, true],
  );
  assert.notEqual(packets[0]!.hash, packets[1]!.hash);
  assert.equal(packets[1]!.hash, packets[2]!.hash);
});
test("SAPAnnouncer() announces more sessions more rarely", async () => {
  const count = async (sessions: number): Promise<number> => {
    const list = Array.from({ length: sessions }, (_, n) => session("Music", 1, n));
    const announcer = SAPAnnouncer({ sessions: list, interval: 1, bandwidth: 8000 });
    const { outbox } = await drive(announcer, { inbox: at({ 100_000: { gone: session("x", 1, 999) } }) });
    return outbox.length * outbox[0]!.length * 8;
  };
  assert.ok((await count(1)) < 1.5 * 100 * 1200);
  assert.ok((await count(50)) < 1.5 * 100 * 8000, String(await count(50)));
});
test("SAPAnnouncer() refuses what there cannot be", () => {
  for (const options of [{ interval: 0 }, { bandwidth: 0 }, { source: "here" }]) assert.throws(() => SAPAnnouncer(options), RangeError);
});
