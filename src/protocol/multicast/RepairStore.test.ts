// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import type { Block } from "./block.ts";
import { RepairStore } from "./RepairStore.ts";
import { type Data, type Nack, type Packet, parsePacket, type Report, type Request, type Status } from "./wire.ts";

const ID = 9;
const parsed = (packets: readonly Uint8Array[]): Packet[] =>
  packets.map((bytes) => parsePacket(bytes)).filter((packet) => typeof packet !== "string");
const symbols = (packets: readonly Uint8Array[]): Data[] => parsed(packets).filter((packet) => packet.type === "data");
const statuses = (packets: readonly Uint8Array[]): Status[] => parsed(packets).filter((packet) => packet.type === "status");
const block = (number: number, count = 4): Block => ({
  number,
  symbols: Array.from({ length: count }, (_, n) => Uint8Array.of(number, n)),
});
const nack = (seen: number, ...requests: Request[]): Nack => ({ type: "nack", receiver: 1, sender: ID, seen, echo: 0, requests });
const places = (list: readonly Data[]): string => list.map((data) => `${data.block}.${data.symbol}`).join(" ");

test("RepairStore() sends blocks symbol by symbol, and then says how far it is, often enough for all to notice", async () => {
  const { outbox } = await drive(RepairStore({ id: ID, robustness: 10 }), { inbox: [block(0), block(1, 2)] });
  assert.equal(places(symbols(outbox)), "0.0 0.1 0.2 0.3 1.0 1.1");
  const last = statuses(outbox);
  assert.ok(last.length >= 10);
  assert.deepEqual([last.at(-1)!.blocks, last.at(-1)!.sequence, last.at(-1)!.oldest, last.at(-1)!.ended], [2, 6, 0, true]);
});
test("RepairStore({ parities }) sends parity before anybody asks", async () => {
  const { outbox } = await drive(RepairStore({ id: ID, sources: 4, parities: 2 }), { inbox: [block(0), block(1, 2)] });
  assert.equal(places(symbols(outbox)), "0.0 0.1 0.2 0.3 0.4 0.5 1.0 1.1 1.2");
});
test("RepairStore() answers requests for a block together, with parity that nobody has had, and does not count what is on its way", async () => {
  const feedback = at({
    100: nack(3, { block: 0, count: 1, need: 1 }),
    101: nack(3, { block: 0, count: 1, need: 2 }),
    102: nack(4, { block: 0, count: 1, need: 1 }),
  });
  const { outbox } = await drive(RepairStore({ id: ID, groupSize: 1 }), { inbox: [block(0)], feedback });
  assert.equal(places(symbols(outbox)), "0.0 0.1 0.2 0.3 0.4 0.5"); // 2 at most were missing; the last one asked for was on its way
});
test("RepairStore() promises at once what it is going to send, and sends as much to all when the first of a crowd asks", async () => {
  const full = Array.from({ length: 3 }, (_, n) => block(n, 64));
  const feedback = at({ 100: nack(191, { block: 0, count: 1, need: 12 }, { block: 2, count: 1, need: 14 }) });
  const { outbox } = await drive(RepairStore({ id: ID, groupSize: 1000 }), { inbox: full, feedback });
  const promise = statuses(outbox).find(({ promises }) => promises.length > 0)!;
  assert.deepEqual(promise.promises.map(({ block: first, count }) => [first, count]), [[0, 3]]); // prettier-ignore
  assert.ok(promise.promises[0]!.need > 14, "somebody has lost more than the one who asks");
  const sent = symbols(outbox);
  for (const number of [0, 1, 2]) {
    const parity = sent.filter((data) => data.block === number && data.symbol >= 64).length;
    assert.ok(parity >= 20 && parity < 40, `${parity} parity symbols of block ${number}`);
  }
});
test("RepairStore() sends everything of blocks of which somebody has nothing, and begins again when all 255 symbols have been sent", async () => {
  const all = nack(4, { block: 0, count: 2, need: 0 });
  const { outbox } = await drive(RepairStore({ id: ID }), { inbox: [block(0), block(1, 1)], feedback: at({ 100: all }) });
  assert.equal(places(symbols(outbox)), "0.0 0.1 0.2 0.3 1.0 0.4 0.5 0.6 0.7 1.1");
  const often = at(Object.fromEntries(Array.from({ length: 64 }, (_, n) => [100 + n, nack(4 * n + 3, { block: 0, count: 1, need: 0 })])));
  const again = symbols((await drive(RepairStore({ id: ID, repairs: 1000 }), { inbox: [block(0)], feedback: often })).outbox);
  assert.deepEqual([again.length, again.at(-1)!.symbol], [260, 4]);
});
test("RepairStore() lets new blocks through however much is asked for", async () => {
  const storm = nack(0, { block: 0, count: 1, need: 255 });
  const inbox = Array.from({ length: 100 }, (_, n) => block(n));
  const { outbox } = await drive(RepairStore({ id: ID, repairShare: 0.5 }), { inbox, feedback: Array.from({ length: 1000 }, () => storm) });
  const sent = symbols(outbox);
  const upToLast = sent.slice(
    0,
    sent.findLastIndex((data) => data.symbol < 4 && data.block === 99),
  );
  assert.ok(upToLast.length < 810, `${upToLast.length} symbols for 400 new ones`);
});
test("RepairStore() does not work for ever for who asks for ever: a storm of forged requests", async () => {
  const storm = at(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [n, nack(n, { block: 0, count: 65_535, need: 255 })])));
  const { outbox } = await drive(RepairStore({ id: ID, repairs: 20 }), { inbox: [block(0)], feedback: storm });
  assert.equal(symbols(outbox).length, 80);
});
test("RepairStore() does not answer requests for other senders, for what was never sent, or is not there any more", async () => {
  const requests = [{ ...nack(3, { block: 0, count: 1, need: 2 }), sender: 8 }, nack(3, { block: 7, count: 65_535, need: 2 })];
  const { outbox } = await drive(RepairStore({ id: ID }), { inbox: [block(0)], feedback: at({ 100: requests[0]!, 101: requests[1]! }) });
  assert.equal(symbols(outbox).length, 4);
});
test("RepairStore({ store }) holds new blocks until nobody misses the old ones any more, and then says that these are gone", async () => {
  const inbox = Array.from({ length: 6 }, (_, n) => block(n));
  const { outbox } = await drive(RepairStore({ id: ID, store: 1500, grtt: 10, groupSize: 1 }), {
    inbox,
    feedback: at({ 500: nack(11, { block: 0, count: 1, need: 1 }) }),
  });
  const sent = symbols(outbox);
  assert.equal(places(sent), "0.0 0.1 0.2 0.3 1.0 1.1 1.2 1.3 2.0 2.1 2.2 2.3 0.4 3.0 3.1 3.2 3.3 4.0 4.1 4.2 4.3 5.0 5.1 5.2 5.3");
  assert.equal(statuses(outbox).at(-1)!.oldest, 3);
});
test("RepairStore() measures the longest round trip, and tells it", async () => {
  const report: Report = {
    type: "report",
    receiver: 1,
    sender: ID,
    echo: 0,
    received: 0,
    lost: 0,
    recovered: 0,
    missed: 0,
    nacks: 0,
    suppressed: 0,
  };
  const answers = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [1000 + n, { ...report, echo: 100 * (1000 + n - 40) }]));
  const { outbox, statistics } = await drive(RepairStore({ id: ID, grtt: 10, heartbeat: 1000 }), {
    inbox: at({ 0: block(0), 3000: block(1) }),
    feedback: at(answers),
  });
  const { grtt } = symbols(outbox).at(-1)!;
  assert.ok(grtt >= 39 && grtt < 45, `${grtt} ms`);
  assert.equal(statistics.length, 5);
});
test("RepairStore() refuses options that there cannot be", () => {
  for (const options of [
    { parities: 200 },
    { sources: 0 },
    { repairShare: 1 },
    { store: 0 },
    { grtt: -1 },
    { groupSize: 0 },
    { robustness: 0 },
    { heartbeat: 0 },
    { repairs: 0 },
  ])
    assert.throws(() => RepairStore(options), RangeError);
});
