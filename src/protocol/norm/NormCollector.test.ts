// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import { SeededRandom } from "../../axon/index.ts";
import { randomMessages } from "../multicast/parts.ts";
import { parityOf } from "./codes.ts";
import { FLAG, NEED, type NormData, type NormFlush, type NormNack, type RepairRequest, type Transmission } from "./message.ts";
import { NormCollector, type NormCollectorOptions } from "./NormCollector.ts";
import type { ForReceivers } from "./NormSorter.ts";
import { parseNorm } from "./parse.ts";
import { sendToGroup } from "./parts.ts";

const SENDER = { source: 7, instance: 1, grtt: 10, backoff: 4, groupSize: 10 };
const SHAPE = { symbolSize: 10, sources: 4, parities: 4 };
const content = Uint8Array.from({ length: 80 }, (_, n) => n);
let sequence = 0;
const data = (object: number, block: number, symbol: number, more: Partial<NormData> = {}): NormData => {
  const transmission: Transmission = more.transmission ?? { ...SHAPE, size: content.length };
  const sources = Array.from({ length: 4 }, (_, n) => content.subarray(block * 40 + n * 10, block * 40 + n * 10 + 10));
  const payload = symbol < 4 ? sources[symbol]! : parityOf(transmission, sources, symbol - 4);
  return { type: "data", ...SENDER, sequence: sequence++ & 0xffff, flags: 0, object, block, symbol, transmission, payload, ...more };
};
const whole = (object: number): NormData[] => [0, 1].flatMap((block) => [0, 1, 2, 3].map((symbol) => data(object, block, symbol)));
const flush = (object: number, block: number, symbol: number, nodes: number[] = []): NormFlush => ({ type: "flush", ...SENDER, sequence: sequence++, object, block, symbol, nodes }); // prettier-ignore

/** Something that says nothing, long after everything else: until then it is not told to end. */
const LATER = { type: "nack", source: 6, sequence: 0, server: 99, instance: 1, time: 0, feedback: undefined, requests: [] } as const;

/** What comes of messages that come 1 ms after each other, and of the silence after them. */
async function collect(messages: readonly ForReceivers[], options: NormCollectorOptions = {}) {
  const inbox = at<ForReceivers>({ ...Object.fromEntries(messages.map((message, n) => [n, message])), 3000: LATER });
  const result = await drive(NormCollector({ id: 5, patience: 2000, ...options }), { inbox });
  const sent = result.packets.map((bytes) => parseNorm(bytes)).filter((message) => typeof message !== "string");
  const nacks = sent.filter((message): message is NormNack => message.type === "nack");
  return { ...result, sent, nacks, objects: result.outbox.map(({ object }) => object), reasons: result.missed.map(({ reason }) => reason) };
}
const asked = ({ requests }: NormNack): string[] => requests.map(({ flags, from, to }: RepairRequest) => `${flags}: ${from.object}.${from.block}.${from.symbol}-${to.object}.${to.block}.${to.symbol}`); // prettier-ignore

test("NormCollector() finds what is lost from any symbols that came, in any order, and gives each object once", async () => {
  const messages = [
    data(0, 1, 7),
    data(0, 1, 0),
    data(0, 1, 6),
    data(0, 0, 3),
    data(0, 0, 4),
    data(0, 0, 4),
    data(0, 0, 1),
    data(0, 0, 5),
    data(0, 1, 3),
  ];
  const { outbox, missed, packets } = await collect([...messages, ...messages]);
  assert.deepEqual(outbox, [{ from: 7, object: 0, bytes: content, info: undefined, file: false }]);
  assert.deepEqual([missed, packets], [[], []]);
});
test("NormCollector() asks for parity, for blocks and objects of which nothing came, and for information, each as RFC 5740 has it", async () => {
  const flags = FLAG.info;
  const { nacks, reasons } = await collect([data(0, 0, 0, { flags }), data(0, 0, 3, { flags }), data(2, 0, 0), flush(2, 1, 3)]);
  assert.deepEqual(asked(nacks[0]!), [
    "4: 0.0.0-0.0.0",
    "1: 0.0.4-0.0.5",
    "2: 0.1.0-0.1.0",
    "8: 1.0.0-1.0.0",
    "1: 2.0.4-2.0.6",
    "2: 2.1.0-2.1.0",
  ]);
  assert.ok(nacks.length < 60, "it asks again now and then, until it gives up");
  assert.deepEqual(new Set(reasons), new Set(["its sender has been silent for too long"]));
});
test("NormCollector() names source symbols where there is not enough parity", async () => {
  const transmission = { ...SHAPE, size: 80, parities: 1 };
  const { nacks } = await collect([data(0, 0, 1, { transmission }), data(0, 1, 0, { transmission })]);
  assert.deepEqual(asked(nacks[0]!).slice(0, 2), ["1: 0.0.0-0.0.0", "1: 0.0.2-0.0.2"]);
});
test("NormCollector() keeps quiet when others have asked for as much, and when it is told that the sender knows", async () => {
  const lost = [data(0, 0, 0), data(0, 0, 1), data(0, 1, 0)];
  const from = { object: 0, block: 0, symbol: 4 };
  const requests = [{ flags: NEED.segment, from, to: { ...from, symbol: 5 }, erasures: false }];
  const receiver = { source: 6, sequence: 0, server: 7, instance: 1, time: 0, feedback: undefined };
  const rest = [data(0, 0, 4), data(0, 0, 5), data(0, 1, 4), data(0, 1, 5), data(0, 1, 6)];
  const late = (first: ForReceivers[]) => ({ inbox: at({ 0: lost[0]!, 1: lost[1]!, 2: lost[2]!, ...Object.fromEntries(first.map((each, n) => [2.5 + n / 10, each])), ...Object.fromEntries(rest.map((each, n) => [100 + n, each])) }) }); // prettier-ignore
  for (const hint of [{ type: "nack", ...receiver, requests } as const, { type: "advice", ...SENDER, sequence: 0, requests } as const]) {
    const { packets, outbox, statistics } = await drive(NormCollector({ id: 5, patience: 500 }), late([hint]));
    assert.deepEqual([packets, outbox.length, statistics], [[], 1, [{ from: 7, requests: 0, suppressed: 1 }]]);
  }
  const { packets } = await drive(NormCollector({ id: 5, patience: 500 }), late([]));
  assert.equal(packets.length, 1, "it asks if it is alone");
});
test("NormCollector() confirms what it is asked to confirm, if it has all of it", async () => {
  const { sent } = await collect([
    ...whole(0),
    flush(0, 1, 3, [5]),
    flush(0, 1, 3, [6]),
    { type: "ack-request", ...SENDER, sequence: 9, ackType: 17, ackId: 3, nodes: [5] },
  ]);
  assert.deepEqual(sent.map((ack) => (ack.type === "ack" ? [ack.ackType, ack.ackId, Buffer.from(ack.payload).toString("hex")] : ack)), [[2, 0, "0500000000000103"], [17, 3, ""]]); // prettier-ignore
});
test('NormCollector({ from: "now" }) does not begin with a repair of something old, nor ask for what was sent since', async () => {
  const flags = FLAG.repair;
  const old = [data(3, 1, 2, { flags }), data(3, 1, 4, { flags })];
  const { objects, nacks, missed } = await collect([...old, ...whole(7), flush(7, 1, 3)], { from: "now" });
  assert.deepEqual([objects, nacks, missed], [[7], [], []]);
  const { nacks: first } = await collect([...old, ...whole(7), flush(7, 1, 3)]);
  assert.ok(first.length > 0, "one that wants everything asks for it");
});
test("NormCollector() silent: true says nothing", async () => {
  const { packets, outbox } = await collect([...whole(0), data(1, 1, 0), flush(1, 1, 3, [5])], { silent: true });
  assert.deepEqual([packets, outbox.length], [[], 1]);
});
test("NormCollector() gives up what its sender does not have any more, at the end of its sender, and when that vanishes", async () => {
  const squelch = { type: "squelch", ...SENDER, sequence: 0, object: 2, block: 0, symbol: 0, invalid: [3] } as const;
  const gone = await collect([data(0, 0, 0), data(1, 0, 0), data(2, 0, 0), data(3, 0, 0), squelch, ...whole(2)]);
  assert.deepEqual(gone.missed.map(({ object, reason }) => [object, reason]), [0, 1, 3].map((object) => [object, "its sender does not have it any more"])); // prettier-ignore
  assert.deepEqual(gone.objects, [2]);
  const ended = await collect([...whole(0), data(1, 0, 0), { type: "end", ...SENDER, sequence: 0 }]);
  assert.deepEqual([ended.objects, ended.reasons], [[0], ["its sender has ended"]]);
});
test("NormCollector() believes that a sender has started again if several messages in a row say so, not a single one that was replayed or forged", async () => {
  const again = (messages: NormData[]): NormData[] => messages.map((message) => ({ ...message, instance: 2 }));
  const replayed = await collect([
    ...whole(0).slice(0, 4),
    ...again([data(0, 0, 0)]),
    ...whole(0).slice(4, 6),
    ...again([data(0, 0, 0), data(0, 0, 1)]),
    ...whole(0).slice(6),
  ]);
  assert.deepEqual([replayed.objects, replayed.reasons], [[0], []]);
  const restarted = await collect([...whole(0), data(1, 0, 0), ...again([...whole(9), ...whole(10), ...whole(9)])]);
  assert.deepEqual([restarted.objects, restarted.reasons[0]], [[0, 10, 9], "its sender has started again"]);
});
test("NormCollector() takes no object that is too large, and keeps no more than it may, whatever comes", async () => {
  const huge = { ...SHAPE, size: 2 ** 47 };
  const { missed, objects } = await collect([data(0, 0, 0, { transmission: huge }), ...whole(1)]);
  assert.deepEqual([missed, objects], [[{ from: 7, object: 0, reason: `it has ${2 ** 47} bytes, and ${64 << 20} is the most` }], [1]]);
  const many = Array.from({ length: 50 }, (_, n) => data(n, 0, 0));
  const { reasons, nacks } = await collect([...many, ...whole(50)], { buffer: 200 });
  assert.equal(reasons.filter((reason) => reason === "too much came that is not whole").length > 25, true);
  assert.ok(nacks.length < 100);
  const windowed = await collect([data(0, 0, 0), data(100, 0, 0), ...whole(101)], { window: 10 });
  assert.deepEqual([windowed.objects, windowed.reasons[0]], [[101], "too many objects came after it"]);
});
test("NormCollector() hears so many senders at once, and forgets the one that has been silent longest", async () => {
  const from = (source: number, messages: NormData[]): NormData[] => messages.map((message) => ({ ...message, source }));
  const { outbox, missed } = await collect([...from(1, [data(0, 0, 0)]), ...from(2, whole(0)), ...from(3, whole(0))], { senders: 2 });
  assert.deepEqual(outbox.map(({ from: sender }) => sender), [2, 3]); // prettier-ignore
  assert.deepEqual(missed, [{ from: 1, object: 0, reason: "there are too many senders" }]);
});
test("NormCollector() reads a stream over the end of its block numbers, repairs it, and says where messages begin", async () => {
  const transmission = { symbolSize: 10, sources: 2, parities: 2, size: 1e6 };
  const payload = (n: number): Uint8Array => Uint8Array.of(0, 10, 0, 1, 0, 0, 0, n * 10, ...Array.from({ length: 10 }, () => n));
  const piece = (n: number): NormData =>
    data(0, (0xff_fffe + (n >> 1)) & 0xff_ffff, n & 1, { flags: FLAG.stream, transmission, payload: payload(n) });
  const end = data(0, 2, 0, { flags: FLAG.stream, transmission, payload: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 80) });
  const parity = parityOf(transmission, [payload(2), payload(3)], 0);
  const repair = data(0, 0xff_ffff, 2, { flags: FLAG.stream | FLAG.repair, transmission, payload: parity });
  const inbox = at({ 0: piece(0), 1: piece(1), 2: piece(2), 3: piece(4), 4: piece(5), 5: piece(6), 6: piece(7), 7: end, 200: repair });
  const { stream, packets, missed } = await drive(NormCollector({ id: 5, from: "now", patience: 1000 }), { inbox });
  assert.deepEqual(stream.map(({ bytes, offset, begins }) => [bytes[0], bytes.length, offset, begins]), [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n, 10, n * 10, 0])); // prettier-ignore
  const nack = parseNorm(packets[0]!);
  assert.deepEqual(typeof nack === "object" && nack.type === "nack" ? asked(nack) : nack, ["1: 0.16777215.2-0.16777215.2"]);
  assert.deepEqual(missed, []);
});
test("NormCollector() says which blocks of a stream it goes on without", async () => {
  const transmission = { symbolSize: 10, sources: 2, parities: 0, size: 1e6 };
  const piece = (block: number, symbol: number): NormData => data(0, block, symbol, { flags: FLAG.stream, transmission, payload: Uint8Array.of(0, 2, 0, 0, 0, 0, 0, 0, block, symbol) }); // prettier-ignore
  const squelch = { type: "squelch", ...SENDER, sequence: 0, object: 0, block: 3, symbol: 0, invalid: [] } as const;
  const { stream, reasons } = await collect([piece(0, 0), piece(0, 1), piece(1, 0), piece(3, 0), squelch, piece(3, 1)]);
  assert.deepEqual(stream.map(({ bytes }) => [...bytes]), [[0, 0], [0, 1], [1, 0], [3, 0], [3, 1]]); // prettier-ignore
  assert.equal(reasons[0], "2 blocks of the stream: its sender does not have it any more");
});
test("NormCollector(): packets that are replayed, doubled and late change nothing", async () => {
  const objects = randomMessages(5, 20_000);
  const old: Uint8Array[] = [];
  const random = new SeededRandom(8);
  const tamper = (bytes: Uint8Array): Uint8Array[] => {
    old.push(bytes);
    return [bytes, bytes, old[random.integer(old.length)]!, old[Math.max(0, old.length - 30)]!];
  };
  const got: number[] = [];
  const { missed, malformed } = await sendToGroup(
    objects.map((bytes) => ({ bytes })),
    { receivers: 2, loss: 0.2, tamper },
    (_, { object, bytes }) => {
      // prettier-ignore
      assert.equal(Buffer.compare(bytes, objects[object]!), 0);
      got.push(object);
    },
  );
  assert.deepEqual([got.sort(), missed, malformed], [[0, 0, 1, 1, 2, 2, 3, 3, 4, 4], [], 0]);
});
test("NormCollector(): packets that are changed on their way end nothing, and fill nothing", async () => {
  const random = new SeededRandom(9);
  const tamper = (bytes: Uint8Array): Uint8Array[] => {
    const changed = bytes.slice(0, random.integer(bytes.length + 1));
    for (let n = 0; n < 3; n++) if (changed.length > 0) changed[random.integer(Math.min(40, changed.length))] = random.integer(256);
    return [changed, bytes];
  };
  const receiver = { longest: 1e6, buffer: 1e6 };
  const { malformed } = await sendToGroup(randomMessages(20, 20_000).map((bytes) => ({ bytes })), { receivers: 2, loss: 0.05, tamper, receiver }, () => {}); // prettier-ignore
  assert.ok(malformed > 100);
});
test("NormCollector() refuses sizes, times and numbers that there cannot be", () => {
  for (const options of [
    { window: 0 },
    { window: 40_000 },
    { buffer: -1 },
    { longest: 0 },
    { senders: 0 },
    { patience: 0 },
    { id: 0 },
    { id: 0xffff_ffff },
  ])
    assert.throws(() => NormCollector(options), RangeError);
});
