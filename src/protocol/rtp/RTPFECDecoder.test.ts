// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { freePort, without } from "../../internet/parts.ts";
import { drive, SeededRandom } from "../../testing/index.ts";
import { packRTP } from "./packet.ts";
import { RTPFECDecoder } from "./RTPFECDecoder.ts";
import { RTPFECEncoder } from "./RTPFECEncoder.ts";

const numberOf = (packet: Uint8Array): number => (packet[2]! << 8) | packet[3]!;
const sorted = (packets: readonly Uint8Array[]): string[] => packets.map((one) => Buffer.from(one).toString("hex")).toSorted();

/** Packets of all lengths, whose numbers wrap around, and what protects them. */
async function protectedPackets(count: number) {
  const random = new SeededRandom(1);
  const inbox = Array.from({ length: count }, (_, n) => {
    const payload = Uint8Array.from({ length: random.integer(60) }, () => random.integer(256));
    return packRTP({ payloadtype: 33, payload, timestamp: n * 90, ssrc: 0xdeadbeef, marker: n % 7 === 0 }, (65_500 + n) & 0xffff, n * 90);
  });
  return await drive(RTPFECEncoder({ columns: 5, rows: 5 }), { inbox });
}

test("RTPFECDecoder() finds a burst of packets again that is as long as a row, whatever comes first", async () => {
  const { outbox: all, columns, rows } = await protectedPackets(25);
  for (let lost = 0; lost <= 20; lost++) {
    const inbox = all.filter((_, n) => n < lost || n >= lost + 5);
    const { outbox } = await drive(RTPFECDecoder(), { inbox, fec: [...rows, ...columns] });
    assert.deepEqual(sorted(outbox), sorted(all));
  }
});
test("RTPFECDecoder() finds scattered packets again, one after the other, and never a wrong one", async () => {
  const { outbox: all, columns, rows } = await protectedPackets(1000);
  const random = new SeededRandom(2);
  const right = new Set(sorted(all));
  const inbox = all.filter(() => random.next() > 0.1);
  const { outbox } = await drive(RTPFECDecoder(), { inbox, fec: [...rows, ...columns] });
  for (const one of sorted(outbox)) assert.ok(right.has(one));
  assert.ok(outbox.length > 0.99 * all.length && inbox.length < 0.93 * all.length, `${inbox.length} ${outbox.length}`);
  assert.equal(new Set(outbox.map(numberOf)).size, outbox.length, "none comes twice");
});
test("RTPFECDecoder() survives random and mutated packets, and says what protects nothing", async () => {
  const { outbox: all, columns, rows } = await protectedPackets(200);
  const random = new SeededRandom(3);
  const spoil = (packet: Uint8Array): Uint8Array => {
    const copy = packet.slice(0, random.integer(3) === 0 ? random.integer(packet.length) : packet.length);
    if (copy.length > 0) copy[random.integer(copy.length)] = random.integer(256);
    return copy;
  };
  const { outbox, malformed } = await drive(RTPFECDecoder({ size: 50 }), { inbox: all.map(spoil), fec: [...rows, ...columns].map(spoil) });
  assert.ok(outbox.length >= all.length && malformed.length > 0);
  assert.match(malformed[0]!.reason, /^Cannot find lost packets with a packet: /);
});
test(
  "RTPFECDecoder() finds what is lost of ffmpeg's packets, with ffmpeg's sums",
  { skip: without("ffmpeg"), timeout: 60_000 },
  async (t) => {
    const { port, sockets } = await threePorts();
    for (const { socket, list } of sockets) {
      t.after(() => socket.close());
      socket.on("message", (bytes) => void list.push(new Uint8Array(bytes)));
    }
    const words = ["-v", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-t", "3", "-c:v", "mpeg2video"];
    const child = spawn("ffmpeg", [...words, "-f", "rtp_mpegts", "-fec", "prompeg=l=5:d=5", `rtp://127.0.0.1:${port}`], {
      stdio: "ignore",
    });
    t.after(() => child.kill("SIGKILL"));
    await once(child, "close");
    const [media, columns, rows] = sockets.map(({ list }) => list) as [Uint8Array[], Uint8Array[], Uint8Array[]];
    assert.ok(media.length > 50 && columns.length > 5 && rows.length > 5, `${media.length} ${columns.length} ${rows.length}`);
    const inbox = media.filter((_, n) => n % 25 < 6 || n % 25 > 9);
    const { outbox } = await drive(RTPFECDecoder(), { inbox, fec: [...columns, ...rows] });
    const right = new Set(sorted(media));
    for (const one of sorted(outbox)) assert.ok(right.has(one), one.slice(0, 40));
    assert.ok(outbox.length > media.length - 25, `${inbox.length} of ${media.length}, then ${outbox.length}`);
  },
);
test("RTPFECDecoder() refuses a size that is none", () => {
  assert.throws(() => RTPFECDecoder({ size: 0 }), RangeError);
});

/** Sockets on a free port, and on those 2 and 4 above it, where ffmpeg sends its sums. */
async function threePorts(): Promise<{ port: number; sockets: { socket: Socket; list: Uint8Array[] }[] }> {
  for (;;) {
    const port = await freePort();
    const sockets = [0, 2, 4].map((above) => ({ socket: createSocket("udp4").bind(port + above, "127.0.0.1"), list: [] as Uint8Array[] }));
    const bound = await Promise.allSettled(sockets.map(({ socket }) => once(socket, "listening")));
    if (bound.every(({ status }) => status === "fulfilled")) return { port, sockets };
    for (const { socket } of sockets) socket.close();
  }
}
