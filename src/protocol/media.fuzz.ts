// SPDX-License-Identifier: Apache-2.0
// What carries media: frames, packets and streams. Each either understands what comes, or says in its own words what is wrong; and a stream is the same
// however it is cut.
import assert from "node:assert/strict";
import type { FuzzTargets } from "../../tools/lib/fuzzing.ts";
import { drive, type SeededRandom } from "../testing/index.ts";
import { FECDecoder, FECEncoder } from "./fec/index.ts";
import { DataChunker, DataDeChunker, DeFramer, ShortFrame, SimpleFrame } from "./framing/index.ts";
import { formatMetadata, MetadataSplitter, parseMetadata } from "./icecast/metadata.ts";
import { OggPages } from "./icecast/oggPages.ts";
import { ObjectDeframer, ObjectFramer } from "./multicast/index.ts";
import { packData, packNack, packReport, packStatus, parsePacket } from "./multicast/wire.ts";
import { packNorm } from "./norm/pack.ts";
import { parseNorm } from "./norm/parse.ts";
import { OggDeframer, OggFramer } from "./ogg/index.ts";
import { H264Depacketiser, H264Packetiser, H264Parser, RTPFECDecoder, RTPFECEncoder, RTPFramer } from "./rtp/index.ts";
import { packSAP, parseSAP } from "./sap/packet.ts";

/** Several packets in one input: before each stand two bytes that say how long it is. */
function together(packets: readonly Uint8Array[]): Buffer {
  return Buffer.concat(packets.flatMap((packet) => [Buffer.of(packet.length >> 8, packet.length), packet]));
}

function apart(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const end = at + 2 + bytes.readUInt16BE(at);
    packets.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return packets;
}

/** What is read must not depend on how the stream is cut. */
async function readAlike(bytes: Buffer, random: SeededRandom, read: (pieces: readonly Buffer[]) => unknown): Promise<void> {
  const cut = random.integer(bytes.length + 1);
  const [whole, other] = [await read([bytes]), await read([bytes.subarray(0, cut), bytes.subarray(cut)])];
  assert.deepEqual(other, whole, `it reads otherwise when it is cut at ${cut}`);
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const texts = (list: readonly Uint8Array[]): string[] => list.map((bytes) => Buffer.from(bytes).toString("latin1"));
const few = ["a", "X%", "hello", "XX"].map((text) => Buffer.from(text));
const chunks = (await drive(DataChunker({ syncMessage: "XX" }), { inbox: few })).outbox;
const pages = (await drive(OggFramer(), { inbox: [1, 2, 300].map((length) => new Uint8Array(length).fill(0x78)) })).outbox;
const protectedPackets = (await drive(FECEncoder({ sources: 3, parities: 2 }), { inbox: few })).outbox;
const contents = [1, 2, 3, 4].map((n) => ({ payloadtype: 33, payload: Uint8Array.of(n, n), timestamp: n, ssrc: 1 }));
const packets = (await drive(RTPFramer(), { inbox: contents })).outbox;
const { columns } = await drive(RTPFECEncoder({ columns: 1 }), { inbox: packets });
const picture = { nals: ["6742c01e", "68ce3c80", "65880102030405060708090a0b0c0d0e0f", "61e0"].map(hex), timestamp: 0 };
const payloads = (await drive(H264Packetiser({ maxSize: 20 }), { inbox: [picture] })).outbox.map(({ payload }) => payload);
const objects = (await drive(ObjectFramer(), { inbox: [{ name: "a.txt", bytes: Buffer.from("hello") }] })).outbox;
const symbol = { sender: 1, sequence: 5, block: 6, sources: 64, symbol: 70, grtt: 0.005, payload: Uint8Array.of(1) };
const status = { sender: 1, sequence: 2, blocks: 3, oldest: 1, time: 4, groupSize: 5, grtt: 0.005, ended: true, promises: [{ block: 2, count: 1, need: 9 }] }; // prettier-ignore

export const targets: FuzzTargets = {
  "frames (SimpleFrame, DeFramer)": {
    seeds: [Buffer.from("1 5\nhello"), Buffer.from("-7 0\n")],
    run: async (bytes) => {
      const { outbox, malformed } = await drive(DeFramer(), { inbox: [bytes] });
      assert.equal(outbox.length + malformed.length, 1);
      try {
        const { tag, data } = SimpleFrame.fromBytes(new Uint8Array(bytes));
        const again = SimpleFrame.fromBytes(new SimpleFrame(tag, data).toBytes());
        assert.ok(again.tag === tag, "what was written reads otherwise"); // "-0" is 0
        assert.deepEqual(again.data, data);
      } catch (error) {
        if (!(error instanceof ShortFrame || error instanceof SyntaxError)) throw error;
      }
    },
  },
  "chunks (DataDeChunker)": {
    seeds: [Buffer.concat(chunks), Buffer.from("neXXa%58bXXcXX")],
    run: (bytes, random) =>
      readAlike(bytes, random, async (pieces) => {
        const { outbox, malformed } = await drive(DataDeChunker({ syncMessage: "XX", maxSize: 100 }), { inbox: pieces, flush: [] });
        return [texts(outbox), malformed.length];
      }),
  },
  NORM: {
    seeds: [
      "12080002000000010003044204050000050000060740030002540be4000578807f010203",
      "130700020000000100030442040000050000303 9000a5bf5 80006663 0000000405048003",
      "14060002000000010000000300040000 0000000100000063 01010010 0500000500000607 0500000500000609 03030008 0500000500000607",
      "15090002000000010000000300040201 0000000100000063 030300010204ffff8003ffff 010203",
    ].map(hex),
    run: (bytes) => {
      const message = parseNorm(bytes);
      if (typeof message === "object") assert.notEqual(typeof parseNorm(packNorm(message)), "string", "what was written cannot be read");
    },
  },
  "reliable multicast": {
    seeds: [
      packData(symbol),
      packStatus(status),
      packNack({ receiver: 1, sender: 2, seen: 3, echo: 4, requests: [{ block: 5, count: 6, need: 7 }] }),
      packReport({ receiver: 1, sender: 2, echo: 3, received: 4, lost: 5, recovered: 6, missed: 7, nacks: 8, suppressed: 9 }),
    ],
    run: (bytes) => {
      const packet = parsePacket(new Uint8Array(bytes));
      if (typeof packet === "string") return;
      const { type } = packet;
      const again = type === "data" ? packData(packet) : type === "status" ? packStatus(packet) : type === "nack" ? packNack(packet) : packReport(packet); // prettier-ignore
      assert.deepEqual({ ...(parsePacket(again) as object), grtt: 0 }, { ...packet, grtt: 0 }, "what was written reads otherwise"); // round trips are rounded
    },
  },
  "objects of reliable multicast": {
    seeds: [together(objects)],
    run: async (bytes) => {
      const inbox = apart(bytes).map((message, n) => ({ from: n & 1, message }));
      await drive(ObjectDeframer({ largest: 1000, senders: 2 }), { inbox });
    },
  },
  SAP: {
    seeds: [false, true].map((deletion) => packSAP({ deletion, hash: 1, source: "192.0.2.1", payload: Buffer.from("v=0\n") })),
    run: (bytes) => {
      const announcement = parseSAP(new Uint8Array(bytes));
      if (typeof announcement === "string" || announcement.hash === 0) return; // those without a hash are read, and not written
      assert.deepEqual(parseSAP(packSAP(announcement)), announcement, "what was written reads otherwise");
    },
  },
  "Ogg (OggDeframer)": {
    seeds: [Buffer.concat(pages)],
    run: (bytes, random) =>
      readAlike(bytes, random, async (pieces) => texts((await drive(OggDeframer({ maxSize: 1000 }), { inbox: pieces })).outbox)),
  },
  "Ogg in Icecast": {
    seeds: [Buffer.concat(pages)],
    run: (bytes, random) =>
      readAlike(bytes, random, (pieces) => {
        const reader = new OggPages();
        return pieces.flatMap((piece) => texts(reader.push(piece).map(({ page }) => page)));
      }),
  },
  "H.264 (H264Parser)": {
    seeds: [Buffer.concat(picture.nals.flatMap((nal) => [hex("00000001"), nal]))],
    run: (bytes, random) =>
      readAlike(bytes, random, async (pieces) =>
        (await drive(H264Parser({ maxSize: 1000 }), { inbox: pieces })).outbox.map(({ nals }) => texts(nals)),
      ),
  },
  "H.264 over RTP": {
    seeds: [together(payloads), together(["7c8588", "7c0501", "7c4502", "780002610100026102"].map(hex))],
    run: async (bytes) => {
      const inbox = apart(bytes).map((payload, n) => [n, { ...contents[0]!, payload, timestamp: n >> 2, marker: n % 4 === 3 }] as const);
      const { outbox } = await drive(H264Depacketiser({ maxSize: 1000 }), { inbox });
      for (const { nals } of outbox) assert.ok(nals.every((nal) => nal.length > 0));
    },
  },
  FEC: {
    seeds: [together(protectedPackets.toSpliced(1, 1))],
    run: async (bytes) => {
      const inbox = apart(bytes);
      const { malformed } = await drive(FECDecoder({ blocks: 2 }), { inbox });
      assert.ok(malformed.length <= inbox.length);
    },
  },
  "FEC for RTP": {
    seeds: [together([...packets.toSpliced(1, 1), ...columns])],
    run: async (bytes) => {
      const all = apart(bytes);
      await drive(RTPFECDecoder(), { inbox: all.slice(0, 3), fec: all.slice(3) });
    },
  },
  "Icecast metadata": {
    seeds: [Buffer.concat([Buffer.from("abcd"), formatMetadata({ StreamTitle: "It's; me" }), Buffer.from("efgh\0ij")])],
    run: async (bytes, random) => {
      await readAlike(bytes, random, (pieces) => {
        const [sound, blocks]: [string[], unknown[]] = [[], []];
        const splitter = new MetadataSplitter(4);
        for (const piece of pieces)
          splitter.push(
            piece,
            (part) => sound.push(...texts([part])),
            (block) => blocks.push(parseMetadata(block)),
          );
        return [sound.join(""), blocks];
      });
      const written = formatMetadata(parseMetadata(bytes));
      assert.ok(
        written.length <= 4081 && written.length % 16 === 1,
        "a block of metadata has a length byte, and sixteen times as many bytes",
      );
    },
  },
};
