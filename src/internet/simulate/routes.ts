// SPDX-License-Identifier: Apache-2.0
import { TimerQueue } from "../../axon/index.ts";
import type { SimulatedLink } from "./SimulatedLink.ts";
import type { SimulatedNode } from "./node.ts";

/** What passing a link costs beside its delay, so that of two ways with the same delay the shorter is taken. */
const HOP = 1e-6;
/** What a link that is down costs: it is taken only where there is no other way, and loses what is sent. */
const DOWN = 1e12;

/**
 * The shortest ways (by delay) to everybody. They are looked for when they are needed, one tree for each router that is close to a destination; routers know
 * of a change at once. A host with one link needs no table, however many of them there are.
 *
 * @internal
 */
export class Routes {
  readonly #nodes: readonly SimulatedNode[];
  /** For each router close to a destination: the next link from everywhere. */
  readonly #tables = new Map<SimulatedNode, (SimulatedLink | undefined)[]>();

  constructor(nodes: readonly SimulatedNode[]) {
    this.#nodes = nodes;
  }

  /** Forgets all, because something has changed. */
  clear(): void {
    this.#tables.clear();
  }

  /** The link to take from here; undefined if there is no way. */
  next(from: SimulatedNode, target: SimulatedNode): SimulatedLink | undefined {
    const { links } = from;
    if (links.length === 1) return links[0];
    const near = target.links.length === 1 ? target.links[0]!.to : target;
    if (near === from) return from.linksTo.get(target);
    let table = this.#tables.get(near);
    if (table === undefined) this.#tables.set(near, (table = this.#waysTo(near)));
    return table[from.index];
  }

  /** Dijkstra's algorithm from the destination backwards. */
  #waysTo(near: SimulatedNode): (SimulatedLink | undefined)[] {
    const table = new Array<SimulatedLink | undefined>(this.#nodes.length).fill(undefined);
    const distances = new Float64Array(this.#nodes.length).fill(Infinity);
    distances[near.index] = 0;
    const queue = new TimerQueue();
    const visit = (node: SimulatedNode, distance: number): void => {
      if (distance > distances[node.index]! || (node.kind === "host" && node !== near)) return; // hosts pass nothing on
      for (const { to: neighbour } of node.links) {
        if (neighbour.links.length === 1) continue; // it has no choice
        const link = neighbour.linksTo.get(node)!;
        const further = distance + (link.options.delay ?? 0) + HOP + (link.up ? 0 : DOWN);
        if (further >= distances[neighbour.index]!) continue;
        distances[neighbour.index] = further;
        table[neighbour.index] = link;
        queue.add(further, () => visit(neighbour, further));
      }
    };
    visit(near, 0);
    for (let due = queue.take(Infinity); due !== undefined; due = queue.take(Infinity)) due.callback();
    return table;
  }
}
