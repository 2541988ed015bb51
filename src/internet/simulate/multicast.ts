// SPDX-License-Identifier: Apache-2.0
import { sendCut } from "./fragments.ts";
import type { Packet } from "./packet.ts";
import type { Routes } from "./routes.ts";
import type { SimulatedHost } from "./SimulatedHost.ts";
import type { SimulatedLink } from "./SimulatedLink.ts";
import type { SimulatedNode } from "./node.ts";

/** Where a packet to a group goes on from a node. */
interface Branches {
  /** How a packet comes here; undefined at its source. */
  readonly via: SimulatedLink | undefined;
  readonly links: SimulatedLink[];
  /** Routers passed on the way here, with this one. */
  readonly depth: number;
}

/** The address of everybody near. @internal */
export const BROADCAST = "255.255.255.255";

type Tree = Map<SimulatedNode, Branches>;

/** Whom a host wants to hear: how many of its sockets hear anybody, or one source. */
class Interest {
  anybody = 0;
  readonly sources = new Map<string, number>();

  wants(source: string): boolean {
    return this.anybody > 0 || this.sources.has(source);
  }

  count(source: string | undefined, by: 1 | -1): void {
    if (source === undefined) {
      this.anybody += by;
      return;
    }
    const left = (this.sources.get(source) ?? 0) + by;
    if (left > 0) this.sources.set(source, left);
    else this.sources.delete(source);
  }

  get none(): boolean {
    return this.anybody === 0 && this.sources.size === 0;
  }
}

/**
 * Who is in which group, as the routers know it. A router hears of its hosts by IGMPv3 (RFC 3376); what one router knows all know, and each packet takes the
 * shortest ways from its source, so that it passes a link once at most (as in MOSPF, RFC 1584).
 *
 * @internal
 */
export class Groups {
  readonly #routes: Routes;
  readonly #members = new Map<string, Map<SimulatedHost, Interest>>();
  /** By group, and then by the source's address. */
  readonly #trees = new Map<string, Map<string, Tree>>();

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  /** A router has heard that this host wants to hear the group. */
  joined(group: string, host: SimulatedHost, source: string | undefined): void {
    let members = this.#members.get(group);
    if (members === undefined) this.#members.set(group, (members = new Map()));
    let interest = members.get(host);
    if (interest === undefined) members.set(host, (interest = new Interest()));
    interest.count(source, 1);
    for (const [address, tree] of this.#trees.get(group) ?? []) if (interest.wants(address)) this.#grow(tree, sourceOf(tree), host);
  }

  /** A router has heard that it no longer does. */
  left(group: string, host: SimulatedHost, source: string | undefined): void {
    const members = this.#members.get(group);
    const interest = members?.get(host);
    if (interest === undefined) return;
    interest.count(source, -1);
    if (interest.none) members!.delete(host);
    for (const [address, tree] of this.#trees.get(group) ?? []) if (!interest.wants(address)) this.#prune(tree, members!, address, host);
  }

  /** The ways have changed. */
  clear(): void {
    this.#trees.clear();
  }

  /** Sends a packet to a group on from here. */
  forward(packet: Packet, at: SimulatedNode): void {
    const branches = this.#treeOf(packet).get(at);
    if (branches === undefined || packet.ttl <= branches.depth) return;
    const links = at === packet.source && branches.links.length === 0 ? at.links.slice(0, 1) : branches.links; // nobody told the source
    for (let i = 0; i < links.length; i++) sendCut(packet, links[i]!);
  }

  #treeOf({ to, from, source }: Packet): Tree {
    let trees = this.#trees.get(to.address);
    if (trees === undefined) this.#trees.set(to.address, (trees = new Map()));
    let tree = trees.get(from.address);
    if (tree !== undefined) return tree;
    trees.set(from.address, (tree = new Map([[source, { via: undefined, links: [], depth: 0 }]])));
    if (to.address === BROADCAST) return everybodyNear(tree, source);
    for (const [host, interest] of this.#members.get(to.address) ?? []) if (interest.wants(from.address)) this.#grow(tree, source, host);
    return tree;
  }

  /** Adds the way to one more member. */
  #grow(tree: Tree, source: SimulatedNode, member: SimulatedNode): void {
    for (let node = source; node !== member;) {
      const link = this.#routes.next(node, member);
      if (link === undefined) return;
      extend(tree, link);
      node = link.to;
    }
  }

  /** Takes away the way to somebody who is no member any more, as far back as nobody else needs it. */
  #prune(tree: Tree, members: ReadonlyMap<SimulatedNode, Interest>, address: string, member: SimulatedNode): void {
    let branches = tree.get(member);
    while (branches?.via !== undefined && branches.links.length === 0) {
      const { via }: Branches = branches;
      if (members.get(via.to)?.wants(address) === true) return;
      tree.delete(via.to);
      branches = tree.get(via.from)!;
      branches.links.splice(branches.links.indexOf(via), 1);
    }
  }
}

/** Goes on along a link to where the tree does not reach yet. */
function extend(tree: Tree, link: SimulatedLink): void {
  if (tree.has(link.to)) return;
  const from = tree.get(link.from)!;
  from.links.push(link);
  tree.set(link.to, { via: link, links: [], depth: from.depth + 1 });
}

/** Whom a broadcast reaches: those at the other end of a link, and at the same router, as if that were a switch. */
function everybodyNear(tree: Tree, source: SimulatedNode): Tree {
  for (const link of source.links) {
    extend(tree, link);
    if (link.to.kind === "router") for (const further of link.to.links) if (further.to.kind === "host") extend(tree, further);
  }
  return tree;
}

/** The first node of a tree is its source. */
function sourceOf(tree: Tree): SimulatedNode {
  return tree.keys().next().value!;
}
