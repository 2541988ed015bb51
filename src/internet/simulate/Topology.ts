// SPDX-License-Identifier: Apache-2.0
import { isAddress } from "./addresses.ts";
import { textOf } from "./files.ts";
import { changed, checkLink, type LinkOptions, mahimahiTrace } from "./linkOptions.ts";
import { assertPlan } from "./planFile.ts";

/** A host or a router. */
export interface NodePlan {
  readonly name: string;
  /** A host has programs and addresses, a router only passes packets on. */
  readonly kind: "host" | "router";
  /** Default: the next of 10.0.0.0/8, and the same number in fd00::/64. */
  readonly addresses?: readonly string[];
}

/** A link, and how each of its directions treats packets. */
export interface LinkPlan {
  readonly between: readonly [string, string];
  /** Both directions. */
  readonly both?: LinkOptions;
  /** What is different from the second to the first. */
  readonly back?: LinkOptions;
}

/** A network as plain data: what is in a JSON file. */
export interface TopologyPlan {
  readonly nodes: readonly NodePlan[];
  readonly links: readonly LinkPlan[];
}

/**
 * A plan of hosts, routers and links. It is put together step by step, or taken from plain data.
 *
 * @throws RangeError for a name that is taken or not known, and for what cannot be of a link
 * @example
 * const plan = Topology()
 *   .hosts("alice", "bob")
 *   .routers("london", "paris")
 *   .link("alice", "london", { rate: 100e6 })
 *   .link("london", "paris", { delay: 8, rate: 2e6, loss: 0.01 })
 *   .link("paris", "bob", { rate: 100e6 });
 */
export function Topology(plan?: TopologyPlan): TopologyBuilder {
  const builder = new TopologyBuilder();
  return plan === undefined ? builder : builder.add(plan);
}

/** What {@link Topology} gives. */
export class TopologyBuilder implements TopologyPlan {
  readonly #nodes = new Map<string, NodePlan>();
  readonly #links: LinkPlan[] = [];

  get nodes(): readonly NodePlan[] {
    return [...this.#nodes.values()];
  }

  get links(): readonly LinkPlan[] {
    return this.#links;
  }

  /** Adds hosts. */
  hosts(...names: readonly string[]): this {
    for (const name of names) this.#add({ name, kind: "host" });
    return this;
  }

  /** Adds a host that has these addresses. */
  host(name: string, ...addresses: readonly string[]): this {
    this.#add({ name, kind: "host", ...(addresses.length > 0 && { addresses }) });
    return this;
  }

  /** Adds routers. */
  routers(...names: readonly string[]): this {
    for (const name of names) this.#add({ name, kind: "router" });
    return this;
  }

  /** Links two that are there. `back` is what is different on the way from the second to the first. */
  link(one: string, other: string, both: LinkOptions = {}, back?: LinkOptions): this {
    for (const name of [one, other]) this.#mustHave(name, `link ${one} and ${other}`);
    if (one === other) throw new RangeError(`Cannot link ${one} and ${other}: they are the same`);
    checkLink(both);
    if (back !== undefined) checkLink(back);
    checkLink(changed(both, back));
    this.#links.push({ between: [one, other], both, ...(back !== undefined && { back }) });
    return this;
  }

  /** Adds another plan to this one. What is in both (by its name) is where they meet. */
  add(plan: TopologyPlan): this {
    for (const node of plan.nodes) if (!this.#nodes.has(node.name)) this.#add(node);
    for (const { between, both, back } of plan.links) this.link(between[0], between[1], both, back);
    return this;
  }

  /** The plan as plain data. */
  toJSON(): TopologyPlan {
    return { nodes: this.nodes, links: this.links };
  }

  #add(node: NodePlan): void {
    if (this.#nodes.has(node.name)) throw new RangeError(`Cannot add ${node.kind} ${node.name}: there is one of that name`);
    if (node.kind !== "host" && node.kind !== "router") throw new RangeError(`Cannot add ${node.name}: it is neither "host" nor "router"`);
    checkNode(node);
    this.#nodes.set(node.name, node);
  }

  #mustHave(name: string, what: string): void {
    if (this.#nodes.has(name)) return;
    const names = [...this.#nodes.keys()];
    const some = names.length > 12 ? `${names.slice(0, 12).join(", ")} …` : names.join(", ");
    throw new RangeError(`Cannot ${what}: there is no ${name}, only ${some || "nothing yet"}`);
  }
}

/**
 * A plan from a JSON file: `{ "nodes": [{ "name": "alice", "kind": "host" }], "links": [{ "between": ["alice", "bob"], "both": { "delay": 10 } }] }`.
 *
 * @throws SyntaxError for what is no JSON, RangeError for what is no plan, FileError for a file that cannot be read
 * @example
 * await writeFile("plan.json", JSON.stringify(star(["alice", "bob"], { delay: 5, rate: 10e6 })));
 * const network = new SimulatedNetwork(await topologyFromFile("plan.json"));
 * network.link("hub", "bob").options.delay; // 5
 */
export async function topologyFromFile(path: string): Promise<TopologyBuilder> {
  const plan = parsed(await textOf(path), path);
  assertPlan(plan, path);
  return Topology(plan);
}

/**
 * The trace in a file of Mahimahi, for the option `trace` of a link.
 *
 * @throws SyntaxError for a line that is no number, FileError for a file that cannot be read
 * @example
 * await writeFile("lte.down", "0\n5\n5\n12\n");
 * const network = new SimulatedNetwork(chain(1, { trace: await traceFromFile("lte.down"), delay: 20 }));
 * network.link("source", "router1").options.trace?.length; // 4
 */
export async function traceFromFile(path: string): Promise<number[]> {
  return mahimahiTrace(await textOf(path));
}

/** @throws RangeError for a name or an address that nobody can have @internal */
export function checkNode({ name, kind, addresses = [] }: NodePlan): void {
  if (typeof name !== "string" || name === "") throw new RangeError(`Cannot add a ${kind} called ${String(name) || '""'}: give a name`);
  for (const address of addresses) {
    if (!isAddress(address))
      throw new RangeError(
        `Cannot add ${kind} ${name}: ${address} is no address that it can have; give one like 10.1.0.1 or fd00:1::1, or none`,
      );
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SyntaxError(`Cannot take ${path} for a topology: it is no JSON: ${why}`, { cause });
  }
}
