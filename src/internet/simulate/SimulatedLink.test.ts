// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { mahimahiTrace } from "./linkOptions.ts";
import { ln } from "./numbers.ts";
import { assertDistribution, assertShare, type Came, listenTo, numbers, sendMany } from "./parts.ts";
import { chain } from "./shapes.ts";
import type { LinkOptions } from "./linkOptions.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { Topology } from "./Topology.ts";

/** What comes through a link, of datagrams that are sent one every so many milliseconds. */
async function through(
  link: LinkOptions,
  count: number,
  every: number | (() => number),
  size = 100,
): Promise<{ came: Came[]; network: SimulatedNetwork }> {
  const network = new SimulatedNetwork(chain(["one", "other"]));
  network.link("one", "other").change(link);
  const came = listenTo(network, "other", 5000);
  sendMany(network, "one", { address: "other", port: 5000 }, count, every, size);
  await network.quiet();
  return { came, network };
}

/** Bytes of the headers around a datagram. */
const HEADERS = 28;

test("a link delays, and sends at its rate", async () => {
  const { came } = await through({ delay: 10, rate: 1e6 }, 3, 0, 1222);
  assert.deepEqual(
    came.map(({ at }) => at),
    [20, 30, 40],
  ); // 1250 bytes are 10 ms
});

test("a drop-tail queue takes so many packets, and drops those that come then", async () => {
  const { came, network } = await through({ rate: 1e6, queue: { packets: 5 } }, 20, 0);
  assert.deepEqual(numbers(came), [0, 1, 2, 3, 4]);
  assert.equal(network.link("one", "other").dropped, 15);
  const bytes = await through({ rate: 1e6, queue: { bytes: 1000 } }, 20, 0, 472);
  assert.deepEqual(numbers(bytes.came), [0, 1]);
});

test("packets that arrive by chance wait as an M/D/1 queue says: ρ / 2μ(1 - ρ) on average, within 5 %", async () => {
  const service = 1; // 125 bytes at 1 Mbit/s
  for (const load of [0.3, 0.6, 0.8]) {
    const random = new SeededRandom(5);
    const gap = (): number => (-ln(1 - random.next()) * service) / load;
    const sent: number[] = [];
    let time = 0;
    const every = (): number => {
      const next = gap();
      time += next;
      sent.push(time);
      return next;
    };
    const { came } = await through({ rate: 1e6, queue: { packets: 1e6 } }, 50_000, every, 125 - HEADERS);
    const waits = came.slice(1).map(({ at }, i) => at - sent[i]! - service);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    const theory = (load * service) / (2 * (1 - load));
    assert.ok(Math.abs(mean / theory - 1) < 0.05, `at a load of ${load}: ${mean.toFixed(3)} ms, theory says ${theory.toFixed(3)} ms`);
  }
});

test("jitter has the distribution that was asked for (Kolmogorov and Smirnov, p > 0.001)", async () => {
  const uniform = await through({ delay: 50, jitter: 20 }, 20_000, 100);
  assertDistribution("uniform", delays(uniform.came, 100), (x) => Math.min(1, Math.max(0, (x - 30) / 40)));
  const exponential = await through({ delay: 50, jitter: 10, distribution: "exponential" }, 20_000, 1000);
  assertDistribution("exponential", delays(exponential.came, 1000), (x) => 1 - Math.exp(-Math.max(0, x - 50) / 10));
});

/** How long each was on its way, if none overtook another. */
function delays(came: readonly Came[], every: number): number[] {
  return numbers(came).map((number, i) => came[i]!.at - number * every);
}

test("jitter lets packets overtake each other, unless they are to keep their order", async () => {
  const loose = await through({ delay: 50, jitter: 20 }, 1000, 1);
  assert.notDeepEqual(
    numbers(loose.came),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  const kept = await through({ delay: 50, jitter: 20, keepOrder: true }, 1000, 1);
  assert.deepEqual(
    numbers(kept.came),
    Array.from({ length: 1000 }, (_, i) => i),
  );
});

test("loss, duplication, reordering and corruption come as often as asked for", async () => {
  const many = 20_000;
  const lossy = await through({ loss: 0.05 }, many, 1);
  assertShare("arrived", lossy.came.length, many, 0.95);
  const twice = await through({ duplicate: 0.1 }, many, 1);
  assertShare("duplicated", twice.came.length - many, many, 0.1);
  const early = await through({ delay: 10, reorder: 0.2 }, many, 1);
  assertShare("early", delays(early.came, 1).filter((delay) => delay === 0).length, many, 0.2);
  const damaged = await through({ corrupt: 0.1 }, many, 1);
  assertShare("whole", damaged.came.length, many, 0.9);
  assert.equal(damaged.network.host("other").damaged, many - damaged.came.length);
});

test("damaged datagrams arrive with one bit wrong if checksums are off", async () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { corrupt: 1 }), { checksums: false });
  const came = listenTo(network, "other", 5000);
  network
    .host("one")
    .bind({ host: "0.0.0.0", port: 0 }, { opened() {}, received() {}, drained() {}, failed() {}, closed() {} })
    .send(new Uint8Array(50), { address: "other", port: 5000 });
  await network.quiet();
  const bits = came[0]!.bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
  assert.deepEqual([came.length, bits], [1, 1]);
});

test("a link that goes down loses what is on the way, and what comes until it goes up", async () => {
  const { came, network } = await through({ delay: 5 }, 0, 1);
  assert.equal(came.length, 1); // sendMany sends one at least
  const scheduled = new SimulatedNetwork(chain(["one", "other"], { delay: 5, schedule: [20, 40] }));
  const there = listenTo(scheduled, "other", 5000);
  sendMany(scheduled, "one", { address: "other", port: 5000 }, 60, 1);
  await scheduled.quiet();
  assert.deepEqual(
    numbers(there),
    Array.from({ length: 60 }, (_, i) => i).filter((i) => i <= 14 || i >= 40),
  );
  assert.equal(scheduled.link("one", "other").cut, 25);
  network.link("one", "other").up = false;
  sendMany(network, "one", { address: "other", port: 5000 }, 3, 1);
  await network.quiet();
  assert.equal(came.length, 1);
});

test("a Mahimahi trace lets 1504 bytes through at each of its times, and is repeated", async () => {
  const trace = mahimahiTrace("2\n2\n5\n10\n");
  assert.deepEqual(trace, [2, 2, 5, 10]);
  const { came } = await through({ trace }, 10, 0, 1472);
  assert.deepEqual(
    came.map(({ at }) => at),
    [2, 2, 5, 10, 12, 12, 15, 20, 22, 22],
  );
  const small = await through({ trace }, 20, 0, 348); // four of 376 bytes fit in one opportunity
  assert.deepEqual(small.came.map(({ at }) => at).slice(0, 13), [2, 2, 2, 2, 2, 2, 2, 2, 5, 5, 5, 5, 10]);
  assert.throws(() => mahimahiTrace("1\nx\n"), /SyntaxError: Cannot read line 2 of the trace: "x"/);
});

test("CoDel keeps the waiting time near its target where drop-tail fills the queue (RFC 8289)", async () => {
  const link: LinkOptions = { rate: 1e6 };
  const waits = async (queue: NonNullable<LinkOptions["queue"]>): Promise<number> => {
    const { came } = await through({ ...link, queue }, 5000, 9, 1222); // 10 ms to send, one every 9 ms
    const late = came.slice(-500);
    return delays(late, 9).reduce((sum, delay) => sum + delay, 0) / late.length;
  };
  const tail = await waits({ packets: 100 });
  const codel = await waits({ discipline: "codel", packets: 100 });
  assert.ok(tail > 900, `drop-tail: ${tail} ms`);
  assert.ok(codel < 150, `CoDel: ${codel} ms`);
});

for (const discipline of ["drop-tail", "codel"] as const) {
  test(`a queue counts the packet that is being sent, too: ${discipline}`, async () => {
    const network = new SimulatedNetwork(chain(["one", "other"]));
    const link = network.link("one", "other");
    link.change({ rate: 1e6, queue: { discipline, packets: 3 } });
    const came = listenTo(network, "other", 5000);
    sendMany(network, "one", { address: "other", port: 5000 }, 6, 1, 1222); // 10 ms to send
    await network.advance(5.5);
    assert.deepEqual([link.waiting, link.waitingBytes, link.dropped], [3, 3750, 3]);
    await network.advance(10);
    assert.deepEqual([link.waiting, link.waitingBytes], [2, 2500]);
    await network.quiet();
    assert.deepEqual([link.waiting, link.waitingBytes], [0, 0]);
    assert.deepEqual(numbers(came), [0, 1, 2]);
  });
}

test("a link can be changed while it is in use", async () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { rate: 1e6 }));
  const came = listenTo(network, "other", 5000);
  sendMany(network, "one", { address: "other", port: 5000 }, 100, 1);
  await network.advance(50);
  network.link("one", "other").change({ queue: { discipline: "codel" }, loss: 1 });
  await network.advance(50);
  network.link("one", "other").change({ loss: 0 });
  await network.quiet();
  // Each takes 1.024 ms: of 50 that left in time 2 had waited, and of those that came later 3 wait until the loss is over.
  assert.ok(came.length >= 51 && came.length <= 54, `${came.length} came`);
});

test("a link whose queue is changed while packets wait keeps to its rate, and to their order", async () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { rate: 1e6 }));
  const came = listenTo(network, "other", 5000);
  sendMany(network, "one", { address: "other", port: 5000 }, 40, 5, 1222); // 10 ms to send, one every 5 ms
  for (const discipline of ["codel", "drop-tail", "codel"] as const) {
    await network.advance(55);
    network.link("one", "other").change({ queue: { discipline, target: 1000 } });
    assert.ok(network.link("one", "other").waiting > 1);
  }
  await network.quiet();
  assert.deepEqual(
    came.map(({ at }) => at),
    Array.from({ length: 40 }, (_, i) => 10 * (i + 1)),
  );
  assert.deepEqual(
    numbers(came),
    Array.from({ length: 40 }, (_, i) => i),
  );
});

test("what cannot be of a link is refused where it is said", () => {
  const refused: [LinkOptions, RegExp][] = [
    [{ delay: -1 }, /Cannot simulate a delay of -1 ms/],
    [{ rate: 0 }, /Cannot simulate a rate of 0 bits/],
    [{ loss: 2 }, /Cannot simulate a loss of 2/],
    [{ duplicate: -0.1 }, /a probability is from 0 to 1/],
    [{ mtu: 10 }, /Cannot simulate an MTU of 10/],
    [{ schedule: [5, 3] }, /none before the one before it/],
    [{ trace: [] }, /Cannot follow this trace/],
    [{ trace: [1], rate: 5 }, /give one of them/],
    [{ queue: { packets: 0 } }, /Cannot simulate a queue with packets 0/],
  ];
  for (const [link, error] of refused) assert.throws(() => chain(["one", "other"], link), error);
});

test("a link with an option that there is not, or that is not what it should be, is refused, however it is made", () => {
  const network = new SimulatedNetwork(chain(["one", "other"]));
  const refused: [unknown, RegExp][] = [
    [{ dealy: 5 }, /^RangeError: Cannot simulate this link: it has "dealy", which is none of delay, jitter, /],
    [{ delay: "5ms" }, /it has a "delay" that is no number$/],
    [{ delay: Infinity }, /Cannot simulate a delay of Infinity ms/],
    [{ queue: { discipline: "fq_codel" } }, /it has a "queue" that has a "discipline" that is none of drop-tail, codel$/],
    [{ queue: { packets: 0.5 } }, /Cannot simulate a queue with packets 0.5: give a whole number/],
    [{ distribution: "foo" }, /a "distribution" that is none of uniform, normal, /],
    [{ keepOrder: 1 }, /a "keepOrder" that is neither true nor false$/],
    [{ mtu: 1500.5 }, /Cannot simulate an MTU of 1500.5/],
    [{ loss: "1%" }, /a "loss" that is no number$/],
    [{ loss: {} }, /Cannot simulate a loss with no model: give a number, or one of random, gemodel, state/],
    [{ loss: { random: 0.1, gemodel: [0.1] } }, /Cannot simulate a loss with random and gemodel: /],
    [{ loss: { gemodel: [] } }, /Cannot simulate a loss \(gemodel\) with 0 probabilities: give 1 to 4: p, r, 1-h, 1-k/],
    [{ loss: { gemodel: [0.1, 0.1, 1, 0, 0] } }, /with 5 probabilities: give 1 to 4/],
    [{ loss: { gemodel: [0.1], correlation: 0.5 } }, /with a correlation: only random losses have one/],
    [{ loss: { state: [0.9, 0.1, 0, 1, 0.5] } }, /Cannot simulate a loss \(state\) whose p13 and p14 are 1.4 together: give at most 1/],
    [{ loss: { state: [0.1, 0.9, 0.2] } }, /whose p31 and p32 are 1.1/],
  ];
  for (const [link, error] of refused) {
    const plan = { nodes: Topology().hosts("a", "b").nodes, links: [{ between: ["a", "b"], both: link }] } as never;
    for (const make of [
      () =>
        Topology()
          .hosts("a", "b")
          .link("a", "b", link as never),
      () =>
        Topology()
          .hosts("a", "b")
          .link("a", "b", {}, link as never),
      () => new SimulatedNetwork(plan),
      () => network.link("one", "other").change(link as never),
    ])
      assert.throws(make, error);
  }
  network.link("one", "other").change({ loss: { state: [0.7, 0.3, 0.7, 1, 0.3] }, queue: { bytes: Infinity } }); // 0.3 + 0.7 is a little more than 1
});

test("a link's schedule can be changed while it is in use, but not its past", async () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { schedule: [20, 40] }), { auto: false });
  const came = listenTo(network, "other", 5000);
  sendMany(network, "one", { address: "other", port: 5000 }, 100, 1);
  const link = network.link("one", "other");
  await network.advance(29.5);
  link.change({ schedule: [60, 80], delay: 0 });
  assert.throws(
    () => link.change({ schedule: [10, 90] }),
    /Cannot follow this schedule: 10 ms are over, it is 29.5; give times on the network's/,
  );
  link.up = true;
  await network.advance(100);
  assert.deepEqual(
    numbers(came),
    Array.from({ length: 100 }, (_, i) => i).filter((i) => i < 20 || (i > 29 && i < 60) || i >= 80),
  );
});

test("a link can be changed from a rate to a trace and back, and loses nothing that waits", async () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { rate: 1e6 }), { auto: false });
  const came = listenTo(network, "other", 5000);
  const link = network.link("one", "other");
  sendMany(network, "one", { address: "other", port: 5000 }, 40, 5, 1222); // 10 ms to send, one every 5 ms
  await network.advance(102); // 10 have come, one is being sent, 10 wait
  link.change({ trace: [5, 20] });
  assert.deepEqual(Object.keys(link.options), ["trace"]);
  await network.advance(100);
  link.change({ rate: 1e6 });
  assert.deepEqual(link.options, { rate: 1e6 });
  await network.advance(1000);
  assert.deepEqual(
    numbers(came),
    Array.from({ length: 40 }, (_, i) => i),
  );
  link.change({ trace: [400], delay: 5 }); // one that needs more than an opportunity has had the first of them
  link.change({ mtu: 9000 });
  sendMany(network, "one", { address: "other", port: 5000 }, 2, 0, 4000);
  await network.advance(450);
  link.change({ rate: 1e6 });
  await network.advance(100);
  assert.equal(came.length, 42);
  const plan = Topology()
    .hosts("a", "b")
    .link("a", "b", { rate: 1e6, delay: 1 }, { trace: [1] });
  assert.deepEqual(new SimulatedNetwork(plan).link("b", "a").options, { delay: 1, trace: [1] });
});
