// SPDX-License-Identifier: Apache-2.0
import { type Random, SeededRandom } from "../../axon/index.ts";
import type { LinkOptions } from "./linkOptions.ts";
import { checkProbability } from "./loss.ts";
import { Topology, type TopologyBuilder } from "./Topology.ts";

/**
 * Hosts around a router.
 *
 * @param hosts their names, or how many: host1, host2 …
 * @throws RangeError for none
 * @example
 * star(["alice", "bob", "carol"], { delay: 5, rate: 10e6 }); // around the router "hub"
 */
export function star(
  hosts: readonly string[] | number,
  link: LinkOptions = {},
  { hub = "hub" }: { readonly hub?: string } = {},
): TopologyBuilder {
  const names = named(hosts, "host", 1);
  if (names.length === 0) throw new RangeError("Cannot make a star without hosts: name one or more");
  const plan = Topology().routers(hub);
  for (const name of names) plan.hosts(name).link(hub, name, link);
  return plan;
}

/**
 * One after the other: the first and the last are hosts, those between are routers.
 *
 * @param names two or more, or how many routers there are between "source" and "sink": router1, router2 …
 * @throws RangeError for fewer than two names
 * @example
 * chain(2, { delay: 5, loss: 0.01 }); // source, router1, router2, sink: three hops
 */
export function chain(names: readonly string[] | number, link: LinkOptions = {}): TopologyBuilder {
  const all = typeof names === "number" ? ["source", ...named(names, "router"), "sink"] : names;
  if (all.length < 2)
    throw new RangeError(`Cannot make a chain of ${all.join() || "no names"}: give two names or more, or a number of routers`);
  const plan = Topology();
  for (const [i, name] of all.entries()) {
    if (i === 0 || i === all.length - 1) plan.hosts(name);
    else plan.routers(name);
    if (i > 0) plan.link(all[i - 1]!, name, link);
  }
  return plan;
}

/** The two kinds of links in a {@link dumbbell}. */
export interface DumbbellLinks {
  /** From "west" to "east", the two routers. */
  readonly bottleneck: LinkOptions;
  /** From each host to its router. Default: without delay or limit. */
  readonly access?: LinkOptions;
}

/**
 * Hosts on the left and on the right of one link that they all share: left1 … behind the router "west", right1 … behind "east".
 *
 * @throws TypeError without a bottleneck
 * @throws RangeError for less than a pair
 * @example
 * dumbbell(2, { bottleneck: { delay: 20, rate: 10e6, queue: { packets: 50 } }, access: { delay: 1 } });
 */
export function dumbbell(pairs: number, links: DumbbellLinks): TopologyBuilder {
  const { bottleneck, access = {} }: Partial<DumbbellLinks> = links ?? {}; // programs that nobody has checked leave it out
  if (bottleneck === undefined)
    throw new TypeError("Cannot make a dumbbell: there is no bottleneck; give { bottleneck: { rate: 10e6, delay: 20 } }");
  const plan = Topology().routers("west", "east").link("west", "east", bottleneck);
  for (const name of named(pairs, "left", 1)) plan.hosts(name).link(name, "west", access);
  for (const name of named(pairs, "right", 1)) plan.hosts(name).link("east", name, access);
  return plan;
}

/** The two kinds of links in a {@link tree}. */
export interface TreeLinks {
  /** Between routers, and from the root to the first of them. */
  readonly branch?: LinkOptions;
  /** To each host. */
  readonly leaf?: LinkOptions;
}

/**
 * The host "root", and below it routers that each have so many below them; below the last are the hosts leaf1, leaf2 …: fanOut to the power of depth.
 *
 * @throws RangeError for a depth or a fan-out below 1
 * @example
 * tree({ depth: 4, fanOut: 10 }, { branch: { delay: 10 }, leaf: { delay: 5, loss: 0.01 } }); // 10,000 leaves
 */
export function tree({ depth, fanOut }: { readonly depth: number; readonly fanOut: number }, links: TreeLinks = {}): TopologyBuilder {
  if (!(Number.isInteger(depth) && depth >= 1)) throw new RangeError(`Cannot grow a tree of depth ${depth}: give a whole number from 1`);
  if (!(Number.isInteger(fanOut) && fanOut >= 1))
    throw new RangeError(`Cannot grow a tree of fan-out ${fanOut}: give a whole number from 1`);
  const plan = Topology().hosts("root").routers("branch").link("root", "branch", links.branch);
  let above = ["branch"];
  for (let level = 1; level < depth; level++) {
    above = above.flatMap((parent) => {
      const children = named(fanOut, `${parent}.`);
      for (const child of children) plan.routers(child).link(parent, child, links.branch);
      return children;
    });
  }
  let leaves = 0;
  for (const parent of above) {
    for (let i = 0; i < fanOut; i++) plan.hosts(`leaf${++leaves}`).link(parent, `leaf${leaves}`, links.leaf);
  }
  return plan;
}

/** How a {@link randomGraph} is made. */
export interface RandomGraphOptions {
  readonly routers: number;
  /** host1, host2 …, each at a router chosen by chance. Default: one at each router. */
  readonly hosts?: number;
  /** Probability that two routers are linked, beyond what links them all. Default 0.1. */
  readonly probability?: number;
  /** How a link is; it may use the random source. Default: without delay or limit. */
  readonly link?: (random: Random) => LinkOptions;
  /** What chance starts from. Default 1. */
  readonly seed?: number;
}

/**
 * Routers that are linked by chance (Erdős and Rényi), over a random tree so that everybody can be reached.
 *
 * @throws RangeError for less than a router, what is no probability, and a seed that is no whole number
 * @example
 * randomGraph({ routers: 20, link: (random) => ({ delay: 1 + random.integer(30) }), seed: 7 });
 */
export function randomGraph({
  routers,
  hosts = routers,
  probability = 0.1,
  link = () => ({}),
  seed = 1,
}: RandomGraphOptions): TopologyBuilder {
  if (!(Number.isInteger(routers) && routers >= 1))
    throw new RangeError(`Cannot link ${routers} routers by chance: give a whole number from 1`);
  checkProbability("probability of links", probability);
  const random = new SeededRandom(seed);
  const names = named(routers, "router");
  const plan = Topology().routers(...names);
  for (const [i, name] of names.entries()) {
    const parent = i > 0 ? random.integer(i) : -1;
    for (let j = 0; j < i; j++) if (j === parent || random.next() < probability) plan.link(names[j]!, name, link(random));
  }
  for (const [i, name] of named(hosts, "host").entries()) {
    plan.hosts(name).link(names[i < routers ? i : random.integer(routers)]!, name, link(random));
  }
  return plan;
}

/** The names, or as many as asked for. */
function named(names: readonly string[] | number, prefix: string, least = 0): readonly string[] {
  if (typeof names !== "number") return names;
  if (!(Number.isInteger(names) && names >= least))
    throw new RangeError(`Cannot make ${names} of ${prefix}: give a whole number from ${least}`);
  return Array.from({ length: names }, (_, i) => `${prefix}${i + 1}`);
}
