// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Random, SeededRandom } from "../../axon/index.ts";
import { addressesOf, canonical } from "./addresses.ts";
import { Capture, type CapturePoint } from "./Capture.ts";
import { Engine } from "./engine.ts";
import { changed } from "./linkOptions.ts";
import { Groups } from "./multicast.ts";
import { Packet, type Unreachable } from "./packet.ts";
import { Routes } from "./routes.ts";
import { SimulatedHost } from "./SimulatedHost.ts";
import { SimulatedLink } from "./SimulatedLink.ts";
import { SimulatedNode } from "./node.ts";
import { checkSeed } from "./seeded.ts";
import type { SimulatedSystem } from "./system.ts";
import type { TCPOptions } from "./tcp/options.ts";
import { Timeline } from "./timeline.ts";
import { checkNode, type TopologyPlan } from "./Topology.ts";
import { TraceHash } from "./traceHash.ts";

/** How a network is simulated. */
export interface SimulatedNetworkOptions {
  /** What all chance on the network starts from: the same seed gives the same run, to the byte. Default 1. */
  readonly seed?: number;
  /** Milliseconds since 1970 that the wall clock shows at the start. Default 0. */
  readonly wallTime?: number;
  /** Whether time moves on by itself when nobody has anything left to do now. Default true; otherwise only `advance` moves it. */
  readonly auto?: boolean;
  /** Milliseconds of the simulation in one of real time, at most. Default: as fast as it goes. */
  readonly speed?: number;
  /** Whether datagrams that are too large for a link are cut into pieces. Default true; otherwise they are lost, and their sender is told. */
  readonly fragment?: boolean;
  /** Whether damaged datagrams are thrown away because their checksum is wrong. Default true; otherwise they arrive as they are. */
  readonly checksums?: boolean;
  /** Milliseconds for which a router goes on sending a group to a host that has left it. Default 2000, as in RFC 3376. */
  readonly leaveLatency?: number;
  /** How TCP behaves. */
  readonly tcp?: TCPOptions;
}

const EMPTY = new Uint8Array(0);
/** Bytes of an ICMP message: an IP header, its own, and the beginning of what it is about. */
const ICMP_SIZE = 56;

/**
 * A network in virtual time: hosts, routers and the links between them. Each host is a `Network`, and has a system of components; time moves on when nobody
 * has anything left to do, so that an hour of it takes as long as what happens in it.
 *
 * @throws RangeError for addresses that are taken, and for what cannot be of a network
 * @example
 * const network = new SimulatedNetwork(star(["server", "client"], { delay: 10, rate: 1e6, loss: 0.01 }));
 * network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 1500, protocol: EchoProtocol }));
 * await network.host("client").system.run(Pipeline(Feed([Buffer.from("hello")]), TCPClient({ host: "server", port: 1500 }), ConsoleEchoer()));
 */
export class SimulatedNetwork {
  readonly seed: number;
  /** @internal */ readonly timeline: Timeline;
  /** @internal */ readonly routes: Routes;
  /** @internal */ readonly groups: Groups;
  /** @internal */ readonly options: SimulatedNetworkOptions;
  readonly #engine: Engine;
  readonly #nodes = new Map<string, SimulatedNode>();
  readonly #byAddress = new Map<string, SimulatedNode>();
  readonly #links: SimulatedLink[] = [];
  readonly #partitions = new Set<readonly ReadonlySet<SimulatedNode>[]>();
  #ids = 0;

  constructor(plan: TopologyPlan, options: SimulatedNetworkOptions = {}) {
    const { seed = 1, wallTime = 0, auto = true, speed = Infinity } = options;
    checkSeed("simulate a network", seed);
    this.seed = seed;
    this.options = options;
    this.timeline = new Timeline(wallTime);
    this.#engine = new Engine(this.timeline, auto, speed);
    for (const node of plan.nodes) {
      checkNode(node);
      this.#addNode(node.name, node.kind, node.addresses);
    }
    this.routes = new Routes([...this.#nodes.values()]);
    this.groups = new Groups(this.routes);
    for (const { between, both, back } of plan.links) {
      const [one, other] = [this.node(between[0]), this.node(between[1])];
      this.#addLink(one, other, both ?? {});
      this.#addLink(other, one, changed(both ?? {}, back));
    }
  }

  /** The time on this network, for all the systems on it. */
  get clock(): Clock {
    return this.timeline;
  }

  get hosts(): readonly SimulatedHost[] {
    return [...this.#nodes.values()].filter((node) => node instanceof SimulatedHost);
  }

  /** All links, each direction by itself. */
  get links(): readonly SimulatedLink[] {
    return this.#links;
  }

  /** @throws RangeError if there is no such host */
  host(name: string): SimulatedHost {
    const node = this.node(name);
    if (node instanceof SimulatedHost) return node;
    throw new RangeError(`Cannot take ${name} for a host: it is a router`);
  }

  /**
   * A host or a router.
   *
   * @throws RangeError if there is none of that name
   */
  node(name: string): SimulatedNode {
    const node = this.#nodes.get(name);
    if (node !== undefined) return node;
    const names = [...this.#nodes.keys()];
    throw new RangeError(`Cannot find ${name}: there is only ${names.slice(0, 12).join(", ")}${names.length > 12 ? " …" : ""}`);
  }

  /**
   * The link between two, in the direction from the first to the second.
   *
   * @throws RangeError if they are not linked
   */
  link(from: string, to: string): SimulatedLink {
    const link = this.node(from).linksTo.get(this.node(to));
    if (link !== undefined) return link;
    const neighbours = this.node(from).links.map((other) => other.to.name);
    throw new RangeError(`Cannot find a link from ${from} to ${to}: ${from} is linked to ${neighbours.join(", ") || "nobody"}`);
  }

  /**
   * Separates groups of hosts: what they send each other is lost, also what is on the way. Who is in none of them reaches everybody.
   *
   * @returns a function that ends it
   * @throws RangeError for a host that is not there, or is in two groups
   */
  partition(...islands: readonly (readonly string[])[]): () => void {
    const partition = islands.map((names) => new Set(names.map((name) => this.node(name))));
    const names = islands.flatMap((island) => [...new Set(island)]);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new RangeError(`Cannot make a partition: ${twice} is in two of its groups`);
    this.#partitions.add(partition);
    return () => void this.#partitions.delete(partition);
  }

  /**
   * Lets so many milliseconds pass, and all that falls due in them. Fulfilled when they have.
   *
   * @throws RangeError for less than nothing: time never goes back
   */
  advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0)) throw new RangeError(`Cannot advance by ${milliseconds} ms: time never goes back`);
    return this.#engine.until(this.timeline.time + milliseconds);
  }

  /** Fulfilled when nothing is on the way any more, no timer is set, and nobody has anything left to do. */
  quiet(): Promise<void> {
    return this.#engine.until(Infinity);
  }

  /** Makes a number of all that happens on all links from now on: the same for the same seed, whatever the machine. */
  traceHash(): TraceHash {
    const hash = new TraceHash();
    for (const [i, link] of this.#links.entries()) link.addLook((fate, packet, at) => hash.add(i, fate, packet, at));
    return hash;
  }

  /**
   * Records what passes hosts ("alice") and links ("alice", "router": what enters the link, in both directions) from now on, for Wireshark.
   *
   * @param points hosts by name, and links as pairs of names. Default: all hosts
   * @throws RangeError for names that are not there
   * @example
   * const network = new SimulatedNetwork(chain(["alice", "london", "paris"]));
   * const capture = network.capture("alice", ["london", "paris"]);
   * await network.quiet();
   * await capture.write("alice.pcapng");
   */
  capture(...points: readonly (string | readonly [string, string])[]): Capture {
    const wanted = points.length > 0 ? points : this.hosts.map(({ name }) => name);
    const places = wanted.map((point): CapturePoint => {
      if (typeof point !== "string") {
        const both = [this.link(...point), this.link(point[1], point[0])];
        return { name: point.join("-"), outbound: both, inbound: [] };
      }
      const host = this.host(point);
      const outbound = [...host.links, host.loopback];
      return { name: point, outbound, inbound: host.links.map(({ to }) => to.linksTo.get(host)!) };
    });
    return Capture.at(places, this.options.wallTime ?? 0);
  }

  /** @internal */
  get fragments(): boolean {
    return this.options.fragment ?? true;
  }

  /** @internal */
  nextId(): number {
    return ++this.#ids;
  }

  /** @internal A random source that depends on the seed and this name only. */
  randomFor(name: string): Random {
    return new SeededRandom(mix(this.seed, name));
  }

  /** @internal Who has this address or name. */
  find(addressOrName: string): SimulatedNode | undefined {
    return this.#byAddress.get(addressOrName) ?? this.#nodes.get(addressOrName) ?? this.#byAddress.get(canonical(addressOrName));
  }

  /** @internal The largest packet that gets from one host to another and back. */
  mtuBetween(one: SimulatedNode, other: SimulatedNode): number {
    if (one === other) return 65_535;
    return Math.min(this.#mtuTo(one, other), this.#mtuTo(other, one));
  }

  #mtuTo(from: SimulatedNode, to: SimulatedNode): number {
    let least = Infinity;
    for (let node = from; node !== to;) {
      const link = this.routes.next(node, to);
      if (link === undefined) return 1500; // there is no way anyhow
      least = Math.min(least, link.mtu);
      node = link.to;
    }
    return least;
  }

  /** @internal A system has something to do. */
  ready(system: SimulatedSystem): void {
    this.#engine.ready(system);
  }

  /** @internal */
  separated(one: SimulatedNode, other: SimulatedNode): boolean {
    if (this.#partitions.size === 0) return false;
    for (const islands of this.#partitions) {
      const mine = islands.find((island) => island.has(one));
      const yours = islands.find((island) => island.has(other));
      if (mine !== undefined && yours !== undefined && mine !== yours) return true;
    }
    return false;
  }

  /** @internal The ways may have changed. */
  rerouted(): void {
    this.routes?.clear();
    this.groups?.clear();
  }

  /** @internal Tells who sent a packet that it could not be delivered (ICMP). Nobody is told about groups, pieces and such messages themselves. */
  complain(about: Packet, reason: Unreachable["reason"], at: SimulatedNode): void {
    if (about.target === undefined || about.unreachable !== undefined || (about.fragment?.offset ?? 0) > 0) return;
    const from = { address: at.addresses[about.from.address.includes(":") ? 1 : 0] ?? at.addresses[0]!, port: 0 };
    const message = new Packet(at, from, about.source, about.from, ICMP_SIZE, EMPTY, 64, undefined, undefined, { reason, about });
    if (at === about.source && at instanceof SimulatedHost) at.loopback.send(message);
    else at.forward(message);
  }

  #addNode(name: string, kind: "host" | "router", addresses: readonly string[] = addressesOf(this.#nodes.size + 1)): void {
    const all = addresses.map(canonical);
    const node =
      kind === "host" ? new SimulatedHost(this, name, all, this.#nodes.size) : new SimulatedNode(this, name, kind, all, this.#nodes.size);
    this.#nodes.set(name, node);
    for (const address of all) {
      const other = this.#byAddress.get(address);
      if (other !== undefined) throw new RangeError(`Cannot give ${name} the address ${address}: ${other.name} has it`);
      this.#byAddress.set(address, node);
    }
  }

  #addLink(from: SimulatedNode, to: SimulatedNode, options: ConstructorParameters<typeof SimulatedLink>[2]): void {
    if (from.linksTo.has(to)) throw new RangeError(`Cannot link ${from.name} and ${to.name}: they are linked already`);
    const link = new SimulatedLink(from, to, options, this.timeline, this.randomFor(`link ${from.name}→${to.name}`));
    from.links.push(link);
    from.linksTo.set(to, link);
    this.#links.push(link);
  }
}

/** FNV-1a, from a seed. */
function mix(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
