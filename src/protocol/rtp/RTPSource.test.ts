// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { at, drive, seedOf } from "../../testing/index.ts";
import { RecoverOrder } from "../RecoverOrder.ts";
import { RTPDeframer, type RTPParsed, RTPSource, type RTPSourceOptions } from "./index.ts";
import { packRTP } from "./packet.ts";

/** Times in ms, and the packets of these times. */
type Schedule = readonly (readonly [time: number, packet: Uint8Array])[];

/** A packet that names what it is. */
function packet(ssrc: number, sequence: number, name: number = sequence): Uint8Array {
  return packRTP({ payloadtype: 33, payload: Buffer.from(String(name)), timestamp: 0, ssrc }, sequence & 0xffff, 0);
}

/** So many of a source, one each 20 ms. */
function stream(ssrc: number, first: number, count: number, start = 0): Schedule {
  return Array.from({ length: count }, (_, n) => [start + 20 * n, packet(ssrc, first + n)] as const);
}

const chain = (options?: RTPSourceOptions) => Pipeline(RTPDeframer(), RTPSource(options), RecoverOrder<RTPParsed>({ timeout: 200 }));

/** What comes out: source and name of each. */
async function through(schedule: Schedule, options?: RTPSourceOptions): Promise<(readonly [ssrc: number, name: number])[]> {
  const { outbox } = await drive(chain(options), { inbox: at(Object.fromEntries(schedule)) });
  return outbox.map(([, { ssrc, payload }]) => [ssrc, Number(Buffer.from(payload).toString())] as const);
}

const names = (ssrc: number, first: number, count: number) => Array.from({ length: count }, (_, n) => [ssrc, first + n] as const);

test("RTPSource() goes on when a packet of another source comes, whatever its number", async () => {
  for (const number of [0, 900, 1101, 21_000, 65_535]) {
    const forged = [2010, packet(666, number)] as const;
    assert.deepEqual(await through([...stream(7, 1000, 500), forged]), names(7, 1000, 500), `number ${number}`);
  }
});
test("RTPSource() goes on when somebody else sends all the time, and under the same number, too", async () => {
  const other = stream(8, 40_000, 250, 5).map(([time, bytes]) => [time + 500, bytes] as const);
  const forged = stream(7, 30_000, 20, 11).map(([time, bytes], n) => [time + 1000 + 100 * n, bytes] as const);
  assert.deepEqual(await through([...stream(7, 65_400, 500), ...other, ...forged]), names(7, 65_400, 500));
});
test("RTPSource() follows another source once the first is silent, from its first packet on, whatever its numbers", async () => {
  for (const [before, after, pause] of [
    [40_000, 39_000, 6000],
    [100, 50_000, 20],
    [65_500, 65_500, 100],
    [7, 0, 499],
  ] as const) {
    const schedule = [...stream(1, before, 200), ...stream(2, after, 200, 199 * 20 + pause)];
    assert.deepEqual(await through(schedule), [...names(1, before, 200), ...names(2, after, 200)], `${before}, then ${after}`);
  }
});
test("RTPSource() follows a sender that begins anew with the same SSRC, from its first packet on", async () => {
  for (const [before, after] of [
    [40_000, 100],
    [100, 30_000],
    [40_000, 39_000],
  ] as const)
    // prettier-ignore
    assert.deepEqual(await through([...stream(7, before, 150), ...stream(7, after, 150, 3000)]), [
      ...names(7, before, 150),
      ...names(7, after, 150),
    ]);
});
test("RTPSource() loses no first packet: not in another order, not when it is the only one", async () => {
  assert.deepEqual(await through([[0, packet(7, 1)], [1, packet(7, 0)], [2, packet(7, 2)]]), names(7, 0, 3)); // prettier-ignore
  assert.deepEqual(await through([[1, packet(7, 65_535, 0)]]), names(7, 0, 1));
  assert.deepEqual(await through([[0, packet(666, 5)], ...stream(7, 10, 3, 1)]), names(7, 10, 3));
});
test("RTPSource() counts on beyond 16 bits, leaves out one number where another source begins, and says what it does not pass on", async () => {
  const inbox = at(Object.fromEntries([...stream(1, 65_534, 4), [50, packet(9, 5)] as const, ...stream(2, 7, 2, 1000)]));
  const { outbox } = await drive(Pipeline(RTPDeframer(), RTPSource()), { inbox });
  assert.deepEqual(
    outbox.map(([number]) => number),
    [65_534, 65_535, 65_536, 65_537, 65_539, 65_540],
  );
  const parsed = (ssrc: number): RTPParsed => ({ ...PARSED, ssrc });
  const { others } = await drive(RTPSource(), {
    inbox: [
      [1, parsed(1)],
      [2, parsed(1)],
      [8, parsed(2)],
      [3, parsed(1)],
    ],
  });
  assert.deepEqual(others, [[8, parsed(2)]]);
});
test("RTPSource() holds no more back than it may, however many sources there are", async () => {
  const random = new SeededRandom(seedOf("sources"));
  const forged = Array.from({ length: 2000 }, (_, n) => [n, [n, { ...PARSED, ssrc: random.integer(2 ** 32) }]] as const);
  const { outbox, others } = await drive(RTPSource(), { inbox: at(Object.fromEntries(forged)) });
  assert.ok(outbox.length <= 1 && others.length >= forged.length - 8, `${others.length} of ${forged.length} were refused`);
  const row = Array.from({ length: 100 }, (_, n): readonly [number, RTPParsed] => [n, { ...PARSED, ssrc: n < 10 ? 1 : 2 }]);
  const held = await drive(RTPSource({ limit: 20 }), { inbox: row });
  assert.deepEqual([held.outbox.length, held.others.length], [30, 70]);
});
test("RTPSource({ misorder }) takes what comes as late as FEC finds it, and goes on", async () => {
  const late = [
    [6001, packet(7, 110)],
    [6002, packet(7, 111)],
  ] as const; // found when the matrix is full
  const schedule = stream(7, 100, 500).filter((_, n) => n !== 10 && n !== 11);
  const inbox = at(Object.fromEntries([...schedule, ...late]));
  const { outbox } = await drive(Pipeline(RTPDeframer(), RTPSource({ misorder: 400 })), { inbox });
  assert.deepEqual(
    outbox.map(([number]) => number).toSorted((a, b) => a - b),
    [...Array(500).keys()].map((n) => 100 + n),
  );
});
test("RTPSource() passes nothing on when it is told to stop at once", async () => {
  const { outbox } = await drive(RTPSource(), { inbox: [[1, PARSED]] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(outbox, []);
});
test("RTPSource() refuses times and limits that are none", () => {
  for (const options of [{ silence: -1 }, { silence: NaN }, { limit: 1 }, { limit: 20_000 }, { misorder: 0 }, { misorder: 20_000 }])
    assert.throws(() => RTPSource(options), RangeError);
});

const PARSED: RTPParsed = { ssrc: 1, payloadtype: 33, payload: new Uint8Array(), timestamp: 0, csrcs: [], bytespadding: 0, marker: false };
