// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import { ReedSolomon } from "../fec/index.ts";
import { BlockCollector } from "./BlockCollector.ts";
import { type Data, type Nack, type Packet, parsePacket, type Status } from "./wire.ts";

const ID = 9;
const sources = (block: number, count = 4): Uint8Array[] => Array.from({ length: count }, (_, n) => Uint8Array.of(block, n, 7));
let sequence = 0;
const data = (block: number, symbol: number, count = 4): Data => {
  const payload = [...sources(block, count), ...new ReedSolomon(count, 20).parity(sources(block, count))][symbol]!;
  return { type: "data", sender: ID, sequence: sequence++, block, sources: count, symbol, grtt: 10, payload };
};
const status = (blocks: number, oldest = 0): Status => ({
  type: "status",
  sender: ID,
  sequence,
  blocks,
  oldest,
  time: 1,
  groupSize: 10,
  grtt: 10,
  ended: false,
  promises: [],
});
const nacks = (packets: readonly Uint8Array[]): Nack[] =>
  packets.map((bytes): Packet | string => parsePacket(bytes)).filter((packet) => typeof packet !== "string" && packet.type === "nack");

test("BlockCollector() gives blocks in order, whatever is found by decoding, and nothing twice", async () => {
  const inbox = [
    data(1, 0),
    data(1, 5),
    data(0, 3),
    data(1, 2),
    data(0, 0),
    data(1, 4),
    data(0, 6),
    data(0, 0),
    data(0, 4),
    data(0, 1),
    data(1, 1),
  ];
  const { outbox, packets } = await drive(BlockCollector(), { inbox });
  assert.deepEqual(outbox, [
    { from: ID, number: 0, symbols: sources(0) },
    { from: ID, number: 1, symbols: sources(1) },
  ]);
  assert.deepEqual(nacks(packets), []);
});
test("BlockCollector() asks for as much as is missing of the blocks that were sent, once in a while", async () => {
  const first = [data(0, 0), data(0, 3), data(2, 0)] as const;
  const last = status(3);
  const inbox = at<Data | Status>({ 0: first[0], 1: first[1], 2: first[2], 1000: last, 2000: data(3, 0) });
  const { packets } = await drive(BlockCollector(), { inbox });
  const asked = nacks(packets);
  assert.deepEqual(asked[0]!.requests, [
    { block: 0, count: 1, need: 2 },
    { block: 1, count: 1, need: 0 },
  ]);
  assert.deepEqual(asked.at(-1)!.requests.at(-1), { block: 2, count: 1, need: 3 });
  assert.equal(asked.at(-1)!.seen, last.sequence - 1);
  assert.ok(asked.length >= 15 && asked.length < 35, `${asked.length} requests in two seconds`);
});
test("BlockCollector() does not ask for what others have asked for", async () => {
  const other: Nack = { type: "nack", receiver: 1, sender: ID, seen: 0, echo: 0, requests: [{ block: 0, count: 1, need: 3 }] };
  const inbox = at<Data | Nack>({ 0: data(0, 0), 1: data(1, 0), 2: other, 40: data(0, 1), 41: data(0, 2), 42: data(0, 3) });
  const { packets, outbox } = await drive(BlockCollector(), { inbox });
  assert.deepEqual([nacks(packets).length, outbox.length], [0, 1]);
});
test("BlockCollector() gives up what the sender has not any more, what does not fit its window, and what comes from nobody", async () => {
  const gone = await drive(BlockCollector(), { inbox: [data(0, 0), status(5, 4), ...[0, 1, 2, 3].map((n) => data(4, n))] });
  assert.deepEqual(gone.missed, [{ from: ID, block: 0, count: 4 }]);
  assert.equal(gone.outbox.length, 1);
  const narrow = await drive(BlockCollector({ window: 3 }), {
    inbox: [data(0, 0), ...[0, 1, 2, 3].map((n) => data(1, n)), data(3, 0), data(4_000_000_000, 0)],
  });
  assert.deepEqual(narrow.outbox.map(({ number }) => number), [1]); // prettier-ignore
  assert.deepEqual(narrow.missed.map(({ block, count }) => [block, count]), [[0, 1], [2, 3_999_999_996], [3_999_999_998, 3]]); // prettier-ignore
  const silent = await drive(BlockCollector({ patience: 500 }), { inbox: at({ 0: data(0, 0), 1: data(1, 0), 5000: data(0, 0) }) });
  assert.deepEqual(silent.missed[0], { from: ID, block: 0, count: 2 });
});
test("BlockCollector({ from: now }) begins with what comes; otherwise it asks for all that was sent before", async () => {
  const inbox = at<Data | Status>({ 0: data(5, 0), 1: data(6, 0), 1000: data(6, 1) });
  const late = nacks((await drive(BlockCollector({ from: "now" }), { inbox })).packets);
  assert.deepEqual(late[0]!.requests, [{ block: 5, count: 1, need: 3 }]);
  const all = nacks((await drive(BlockCollector(), { inbox })).packets);
  assert.deepEqual(all[0]!.requests[0], { block: 0, count: 5, need: 0 });
});
test("BlockCollector({ from: now }) does not begin with a block of which only repairs come", async () => {
  const inbox = [data(1, 4), data(1, 5), data(1, 6), data(1, 7), ...[0, 1, 2, 3].map((n) => data(8, n)), status(9)];
  const { outbox, packets } = await drive(BlockCollector({ from: "now" }), { inbox });
  assert.deepEqual(outbox.map(({ number }) => number), [8]); // prettier-ignore
  assert.deepEqual(nacks(packets), []);
});
test("BlockCollector() knows no more senders than it may, and forgets the one that is silent longest", async () => {
  const inbox = Array.from({ length: 100 }, (_, n) => ({ ...data(0, 0, 1), sender: n }));
  const { outbox } = await drive(BlockCollector({ senders: 10 }), { inbox });
  assert.equal(outbox.length, 100);
});
test("BlockCollector() reports how it gets on", async () => {
  const before = [data(0, 0), data(0, 1)] as const;
  sequence += 3;
  const inbox = at<Data | Status>({ 0: before[0], 1: before[1], 2: data(0, 4), 3: data(0, 5), 4: status(1), 30_000: status(1) });
  const { statistics } = await drive(BlockCollector({ patience: 100_000 }), { inbox });
  assert.ok(statistics.length >= 3);
  const { sender, received, recovered, lost, nacks: asked } = statistics.at(-1)!;
  assert.deepEqual({ sender, received, recovered, lost, asked }, { sender: ID, received: 4, recovered: 2, lost: 3, asked: 0 });
});
test("BlockCollector() keeps counting when the sequence number wraps, asks by it, and takes no symbol of a block that says it is another size", async () => {
  const wrapped = (symbol: number, number: number): Data => ({ ...data(0, symbol), sequence: number >>> 0 });
  const wrong = { ...data(0, 9, 12), sequence: 3 };
  const end: Status = { ...status(1), sequence: 4 };
  const inbox = at<Data | Status>({ 0: wrapped(0, -2), 1: wrapped(1, -1), 2: wrapped(3, 1), 3: wrong, 4: end, 30_000: end });
  const { packets, statistics, outbox } = await drive(BlockCollector({ patience: 100_000 }), { inbox });
  const [first] = nacks(packets);
  assert.deepEqual([first!.seen, first!.requests], [3, [{ block: 0, count: 1, need: 1 }]]);
  const { received, lost } = statistics.at(-1)!;
  assert.deepEqual([received, lost, outbox.length], [4, 2, 0]);
});
test("BlockCollector() does not ask for what the sender has promised, but when it does not come", async () => {
  const promises = [{ block: 0, count: 2, need: 3 }];
  const inbox = (last: Record<number, Data>) => at<Data | Status>({ 0: data(0, 0), 1: data(1, 0), 2: { ...status(2), promises }, ...last });
  const kept = await drive(BlockCollector(), {
    inbox: inbox({ 30: data(0, 1), 31: data(0, 2), 32: data(0, 3), 33: data(1, 1), 34: data(1, 2), 35: data(1, 3) }),
  });
  assert.deepEqual([nacks(kept.packets).length, kept.outbox.length], [0, 2]);
  const broken = await drive(BlockCollector(), { inbox: inbox({ 1000: data(0, 1) }) });
  assert.ok(nacks(broken.packets).length > 0);
});
test("BlockCollector() refuses options that there cannot be", () => {
  for (const options of [{ window: 0 }, { senders: 0 }, { patience: 0 }, { report: -1 }])
    assert.throws(() => BlockCollector(options), RangeError);
});
