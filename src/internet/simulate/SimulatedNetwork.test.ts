// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Component, component, sleep } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { ToList } from "../../testing/index.ts";
import { SimpleServer, TCPClient, UDPSender } from "../index.ts";
import { GilbertElliott } from "./GilbertElliott.ts";
import { Jitter } from "./Jitter.ts";
import { listenTo, NOTHING, numbers, sendMany } from "./parts.ts";
import { Reorder } from "./Reorder.ts";
import { everything } from "./repeat/parts.ts";
import { chain, dumbbell, randomGraph, star } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { TCPRelay } from "./TCPRelay.ts";
import { Throwaway } from "./Throwaway.ts";
import { Topology } from "./Topology.ts";
import { UDPRelay } from "./UDPRelay.ts";

/** What must come of it with the seed 1, always and everywhere. */
const TRACE = "98f976ffbd16b27b 3099";

test("the same seed gives the same run to the byte, another one another", async () => {
  const first = await everything(1);
  assert.equal(await everything(1), first);
  assert.notEqual(await everything(2), first);
});

test("the same seed gives the same run on every machine", async () => {
  assert.equal(await everything(1), TRACE);
});

for (const version of [22, 26]) {
  const program = join("tools", "runtimes", "node_modules", `node${version}`, "bin", "node");
  test(`the same seed gives the same run on Node.js ${version}`, { skip: existsSync(program) ? false : `needs Node.js ${version}` }, () => {
    const file = join(import.meta.dirname, "repeat", "parts.ts");
    assert.equal(execFileSync(program, [file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }), TRACE);
  });
}

test("packets take the shortest way by delay, and another one when a link is down", async () => {
  const plan = Topology().hosts("a", "b").routers("fast", "slow").link("a", "fast", { delay: 1 }).link("fast", "b", { delay: 1 });
  const network = new SimulatedNetwork(
    plan.routers("x").link("fast", "slow", { delay: 5 }).link("slow", "x", { delay: 5 }).link("x", "b", { delay: 5 }),
  );
  const came = listenTo(network, "b", 5000);
  sendMany(network, "a", { address: "b", port: 5000 }, 1, 0);
  await network.quiet();
  network.link("fast", "b").up = false;
  sendMany(network, "a", { address: "b", port: 5000 }, 1, 0);
  await network.quiet();
  assert.deepEqual(
    came.map(({ at }) => at),
    [2, 18],
  );
});

test("everybody reaches everybody in a random graph, and the same seed gives the same graph", async () => {
  const plan = randomGraph({ routers: 12, link: (random) => ({ delay: 1 + random.integer(20) }), seed: 4 });
  assert.deepEqual(randomGraph({ routers: 12, link: (random) => ({ delay: 1 + random.integer(20) }), seed: 4 }).toJSON(), plan.toJSON());
  const network = new SimulatedNetwork(plan);
  const all = network.hosts.map(({ name }) => listenTo(network, name, 5000));
  for (const from of network.hosts) for (const to of network.hosts) sendMany(network, from.name, { address: to.address, port: 5000 }, 1, 0);
  await network.quiet();
  assert.deepEqual(
    all.map(({ length }) => length),
    new Array(12).fill(12),
  );
});

test("a partition separates hosts until it is healed, and nobody else", async () => {
  const network = new SimulatedNetwork(star(["a", "b", "c"], { delay: 1 }));
  const came = ["a", "b", "c"].map((name) => listenTo(network, name, 5000));
  const all = async (): Promise<number[]> => {
    for (const from of ["a", "b", "c"])
      for (const to of ["a", "b", "c"]) if (from !== to) sendMany(network, from, { address: to, port: 5000 }, 1, 0);
    await network.quiet();
    return came.map((list) => list.splice(0).length);
  };
  const heal = network.partition(["a"], ["b"]);
  assert.deepEqual(await all(), [1, 1, 2]);
  assert.equal(network.host("a").separated, 1);
  heal();
  assert.deepEqual(await all(), [2, 2, 2]);
});

test("a host cannot be in two groups of a partition", () => {
  const network = new SimulatedNetwork(star(["a", "b"]));
  assert.throws(() => network.partition(["a", "b"], ["b"]), /^RangeError: Cannot make a partition: b is in two of its groups$/);
  network.partition(["a", "a"], ["b"])();
});

test("time moves by itself only if it may, and no further than it is told to", async () => {
  const network = new SimulatedNetwork(star(["a"]), { auto: false, wallTime: 1000 });
  let rang = 0;
  network.clock.setTimer(() => rang++, 10);
  network.clock.setTimer(() => rang++, 20);
  await new Promise(setImmediate);
  assert.deepEqual([rang, network.clock.now()], [0, 0]);
  await network.advance(15);
  assert.deepEqual([rang, network.clock.now(), network.clock.wallTime()], [1, 15, 1015]);
  await network.advance(0);
  await network.advance(100);
  assert.deepEqual([rang, network.clock.now()], [2, 115]);
  assert.throws(() => network.advance(-1), /time never goes back/);
});

/** Ticks every so many milliseconds. */
function Ticker(every: number, times: number): Component<{}, { outbox: number }> {
  return component(Ticker, {
    outboxes: { outbox: "the time" },
    *main(_, { outbox }, self) {
      for (let i = 0; i < times && (yield sleep(every)); i++) outbox.send(self.system.clock.now());
    },
  });
}

test("the components of all hosts share one time, and an hour of it takes a moment", async () => {
  const network = new SimulatedNetwork(star(["a", "b"]));
  const [a, b]: number[][] = [[], []];
  const runs = [
    network.host("a").system.run(Pipeline(Ticker(60_000, 60), ToList(a!))),
    network.host("b").system.run(Pipeline(Ticker(90_000, 40), ToList(b!))),
  ];
  await Promise.all(runs);
  assert.deepEqual([a!.length, a!.at(-1), b!.length, b!.at(-1), network.clock.now()], [60, 3_600_000, 40, 3_600_000, 3_600_000]);
});

test("time waits for promises, however long their chain is", async () => {
  const network = new SimulatedNetwork(star(["a"]));
  const deep = async (depth: number): Promise<number> => (depth === 0 ? network.clock.now() : await deep(depth - 1));
  const at: number[] = [];
  network.clock.setTimer(() => void deep(100).then((now) => at.push(now)), 10);
  network.clock.setTimer(() => {}, 10.001);
  await network.quiet();
  assert.deepEqual(at, [10]);
});

test("the event loop has its turn while a network is busy", async () => {
  const network = new SimulatedNetwork(chain(["a", "b"], { delay: 0.01 }));
  let events = 0;
  const again = (): void => {
    if (++events < 500_000) network.clock.setTimer(again, 0.01);
  };
  again();
  let turns = 0;
  let busy = true;
  const look = (): void => {
    turns++;
    if (busy) setImmediate(look);
  };
  setImmediate(look);
  await network.quiet();
  busy = false;
  assert.equal(events, 500_000);
  assert.ok(turns >= 3, `${turns} turns`);
});

test("the event loop has its turn while components are busy without end", async () => {
  const network = new SimulatedNetwork(chain(["a", "b"], { delay: 10, rate: 20e6 }));
  const Source = (): Component<{}, { outbox: Uint8Array }> =>
    component(Source, {
      outboxes: { outbox: "datagrams without end" },
      *main(_, { outbox }) {
        do outbox.send(new Uint8Array(1000));
        while (yield);
      },
    });
  const { system } = network.host("a");
  system.activate(Pipeline(Source(), UDPSender({ receiverAddress: "b", receiverPort: 9 })));
  await network.advance(2000);
  let turns = 0;
  for (const start = performance.now(); performance.now() - start < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
  await system.stop({ within: 0 });
  assert.ok(turns >= 4, `${turns} turns in 200 ms`);
});

test("the same seed gives the same run, however slow the machine is, and wherever it pauses", async () => {
  const Source = (): Component<{}, { outbox: Uint8Array }> =>
    component(Source, {
      outboxes: { outbox: "bytes without end" },
      *main(_, { outbox }) {
        while (yield) outbox.send(new Uint8Array(65_536));
      },
    });
  const run = async (pauses: number): Promise<string> => {
    const tcp = { congestion: "reno", sendBuffer: 1 << 24, receiveBuffer: 1 << 24 } as const;
    const network = new SimulatedNetwork(chain(["one", "other"], { delay: 50 }), { seed: 7, tcp });
    network.link("one", "other").change({ loss: 0.0002 });
    const hash = network.traceHash();
    let came = 0;
    const Sink = (): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> =>
      component(Sink, {
        inboxes: { inbox: "bytes" },
        outboxes: { outbox: "nothing" },
        *main({ inbox }) {
          while (yield inbox)
            for (const _ of inbox) if (++came % 50 === 0) for (const start = performance.now(); performance.now() - start < pauses;);
        },
      });
    network.host("other").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: Sink }));
    network.host("one").system.activate(Pipeline(Source(), TCPClient({ host: "other", port: 80 })));
    await network.advance(3000);
    for (const { system } of network.hosts) await system.stop({ within: 0 });
    return String(hash);
  };
  const hashes = [await run(0), await run(1)];
  assert.equal(hashes[0], hashes[1]);
});

test("real time can be kept to", async () => {
  const network = new SimulatedNetwork(star(["a"]), { speed: 100 });
  const start = process.hrtime.bigint();
  network.clock.setTimer(() => {}, 3000);
  await network.quiet();
  assert.ok(Number(process.hrtime.bigint() - start) / 1e6 >= 25, "three seconds at a speed of 100 take 30 ms");
  assert.equal(network.clock.now(), 3000);
});

test("nothing is told before the call has returned", async () => {
  const network = new SimulatedNetwork(chain(["a", "b"]));
  const told: string[] = [];
  const events = {
    ...NOTHING,
    opened: () => told.push("opened"),
    closed: () => told.push("closed"),
    received: () => told.push("received"),
  };
  const socket = network.host("a").bind({ host: "0.0.0.0", port: 7 }, events);
  socket.send(new Uint8Array(1), { address: "127.0.0.1", port: 7 });
  network.host("a").connect({ host: "nobody", port: 7 }, events);
  assert.deepEqual(told, []);
  await network.quiet();
  assert.deepEqual(told, ["opened", "closed", "received"]);
  socket.close();
  assert.equal(told.length, 3);
  await network.quiet();
  assert.equal(told.length, 4);
});

test("two that share a link share it fairly: Jain's index is above 0.9", async () => {
  const network = new SimulatedNetwork(dumbbell(4, { bottleneck: { rate: 1e6, queue: { packets: 20 } }, access: { delay: 1 } }));
  const came = [1, 2, 3, 4].map((i) => listenTo(network, `right${i}`, 5000));
  for (let i = 1; i <= 4; i++) sendMany(network, `left${i}`, { address: `right${i}`, port: 5000 }, 2000, 2 + 0.01 * i, 472);
  await network.quiet();
  const counts = came.map(({ length }) => length);
  const jain = counts.reduce((sum, n) => sum + n, 0) ** 2 / (4 * counts.reduce((sum, n) => sum + n * n, 0));
  assert.ok(jain > 0.9, `${counts}: ${jain}`);
});

test("who or what is not there is named, with what is", () => {
  const network = new SimulatedNetwork(star(["a", "b"]));
  assert.throws(() => network.host("c"), /Cannot find c: there is only hub, a, b/);
  assert.throws(() => network.host("hub"), /Cannot take hub for a host: it is a router/);
  assert.throws(() => network.link("a", "b"), /Cannot find a link from a to b: a is linked to hub/);
  const twice = Topology().host("x", "10.1.1.1").host("y", "10.1.1.1");
  assert.throws(() => new SimulatedNetwork(twice), /Cannot give y the address 10.1.1.1: x has it/);
  assert.deepEqual(numbers([]), []);
});

test("a seed that is no whole number is refused: all of those would give the same run", () => {
  for (const seed of [NaN, Infinity, 1.5, 0.123, 2 ** 60, "x", null] as number[]) {
    assert.throws(
      () => new SimulatedNetwork(star(2), { seed }),
      /^RangeError: Cannot simulate a network with the seed .*: give a whole number$/,
    );
    for (const make of [
      () => Throwaway({ seed }),
      () => Reorder({ seed }),
      () => Jitter({ seed }),
      () => GilbertElliott(0.1, 0.1, 1, 0, { seed }),
      () => UDPRelay({ target: { address: "127.0.0.1", port: 9 }, seed }),
      () => TCPRelay({ target: { address: "127.0.0.1", port: 9 }, seed }),
    ])
      assert.throws(make, /with the seed .*: give a whole number$/);
  }
  for (const seed of [0, -1, 2 ** 40]) assert.equal(new SimulatedNetwork(star(2), { seed }).seed, seed);
});
