// SPDX-License-Identifier: Apache-2.0
// What theory says of a network, and what the simulated one does. Each test says how sure it is: with the seeds that it has it passes always; with others it
// would fail as seldom as it says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { estimate } from "../../experiment/index.ts";
import type { Distribution } from "./chance.ts";
import type { LinkOptions } from "./linkOptions.ts";
import type { Loss } from "./loss.ts";
import { inverseNormal, ln } from "./numbers.ts";
import {
  assertChiSquare,
  assertDistribution,
  assertShare,
  Flow,
  geometric,
  histogram,
  listenTo,
  numbers,
  runs,
  sendMany,
} from "./parts.ts";
import { chain, dumbbell } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";

/** How often an interval must hold what theory says. */
const CONFIDENCE = 0.999;

/** The datagrams that come through a link, and when each was sent. */
async function through(
  link: LinkOptions,
  count: number,
  gap: (random: SeededRandom) => number,
  seed = 1,
): Promise<{ number: number; sent: number; at: number }[]> {
  const network = new SimulatedNetwork(chain(["one", "other"]), { seed });
  network.link("one", "other").change(link);
  const random = new SeededRandom(seed);
  const sent = [0];
  const every = (): number => {
    const next = gap(random);
    sent.push(sent.at(-1)! + next);
    return next;
  };
  const came = listenTo(network, "other", 5000);
  sendMany(network, "one", { address: "other", port: 5000 }, count, every, 97); // 125 bytes with its headers
  await network.quiet();
  return numbers(came).map((number, i) => ({ number, sent: sent[number]!, at: came[i]!.at }));
}

/** Which of so many packets a link loses. */
async function lostOn(loss: Loss, count: number): Promise<boolean[]> {
  const came = new Set((await through({ loss }, count, () => 1)).map(({ number }) => number));
  return Array.from({ length: count }, (_, number) => !came.has(number));
}

test("a link loses its share, in bursts as theory says: independent, and Gilbert-Elliott (binomial bound and chi-square, p > 0.001)", async () => {
  const count = 50_000;
  const independent = await lostOn(0.05, count);
  assertShare("lost", independent.filter(Boolean).length, count, 0.05);
  assertChiSquare("bursts", histogram(runs(independent), 4), geometric(0.05, 4));
  const bursty = await lostOn({ gemodel: [0.02, 0.25] }, count);
  assertChiSquare("bursts", histogram(runs(bursty), 15), geometric(0.75, 15));
  assertChiSquare("gaps", histogram(runs(bursty.map((lost) => !lost)), 100), geometric(0.98, 100));
});

test("a link with four states loses in bursts as its Markov chain says (chi-square, p > 0.001)", async () => {
  const [p13, p31, p32, p23, p14] = [0.02, 0.3, 0.15, 0.4, 0.03] as const;
  // From state 1: lost in a burst (3), or alone (4, after which it is as in 1). From 2, received within a burst: lost again. From 3: on, out, or received (2).
  const next = { one: { three: p13, four: p14 }, two: { three: p23, four: 0 }, three: { three: 1 - p31 - p32, four: 0 } };
  const two = p32 / p23; // how often in 2, and in 1, for each time in 3
  const one = p31 / p13;
  let [three, four] = [one * next.one.three + two * next.two.three, one * next.one.four]; // how a burst begins: from 1 or 4, or from 2
  const all = three + four;
  [three, four] = [three / all, four / all];
  const most = 12;
  const longer: number[] = [1]; // than so many
  for (let length = 1; length < most; length++) {
    [three, four] = [three * next.three.three + four * next.one.three, four * next.one.four];
    longer.push(three + four);
  }
  const probabilities = longer.map((more, i) => more - (longer[i + 1] ?? 0));
  const lost = await lostOn({ state: [p13, p31, p32, p23, p14] }, 100_000);
  assertChiSquare("bursts", histogram(runs(lost), most), probabilities);
});

const PARETO = (x: number): number => (x <= -0.5 / Math.sqrt(0.75) ? 0 : 1 - (1.5 + x * Math.sqrt(0.75)) ** -3);
/** How probable less is, of a standard deviation of 1 (of the exponential distribution: from 0 on). */
const BELOW: Readonly<Record<Distribution, (x: number) => number>> = {
  uniform: (x) => Math.min(1, Math.max(0, (x + 1) / 2)),
  normal: inverted(inverseNormal),
  exponential: (x) => 1 - Math.exp(-Math.max(0, x)),
  pareto: PARETO,
  paretonormal: inverted((p) => 0.25 * inverseNormal(p) + 0.75 * inverted(PARETO, -2, 1e6)(p)),
};

/** Where an increasing function has a value, by bisection. */
function inverted(f: (p: number) => number, low = 1e-12, high = 1 - 1e-12): (x: number) => number {
  return (x) => {
    let [from, to] = [low, high];
    for (let i = 0; i < 60; i++) {
      const middle = (from + to) / 2;
      if (f(middle) < x) from = middle;
      else to = middle;
    }
    return (from + to) / 2;
  };
}

for (const distribution of ["uniform", "normal", "exponential", "pareto", "paretonormal"] as const) {
  test(`a link delays as its distribution says: ${distribution} (Kolmogorov and Smirnov, p > 0.001)`, async () => {
    const [delay, jitter] = [5000, 20];
    const came = await through({ delay, jitter, distribution }, 5000, () => 100_000);
    const values = came.map(({ sent, at }) => (at - sent - delay) / jitter);
    assertDistribution(distribution, values, BELOW[distribution]);
  });
}

test("packets that come by chance wait as the formula of Pollaczek and Khinchine says, ρ / 2μ(1 - ρ), and 1 - ρ of them not at all (99.9 % intervals)", async () => {
  const service = 1; // 125 bytes at 1 Mbit/s
  for (const load of [0.5, 0.7]) {
    const [means, idle]: [number[], number[]] = [[], []];
    for (let seed = 1; seed <= 12; seed++) {
      const came = await through(
        { rate: 1e6, queue: { packets: 1e6 } },
        10_000,
        (random) => (-ln(1 - random.next()) * service) / load,
        seed,
      );
      const waits = came.slice(1000).map(({ sent, at }) => at - sent - service); // without the beginning, when nobody waits
      means.push(waits.reduce((sum, wait) => sum + wait, 0) / waits.length);
      idle.push(waits.filter((wait) => wait < 1e-6).length / waits.length);
    }
    assertHolds(`the mean wait at ${load}`, means, (load * service) / (2 * (1 - load)));
    assertHolds(`the share that does not wait at ${load}`, idle, 1 - load);
  }
});

for (const congestion of ["reno", "cubic"] as const) {
  test(`two flows of ${congestion} have a half each of a link, over eight runs (99.9 % interval), and Jain's index is surely above 0.95`, async () => {
    const [shares, indices]: [number[], number[]] = [[], []];
    for (let seed = 1; seed <= 8; seed++) {
      const random = new SeededRandom(seed);
      const plan = dumbbell(2, {
        bottleneck: { delay: 20, rate: 4e6, queue: { packets: 40 } },
        access: { delay: 1, jitter: 0.5, keepOrder: true },
      });
      const network = new SimulatedNetwork(plan, { seed, auto: false, tcp: { congestion } });
      const flows = [];
      for (const side of [1, 2]) {
        flows.push(new Flow(network, `left${side}`, `right${side}`, 80));
        await network.advance(random.integer(5000));
      }
      await network.advance(20_000);
      const before = flows.map(({ received }) => received);
      await network.advance(120_000);
      const [one, other] = flows.map(({ received }, i) => received - before[i]!) as [number, number];
      shares.push(one / (one + other));
      indices.push((one + other) ** 2 / (2 * (one ** 2 + other ** 2)));
      for (const { connection } of flows) connection.abort();
    }
    assertHolds("the first one's share", shares, 0.5);
    assert.ok(estimate(indices, CONFIDENCE).low > 0.95, `Jain's index: ${indices.join(" ")}`);
  });
}

/** Asserts that the confidence interval of the mean of independent runs holds what theory says, and that it is narrow enough to say something. */
function assertHolds(what: string, values: readonly number[], theory: number): void {
  const { mean, halfWidth, low, high } = estimate(values, CONFIDENCE);
  assert.ok(low <= theory && theory <= high, `${what}: ${mean.toFixed(4)} ± ${halfWidth.toFixed(4)}, theory says ${theory}`);
  assert.ok(halfWidth < 0.15 * theory, `${what}: ± ${halfWidth.toFixed(4)} says nothing of ${theory}`);
}
