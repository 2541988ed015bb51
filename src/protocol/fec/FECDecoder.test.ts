// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "../../axon/index.ts";
import { drive, seedOf } from "../../testing/index.ts";
import { FECDecoder } from "./FECDecoder.ts";
import { FECEncoder } from "./FECEncoder.ts";
import { packFEC, toSymbol } from "./packet.ts";

const datagrams = Array.from({ length: 40 }, (_, n) => new TextEncoder().encode(`datagram ${n} ${"x".repeat((n * 7) % 50)}`));
const texts = (list: readonly Uint8Array[]): string[] => list.map((bytes) => Buffer.from(bytes).toString()).sort();
const encoded = async (): Promise<Uint8Array[]> => (await drive(FECEncoder({ sources: 8, parities: 4 }), { inbox: datagrams })).outbox;

test("FECDecoder() gives all datagrams back when of each block no more is lost than there is parity, in any order, doubled, too", async () => {
  const packets = await encoded();
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new SeededRandom(seed);
      const came = packets
        .map((bytes, n) => ({ bytes, n, fate: random.next(), place: n + random.integer(10) }))
        .sort((a, b) => a.fate - b.fate)
        .filter(({ n }, rank, all) => all.slice(0, rank).filter((other) => Math.floor(other.n / 12) === Math.floor(n / 12)).length >= 4)
        .flatMap((each) => (each.fate > 0.9 ? [each, { ...each, place: each.place + 3 }] : [each]))
        .sort((a, b) => a.place - b.place);
      const { outbox, lost, malformed } = await drive(FECDecoder(), { inbox: came.map(({ bytes }) => bytes) });
      assert.deepEqual(texts(outbox), texts(datagrams));
      assert.deepEqual([lost, malformed], [[], []]);
    }),
    { seed: seedOf("FEC over a bad network"), numRuns: 60 },
  );
});
test("FECDecoder() gives what came where too much is lost, and says how much is missing", async () => {
  const packets = await encoded();
  const { outbox, lost } = await drive(FECDecoder({ blocks: 2 }), { inbox: packets.filter((_, n) => n > 5) }); // 8 + 4 - 6 are left of the first block
  assert.deepEqual(texts(outbox), texts(datagrams.slice(6)));
  assert.deepEqual(
    lost.map((loss) => loss.datagrams),
    [6],
  );
  const { lost: unknown } = await drive(FECDecoder(), { inbox: [packets[0]!, packets[2]!] });
  assert.deepEqual(
    unknown.map((loss) => loss.datagrams),
    [undefined],
  );
});
test("FECDecoder() notices that a sender has started again", async () => {
  const packets = [
    ...(await encoded()),
    ...(await drive(FECEncoder({ sources: 8, parities: 4 }), { inbox: datagrams }, { seed: 99 })).outbox,
  ];
  const { outbox } = await drive(FECDecoder(), { inbox: packets });
  assert.equal(outbox.length, 80);
});
test("FECDecoder() drops what is no packet, comes too late, or cannot be true, and says why", async () => {
  const one = toSymbol(Uint8Array.of(1));
  const inbox = [
    new Uint8Array(7),
    new Uint8Array(20),
    packFEC({ block: 0, symbol: 3, sources: 4, payload: one }),
    packFEC({ block: 0, symbol: 255, sources: 4, payload: one }),
    packFEC({ block: 20, symbol: 0, sources: 0, payload: one }),
    packFEC({ block: 1, symbol: 0, sources: 0, payload: one }),
    packFEC({ block: 20, symbol: 4, sources: 3, payload: one }),
    packFEC({ block: 20, symbol: 4, sources: 4, payload: one }),
    packFEC({ block: 20, symbol: 3, sources: 0, payload: one }),
    packFEC({ block: 20, symbol: 5, sources: 3, payload: Uint8Array.of(255, 255, 1) }),
  ];
  const { malformed } = await drive(FECDecoder(), { inbox });
  assert.deepEqual(
    malformed.map(({ reason }) => reason.replace("Cannot use a FEC packet: ", "")),
    [
      "it has 7 bytes, and the header alone has 8",
      "it begins with 0, and not with 241: it is none, or of another version",
      "there is no symbol 3 of a block of 4",
      "there is no symbol 255 of a block of 4",
      "its block 1 is over",
      "its block has 3 datagrams, and not 4",
      "its block has 3 datagrams, and not 4",
      "the parity packets of its block do not fit the others",
    ],
  );
});
test("FECDecoder() survives any bytes, and packets that are cut anywhere", async () => {
  const packets = await encoded();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 30 }), fc.integer(), async (noise, seed) => {
      const random = new SeededRandom(seed);
      const cut = packets.map((bytes) => bytes.slice(0, random.integer(bytes.length + 1)));
      const mutated = packets.map((bytes) => bytes.with(random.integer(bytes.length), random.integer(256)));
      await drive(FECDecoder({ blocks: 3 }), { inbox: [...noise.map((bytes) => Uint8Array.of(0xf1, ...bytes)), ...cut, ...mutated] });
    }),
    { seed: seedOf("noise for FEC"), numRuns: 40 },
  );
});
test("FECDecoder() refuses a window that is none", () => {
  assert.throws(() => FECDecoder({ blocks: 0 }), RangeError);
});
