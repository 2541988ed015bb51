// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { component, type Component, SeededRandom } from "../../axon/index.ts";
import { Graphline, Pipeline } from "../../chassis/index.ts";
import { at, drive, seedOf, ToList } from "../../testing/index.ts";
import { GroupBy } from "../../util/index.ts";
import { JitterBuffer, type JitterBufferOptions } from "./JitterBuffer.ts";
import { packRTP } from "./packet.ts";
import { RTPSession } from "./RTPSession.ts";
import type { Received } from "./session.ts";

const RATE = { clockRate: 8000 };

/** A packet of 20 ms of sound. */
function packet(n: number, marker = false): Received {
  const content = {
    payloadtype: 0,
    payload: new Uint8Array(),
    timestamp: (0xffff_f000 + 160 * n) >>> 0,
    ssrc: 1,
    csrcs: [],
    bytespadding: 0,
    marker,
  };
  return { ssrc: 1, sequence: n, content };
}

/** When each packet is played, in ms. */
function Times(): Component<{ inbox: Received }, { outbox: readonly [n: number, time: number] }> {
  return component(Times, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "[number, time]" },
    *main({ inbox }, { outbox }, self) {
      while (yield inbox) for (const { sequence } of inbox) outbox.send([sequence, self.system.clock.now()]);
    },
  });
}

async function play(arrivals: readonly (readonly [number, Received])[], options: JitterBufferOptions = RATE): Promise<Map<number, number>> {
  const schedule: Record<number, Received[]> = {};
  for (const [time, each] of arrivals) (schedule[time] ??= []).push(each);
  const flat = Object.entries(schedule).flatMap(([time, all]) => all.map((each, n) => [Number(time) + n / 1000, each] as const));
  const { outbox } = await drive(Pipeline(JitterBuffer(options), Times()), { inbox: at(Object.fromEntries(flat)) });
  return new Map(outbox.map(([n, time]) => [n, time]));
}

const steady = (count: number): (readonly [number, Received])[] => Array.from({ length: count }, (_, n) => [20 * n, packet(n)] as const);

test("JitterBuffer() plays what comes steadily after the least delay, in the same pace", async () => {
  const times = await play(steady(50));
  for (let n = 0; n < 50; n++) assert.ok(Math.abs(times.get(n)! - (20 * n + 20)) < 0.1, `packet ${n} was played at ${times.get(n)}`);
});
test("JitterBuffer() restores order and pace, also where timestamps wrap around", async () => {
  const arrivals = steady(50).map(([time, each], n) => [n % 5 === 3 ? time + 25 : time, each] as const);
  const times = await play(arrivals, { ...RATE, minimum: 40 });
  assert.deepEqual([...times.keys()], [...Array(50).keys()]);
  for (let n = 1; n < 50; n++) assert.ok(Math.abs(times.get(n)! - times.get(n - 1)! - 20) < 3);
});
test("JitterBuffer() follows the network: of packets that come up to 100 ms late, hardly any is late after a while", async () => {
  const random = new SeededRandom(seedOf("jitter"));
  const arrivals = Array.from({ length: 3000 }, (_, n) => [20 * n + Math.round(random.next() * 100), packet(n)] as const);
  const times = await play(arrivals);
  const played = [...times.keys()].filter((n) => n >= 500).length;
  assert.ok(played > 0.99 * 2500, `${played} of the last 2500 packets were played`);
  const delays = [...times].filter(([n]) => n >= 500).map(([n, time]) => time - 20 * n);
  assert.ok(Math.max(...delays) < 200, `a packet was played ${Math.max(...delays)} ms after it was sent`);
});
test("JitterBuffer() waits less when the network is good again", async () => {
  const bad = Array.from({ length: 200 }, (_, n) => [20 * n + (n % 10 === 9 ? 150 : 0), packet(n)] as const);
  const good = Array.from({ length: 3000 }, (_, n) => [20 * (200 + n), packet(200 + n)] as const);
  const times = await play([...bad, ...good]);
  const delay = times.get(3199)! - 20 * 3199;
  assert.ok(delay < 60, `packets are played ${delay} ms late`);
});
test("JitterBuffer() tells what did not come, and what came too late", async () => {
  const arrivals = steady(20).filter((_, n) => n !== 7 && n !== 12);
  const { gaps, late, outbox } = await drive(JitterBuffer(RATE), {
    inbox: at({ ...Object.fromEntries(arrivals), 399: packet(7), 400: packet(19) }),
  });
  assert.deepEqual(gaps, [
    { first: 7, count: 1 },
    { first: 12, count: 1 },
  ]);
  assert.deepEqual(
    late.map(({ sequence }) => sequence),
    [7, 19],
  );
  assert.equal(outbox.length, 18);
});
test("JitterBuffer() holds no more packets than it may: the first goes at once", async () => {
  const inbox = Array.from({ length: 10 }, (_, n) => packet(n));
  const { outbox } = await drive(Pipeline(JitterBuffer({ ...RATE, minimum: 400, size: 3 }), Times()), { inbox });
  assert.deepEqual(
    outbox.map(([, time]) => time === 0),
    [...Array<boolean>(7).fill(true), false, false, false],
  );
});
test("JitterBuffer() plays what waits at the end of the data in its time, and nothing when it is told to stop at once", async () => {
  const { outbox } = await drive(JitterBuffer(RATE), { inbox: at({ 0: packet(0), 1: packet(1), 2: packet(2) }) });
  assert.equal(outbox.length, 3);
  const stopped = await drive(
    JitterBuffer({ ...RATE, minimum: 100 }),
    { inbox: at({ 0: packet(0), 1: packet(1) }) },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.equal(stopped.outbox.length, 0);
});
/** What the packet of a number carries. */
type Parts = (n: number) => readonly [sequence: number, timestamp: number, ssrc: number];

/** What of a session is played, 20 ms apart: numbers as they were sent. */
async function listen(parts: Parts, count = 300) {
  const packets = Array.from({ length: count }, (_, n) => {
    const [sequence, timestamp, ssrc] = parts(n);
    return [20 * n, packRTP({ payloadtype: 0, payload: new Uint8Array(160), timestamp: 0, ssrc }, sequence & 0xffff, timestamp)] as const;
  });
  const sink: Received[] = [];
  const late: Received[] = [];
  const graph = Graphline({
    components: { SESSION: RTPSession(RATE), BUFFER: JitterBuffer(RATE), PLAYED: ToList(sink), LATE: ToList(late) },
    linkages: {
      "self.inbox": "SESSION.packets",
      "self.control": "SESSION.control",
      "SESSION.outbox": "BUFFER.inbox",
      "SESSION.signal": "BUFFER.control",
      "BUFFER.outbox": "PLAYED.inbox",
      "BUFFER.late": "LATE.inbox",
      "BUFFER.signal": "PLAYED.control",
      "PLAYED.signal": "LATE.control",
    },
  });
  await drive(graph as Component<{ inbox: Uint8Array }, {}>, { inbox: at(Object.fromEntries(packets)) });
  return { played: sink.map(({ ssrc, content }) => [ssrc, content.timestamp]), late: late.length };
}

const SENDERS: readonly (readonly [what: string, parts: Parts])[] = [
  ["begins anew with lower numbers", (n: number) => (n < 150 ? [40_000 + n, n * 160, 7] : [100 + n, 5_000_000 + n * 160, 7])],
  ["begins anew with higher numbers", (n: number) => (n < 150 ? [100 + n, n * 160, 7] : [30_000 + n, 5_000_000 + n * 160, 7])],
  ["is followed by one with another SSRC", (n: number) => (n < 150 ? [n + 60_000, n * 160, 7] : [n, 999_000 + n * 160, 8])],
];
for (const [what, parts] of SENDERS) {
  test(`JitterBuffer() behind RTPSession() plays on when the sender ${what}`, async () => {
    const { played, late } = await listen(parts);
    assert.deepEqual([played.length, late], [298, 0]); // the first of each only makes the source credible
    assert.deepEqual(played.at(-1), [parts(299)[2], parts(299)[1]]);
  });
}
test("JitterBuffer() plays one of two that send at the same time, and refuses the other", async () => {
  const { played, late } = await listen((n) => [n >> 1, (n >> 1) * 160, 7 + (n % 2)]);
  assert.ok(
    played.every(([ssrc]) => ssrc === 7),
    JSON.stringify(played),
  );
  assert.deepEqual([played.length, late], [149, 149]);
});
test("GroupBy() makes a JitterBuffer() for each of several sources", async () => {
  const several = GroupBy(
    ({ ssrc }: Received) => ssrc,
    () => JitterBuffer(RATE),
    { max: 4 },
  );
  const arrivals = steady(50).flatMap(([time, each], n) =>
    [1, 2, 3].map((ssrc) => [time + ssrc, { ...each, ssrc, sequence: (n ^ 1) + 1000 * ssrc }] as const),
  );
  const { outbox } = await drive(several, { inbox: at(Object.fromEntries(arrivals)) });
  for (const who of [1, 2, 3])
    assert.deepEqual(
      outbox.filter(({ ssrc }) => ssrc === who).map(({ sequence }) => sequence - 1000 * who),
      [...Array(50).keys()],
    );
});
test("JitterBuffer() refuses rates, times and sizes that are none", () => {
  for (const options of [{ clockRate: 0 }, { minimum: -1 }, { minimum: 10, maximum: 5 }, { size: 0 }, { silence: -1 }])
    assert.throws(() => JitterBuffer(options), RangeError);
});
