// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../../chassis/index.ts";
import { drive, SeededRandom } from "../../../testing/index.ts";
import { H264Depacketiser } from "./H264Depacketiser.ts";
import { H264Packetiser } from "./H264Packetiser.ts";
import { arrived, bytes, hex, Numbered } from "./parts.ts";

const content = (text: string, timestamp = 0, marker = false) => ({ payloadtype: 96, payload: bytes(text), timestamp, ssrc: 1, marker });
const told = ({ nals, timestamp, complete }: { nals: readonly Uint8Array[]; timestamp: number; complete: boolean }) =>
  [timestamp, nals.map(hex), complete] as const;

test("H264Depacketiser() gives the pictures back that went into an H264Packetiser(), at all sizes", async () => {
  const random = new SeededRandom(3);
  const pictures = Array.from({ length: 40 }, (_, n) => {
    const nals = Array.from({ length: 1 + random.integer(5) }, () => {
      const nal = Uint8Array.from({ length: 1 + random.integer(80) }, () => random.integer(256));
      nal[0] = 0x61;
      return nal;
    });
    return { nals, timestamp: n * 3600 };
  });
  for (const maxSize of [16, 17, 40, 1400]) {
    const { outbox } = await drive(Pipeline(H264Packetiser({ maxSize }), Numbered(), H264Depacketiser()), { inbox: pictures });
    assert.deepEqual(
      outbox.map((one) => told(one)),
      pictures.map((one) => told({ ...one, complete: true })),
    );
  }
});
test("H264Depacketiser() leaves out a unit of which a piece is missing, and says so", async () => {
  const pieces = [content("7c8588"), content("7c0501"), content("7c4502"), content("6101", 0, true)];
  const packets = arrived(pieces, 65_534);
  for (const lost of [0, 1, 2]) {
    const first = [5533 + 60_000, content("6100", 9, true)] as const;
    const { outbox } = await drive(H264Depacketiser(), { inbox: [first, ...packets.filter((_, n) => n !== lost)] });
    assert.deepEqual(outbox.map(told), [
      [9, ["6100"], true],
      [0, ["6101"], false],
    ]);
  }
  assert.deepEqual((await drive(H264Depacketiser(), { inbox: packets })).outbox.map(told), [[0, ["65880102", "6101"], true]]);
});
test("H264Depacketiser() sends a picture whose marker is lost when the next one begins, and the last one at the end", async () => {
  const { outbox } = await drive(H264Depacketiser(), { inbox: arrived([content("6101", 0), content("6102", 3600)]) });
  assert.deepEqual(outbox.map(told), [
    [0, ["6101"], true],
    [3600, ["6102"], true],
  ]);
});
test("H264Depacketiser() says what is no H.264", async () => {
  const wrong = ["", "00", "1e01", "78", "780005", "7800026101ff", "7c85", "7cc501"];
  const { outbox, malformed } = await drive(H264Depacketiser(), { inbox: arrived(wrong.map((text) => content(text))) });
  assert.deepEqual([outbox, malformed.length], [[], wrong.length]);
});
test("H264Depacketiser() keeps no more of a picture than it may", async () => {
  const pieces = [content("7c8588"), ...Array.from({ length: 100 }, () => content("7c05" + "aa".repeat(100)))];
  const { outbox, malformed } = await drive(H264Depacketiser({ maxSize: 1000 }), { inbox: arrived(pieces) });
  assert.deepEqual([outbox, malformed.length], [[], 1]);
});
test("H264Depacketiser() survives random and mutated payloads", async () => {
  const random = new SeededRandom(8);
  const contents = Array.from({ length: 5000 }, (_, n) => {
    const payload = Uint8Array.from({ length: random.integer(30) }, () => random.integer(256));
    if (payload.length > 1 && random.next() < 0.5) payload[0] = random.next() < 0.5 ? 0x7c : 0x78;
    return { payloadtype: 96, payload, timestamp: n >> 3, ssrc: 1, marker: random.next() < 0.1 };
  });
  const { outbox } = await drive(H264Depacketiser({ maxSize: 500 }), { inbox: arrived(contents) });
  for (const { nals } of outbox) for (const nal of nals) assert.ok(nal.length > 0 && nal.length < 600);
});
