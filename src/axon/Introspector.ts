// SPDX-License-Identifier: Apache-2.0
import type { Change } from "./Changes.ts";
import type { AnyComponent, Component } from "./Component.ts";
import { component } from "./definition.ts";
import { ENDED, STARTED } from "./flags.ts";
import type { Box } from "./linkage.ts";
import type { System } from "./System.ts";
import { formatTopologyLine } from "./topology.ts";

/**
 * Tells, in lines of text, which components there are in its system, itself included, what boxes they have, and how these are linked; then whatever
 * changes. For viewers: the lines are those of the original's Introspector; {@link parseTopologyLine} understands them. Components, inboxes and outboxes
 * are nodes; links lead from each component to its boxes, and from box to box.
 *
 * How does it work? It is told of changes as they happen, and sleeps when there are none. The first message is `DEL ALL`, the second one the whole system;
 * then each one holds what has changed since its last turn: links that are gone, nodes that are gone, nodes that are new, links that are new.
 *
 * @example
 * Pipeline(Introspector(), ConsoleEchoer()).activate();
 */
export function Introspector(): Component<{}, { outbox: string }> {
  return component(Introspector, {
    outboxes: { outbox: "lines of the topology protocol, each with its newline" },
    *main(_, { outbox }, self) {
      const topology = new Topology(self.system);
      const stop = self.system.observe((change) => {
        if (topology.note(change)) self.unpause();
      });
      try {
        outbox.send("DEL ALL\n");
        do {
          const text = topology.takeChanges();
          if (text !== "") outbox.send(text);
          self.pause();
        } while (yield);
      } finally {
        stop();
      }
    },
  });
}

/** What is there, and what has changed since that was last told. A thing that came and went in between is not told. */
class Topology {
  readonly #components: Map<AnyComponent, Set<Box>> = new Map();
  readonly #ids: Map<Box, string> = new Map();
  /** Each node's links, and the nodes at their other ends. */
  readonly #links: Map<string, Map<string, string>> = new Map();
  readonly #nodesToAdd: Map<string, string> = new Map();
  readonly #nodesToDelete: Set<string> = new Set();
  readonly #linksToAdd: Set<string> = new Set();
  readonly #linksToDelete: Set<string> = new Set();

  constructor(system: System) {
    const all = [...system.roots];
    for (const { component, flags, children } of all) {
      if ((flags & (STARTED | ENDED)) === STARTED) this.#add(component);
      if (children !== undefined) for (const child of children) all.push(child);
    }
  }

  /** Answers whether there is anything new to tell. */
  note(change: Change): boolean {
    if (change.type === "activated") this.#add(change.component);
    else if (change.type === "ended") this.#remove(change.component);
    else if (change.type === "linked") this.#link(change.linkage.source, change.linkage.sink);
    else if (change.type === "unlinked") this.#unlink(change.linkage.source, change.linkage.sink);
    else if (change.type === "boxAdded" || change.type === "boxDeleted") this.#compareBoxes(change.component);
    return this.#nodesToAdd.size + this.#nodesToDelete.size + this.#linksToAdd.size + this.#linksToDelete.size > 0;
  }

  takeChanges(): string {
    const lines: string[] = [];
    for (const link of this.#linksToDelete) lines.push(`DEL ${link}`);
    for (const id of this.#nodesToDelete) lines.push(formatTopologyLine({ command: "DEL NODE", id }));
    for (const node of this.#nodesToAdd.values()) lines.push(node);
    for (const link of this.#linksToAdd) lines.push(`ADD ${link}`);
    for (const told of [this.#linksToDelete, this.#nodesToDelete, this.#nodesToAdd, this.#linksToAdd]) told.clear();
    return lines.map((line) => `${line}\n`).join("");
  }

  #add(component: AnyComponent): void {
    this.#components.set(component, new Set());
    this.#addNode(String(component.id), component.name, "component");
    this.#compareBoxes(component);
  }

  #remove(component: AnyComponent): void {
    const boxes = this.#components.get(component);
    if (boxes === undefined) return;
    for (const box of boxes) this.#removeBox(box);
    this.#components.delete(component);
    this.#removeNode(String(component.id));
  }

  #compareBoxes(component: AnyComponent): void {
    const known = this.#components.get(component);
    if (known === undefined) return;
    const inboxes: [string, Box][] = Object.entries(component.inboxes);
    const outboxes: [string, Box][] = Object.entries(component.outboxes);
    const now = new Set([...inboxes, ...outboxes].map(([, box]) => box));
    for (const box of known) {
      if (now.has(box)) continue;
      known.delete(box);
      this.#removeBox(box);
    }
    const add = (type: "inbox" | "outbox", [name, box]: [string, Box]): void => {
      if (known.has(box)) return;
      known.add(box);
      this.#addBox(component, type, name, box);
    };
    for (const each of inboxes) add("inbox", each);
    for (const each of outboxes) add("outbox", each);
  }

  #addBox(component: AnyComponent, type: "inbox" | "outbox", name: string, box: Box): void {
    const id = `(${component.id}, '${type[0]}', ${quote(name)})`;
    this.#ids.set(box, id);
    this.#addNode(id, name.replaceAll(/[\r\n]/g, " "), type);
    this.#addLink(String(component.id), id);
    if (box.next !== undefined) this.#link(box, box.next);
    for (const { source } of box.sources ?? []) this.#link(source, box);
  }

  #removeBox(box: Box): void {
    this.#removeNode(this.#ids.get(box)!);
    this.#ids.delete(box);
  }

  /** Only what leads from one known box to another is told. */
  #link(source: Box, sink: Box): void {
    const from = this.#ids.get(source);
    const to = this.#ids.get(sink);
    if (from !== undefined && to !== undefined) this.#addLink(from, to);
  }

  #unlink(source: Box, sink: Box): void {
    const from = this.#ids.get(source);
    const to = this.#ids.get(sink);
    if (from === undefined || to === undefined) return;
    const link = textOf(from, to);
    for (const end of [from, to]) this.#links.get(end)!.delete(link);
    this.#deleteLink(link);
  }

  #addNode(id: string, name: string, type: string): void {
    this.#links.set(id, new Map());
    if (!this.#nodesToDelete.delete(id))
      this.#nodesToAdd.set(id, formatTopologyLine({ command: "ADD NODE", id, name, position: "randompos", type }));
  }

  #removeNode(id: string): void {
    for (const [link, other] of this.#links.get(id)!) {
      this.#links.get(other)!.delete(link);
      this.#deleteLink(link);
    }
    this.#links.delete(id);
    if (!this.#nodesToAdd.delete(id)) this.#nodesToDelete.add(id);
  }

  #addLink(from: string, to: string): void {
    const link = textOf(from, to);
    if (this.#links.get(from)!.has(link)) return;
    this.#links.get(from)!.set(link, to);
    this.#links.get(to)!.set(link, from);
    if (!this.#linksToDelete.delete(link)) this.#linksToAdd.add(link);
  }

  #deleteLink(link: string): void {
    if (!this.#linksToAdd.delete(link)) this.#linksToDelete.add(link);
  }
}

/** A link, as the end of the lines that add and delete it. */
function textOf(from: string, to: string): string {
  return formatTopologyLine({ command: "ADD LINK", from, to }).slice("ADD ".length);
}

/** As the original's language writes strings. */
function quote(name: string): string {
  const escaped = name
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`);
  return escaped.includes("'") && !escaped.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", String.raw`\'`)}'`;
}
