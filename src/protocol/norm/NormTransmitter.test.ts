// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import { randomMessages } from "../multicast/parts.ts";
import { FLAG, NEED, type NormAck, type NormData, type NormMessage, type NormNack, type RepairRequest } from "./message.ts";
import { NormTransmitter, type NormTransmitterOptions } from "./NormTransmitter.ts";
import { OutgoingStream } from "./outgoing.ts";
import { parseNorm } from "./parse.ts";
import { sendToGroup } from "./parts.ts";
import { packNorm } from "./pack.ts";
import { Repairs } from "./repairs.ts";

const OPTIONS = {
  id: 7,
  instance: 1,
  grtt: 10,
  symbolSize: 10,
  sources: 4,
  parities: 4,
  proactive: 0,
  advise: false,
  groupSize: 1,
} as const;
const object = { bytes: new Uint8Array(80).map((_, n) => n) };
const point = (block: number, symbol: number, number = 0) => ({ object: number, block, symbol });
const nack = (requests: readonly Partial<RepairRequest>[], more: Partial<NormNack> = {}): NormNack => ({
  ...{ type: "nack", source: 5, sequence: 0, server: 7, instance: 1, time: 0, feedback: undefined },
  requests: requests.map((request) => ({
    flags: NEED.segment,
    from: point(0, 0),
    to: request.from ?? point(0, 0),
    erasures: false,
    ...request,
  })),
  ...more,
});

/** What it sends if it is asked for something 30 ms after the beginning. */
async function asked(messages: readonly (NormNack | NormAck)[], options: NormTransmitterOptions = {}): Promise<NormMessage[]> {
  const feedback = at(Object.fromEntries(messages.map((message, n) => [30 + n, message])));
  const { outbox } = await drive(NormTransmitter({ ...OPTIONS, ...options }), { inbox: [object], feedback });
  return outbox.map((bytes) => parseNorm(bytes)).filter((message) => typeof message !== "string");
}
const dataOf = (messages: readonly NormMessage[]): NormData[] => messages.filter((message) => message.type === "data");
const repairsOf = (messages: readonly NormMessage[]): string[] =>
  dataOf(messages)
    .filter(({ flags }) => (flags & FLAG.repair) !== 0)
    .map(({ block, symbol }) => `${block}.${symbol}`);

test("NormTransmitter() sends objects in blocks, then says often that this was all, then that it ends", async () => {
  const messages = await asked([]);
  assert.deepEqual(dataOf(messages).map(({ block, symbol }) => [block, symbol]), [0, 1].flatMap((block) => [0, 1, 2, 3].map((symbol) => [block, symbol]))); // prettier-ignore
  const rest = messages.filter(({ type }) => type !== "data" && type !== "probe");
  assert.deepEqual(rest.map(({ type }) => type), [...Array.from({ length: 20 }, () => "flush"), "end", "end", "end"]); // prettier-ignore
  const { block, symbol } = rest[0] as NormData;
  assert.deepEqual([block, symbol], [1, 3]);
  assert.deepEqual(messages.map(({ sequence }) => sequence), messages.map((_, n) => n)); // prettier-ignore
});
test("NormTransmitter() repairs with parity that nobody has had, whatever is asked for, and once for all who ask", async () => {
  const range = { from: point(0, 4), to: point(0, 5) }; // half of the block: of what is sent for it probably something is lost, too
  assert.deepEqual(repairsOf(await asked([nack([range]), nack([range, { from: point(1, 4) }])])), ["0.4", "0.5", "0.6", "1.4"]);
});
test("NormTransmitter() sends what is named if it has to: source symbols, blocks, objects, more than there is parity", async () => {
  assert.deepEqual(repairsOf(await asked([nack([{ from: point(0, 2) }])])), ["0.2"]);
  assert.deepEqual(repairsOf(await asked([nack([{ flags: NEED.block, from: point(1, 0) }])])), ["1.0", "1.1", "1.2", "1.3"]);
  assert.equal(repairsOf(await asked([nack([{ flags: NEED.object }])])).length, 8);
  assert.deepEqual(repairsOf(await asked([nack([{ from: point(0, 1), erasures: true }])])), ["0.4"]);
  const none = { parities: 0 };
  assert.deepEqual(repairsOf(await asked([nack([{ from: point(0, 1), erasures: true }])], none)), ["0.0", "0.1", "0.2", "0.3"]);
});
test("NormTransmitter() has no ear for other senders, other instances, and what it never sent", async () => {
  const all = { flags: NEED.object };
  assert.deepEqual(repairsOf(await asked([nack([all], { server: 8 }), nack([all], { instance: 2 }), nack([{ from: point(9, 0) }])])), []);
});
test("NormTransmitter() says what it does not have any more (NORM_CMD(SQUELCH)), but not to each who asks", async () => {
  const messages = await asked(
    [1, 2, 3].map(() => nack([{ flags: NEED.object, from: point(0, 0, 9) }])),
    { firstObject: 10 },
  );
  const squelches = messages.filter(({ type }) => type === "squelch");
  assert.deepEqual(squelches.map((message) => (message as NormData).object), [10]); // prettier-ignore
});
test("NormTransmitter() ends as soon as all have confirmed who are to, and says who has", async () => {
  const payload = Uint8Array.of(5, 0, 0, 0, 0, 0, 1, 3);
  const ack: NormAck = { ...nack([]), type: "ack", ackType: 2, ackId: 0, payload };
  const feedback = at({ 30: ack, 31: ack, 32: { ...ack, source: 6, payload: payload.slice(0, 7) }, 33: { ...ack, source: 6 } });
  const { outbox, confirmed } = await drive(NormTransmitter({ ...OPTIONS, confirm: [5, 6] }), { inbox: [object], feedback });
  assert.deepEqual(confirmed, [{ node: 5, object: 0 }, { node: 6, object: 0 }]); // prettier-ignore
  const flushes = outbox.map((bytes) => parseNorm(bytes)).filter((message) => typeof message !== "string" && message.type === "flush");
  assert.ok(flushes.length < 8, `${flushes.length} flushes`);
});
test("NormTransmitter() sends no faster than it is told, with headers", async () => {
  const [bytes] = randomMessages(1, 140_000);
  const { time } = await sendToGroup([{ bytes: bytes! }], { receivers: 1, loss: 0, sender: { rate: 1e6 } }, () => {});
  assert.ok(time > 1150 && time < 1250, `${time} ms for 1.17 million bits`);
});
test("NormTransmitter() stands a storm of forged requests: nothing is sent more often than it may be, and receivers get what is new", async () => {
  const objects = randomMessages(6, 50_000);
  const everything = packNorm(nack([{ flags: NEED.object, from: point(0, 0), to: point(0, 0, 0x7ffe) }], { source: 666 }));
  const odd = packNorm(
    nack(
      Array.from({ length: 80 }, (_, n) => ({ from: point(n * 99_999, 0), to: point(0xff_ffff, 255) })),
      { source: 667 },
    ),
  );
  const intruder = new Map(Array.from({ length: 2000 }, (_, n) => [n, [everything, odd]]));
  let right = 0;
  const sender = { id: 7, instance: 1, repairs: 5, rate: 10e6, symbolSize: 1000 };
  const { missed, packets } = await sendToGroup(
    objects.map((bytes) => ({ bytes })),
    { receivers: 2, loss: 0.02, intruder, sender },
    (_, { object: n, bytes }) => {
      // prettier-ignore
      if (Buffer.compare(bytes, objects[n]!) === 0) right++;
    },
  );
  assert.deepEqual([right, missed], [12, []]);
  assert.ok(packets < 300 * (1 + 5 * (128 / 50)) + 500, `${packets} packets instead of about 300`);
});
test("NormTransmitter() goes on over the end of block numbers of a stream, and finds what is asked for on both sides of it", () => {
  const stream = new OutgoingStream(0, { size: 1e6, symbolSize: 10, sources: 2, parities: 2 }, 50, 0, 0xff_fffe);
  for (let n = 0; n < 8; n++) stream.append(new Uint8Array(10).fill(n));
  for (; stream.hasMore; stream.nextBlock++) stream.blockAt(stream.nextBlock);
  const repairs = new Repairs(1);
  const unknown = repairs.ask(nack([{ flags: NEED.block, from: point(0xff_ffff, 0), to: point(0, 0) }]), new Map([[0, stream]]), 0, 1, -1);
  repairs.activate();
  const sent: number[][] = [];
  for (let next = repairs.next(); next?.block !== undefined; next = repairs.next()) {
    const id = next.block.next()!;
    sent.push([next.block.number & 0xff_ffff, id, stream.symbol(next.block.number, id)[8]!]);
    if (!next.block.isPending) repairs.done();
  }
  assert.deepEqual([unknown, sent], [false, [[0xff_ffff, 0, 2], [0xff_ffff, 1, 3], [0, 0, 4], [0, 1, 5]]]); // prettier-ignore
});
test("NormTransmitter() refuses what there cannot be", async () => {
  for (const options of [
    { rate: 0 },
    { symbolSize: 0 },
    { sources: 256 },
    { sources: 200, parities: 60 },
    { id: 0 },
    { backoff: 16 },
    { proactive: 200 },
    { store: -1 },
    { congestion: { least: 5, most: 4 } },
  ])
    // prettier-ignore
    assert.throws(() => NormTransmitter(options), RangeError);
  await assert.rejects(
    drive(NormTransmitter(OPTIONS), { inbox: [{ bytes: new Uint8Array(1), info: new Uint8Array(11) }] }),
    /11 bytes of information/,
  );
});
