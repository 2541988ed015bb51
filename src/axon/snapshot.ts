// SPDX-License-Identifier: Apache-2.0
import { docOf } from "./adaptive.ts";
import type { Component } from "./Component.ts";
import { Waiting } from "./consider.ts";
import { CLOSING, ENDED, HELD, QUEUED, STARTED } from "./flags.ts";
import { Inbox } from "./Inbox.ts";
import type { Box } from "./linkage.ts";
import type { Microprocess } from "./Microprocess.ts";
import type { Outbox } from "./Outbox.ts";
import { serviceName } from "./Services.ts";
import { isRunning } from "./running.ts";
import type { System } from "./System.ts";
import { AnyOf, PAUSED, Sleep } from "./waits.ts";
import { isWaiting } from "./waiters.ts";

/** What a component is doing. */
export type State = "new" | "ready" | "running" | "asleep" | "held" | "closing" | "ended";

/** An inbox, as it is now. */
export interface InboxSnapshot {
  /** How many messages wait. */
  readonly length: number;
  /** How many make it full; null for no bound, as in JSON. */
  readonly bound: number | null;
  /** The most that ever waited. */
  readonly peak: number;
  /** How many ever came. */
  readonly received: number;
  /** How many came that nobody will read. */
  readonly drops: number;
  /** Where it is passed through to. */
  readonly to?: string;
  readonly doc: string;
}

/** An outbox, as it is now. */
export interface OutboxSnapshot {
  /** How many messages were sent to somebody. */
  readonly sent: number;
  /** How many were sent while it was not linked. */
  readonly drops: number;
  /** The box it is linked to. */
  readonly to?: string;
  readonly doc: string;
}

/** A component, as it is now. */
export interface ComponentSnapshot {
  readonly id: number;
  /** `Echo_3` */
  readonly name: string;
  /** The name with its parents': `Pipeline_1/Echo_3` */
  readonly path: string;
  readonly kind: string;
  /** The number of its parent. */
  readonly parent?: number;
  readonly state: State;
  /** In words, what it waits for. */
  readonly waitsFor: string;
  /** The full boxes that hold it. */
  readonly heldBy: readonly string[];
  /** How many messages nobody got: those of its boxes, of deleted ones, too. */
  readonly drops: number;
  /** How many turns it has had. */
  readonly turns: number;
  /** Milliseconds of CPU, if the system measures. */
  readonly cpu?: number;
  readonly inboxes: Readonly<Record<string, InboxSnapshot>>;
  readonly outboxes: Readonly<Record<string, OutboxSnapshot>>;
}

/** A linkage, as it is now. */
export interface LinkageSnapshot {
  /** `Feed_1.outbox` */
  readonly from: string;
  /** `Echo_2.inbox` */
  readonly to: string;
  /** 0 outbox to inbox, 1 inbox to an inbox of a child, 2 a child's outbox to an outbox. */
  readonly passthrough: 0 | 1 | 2;
}

/** A system, as it is now: plain data, ready for JSON. */
export interface Snapshot {
  /** Milliseconds of the system's clock. */
  readonly time: number;
  readonly components: readonly ComponentSnapshot[];
  /** Those that end at a box of a component that is there, or begin at one. */
  readonly linkages: readonly LinkageSnapshot[];
  /** Services by name, and the inboxes that they offer. */
  readonly services: Readonly<Record<string, string>>;
  /** How many components are held by full boxes. */
  readonly held: number;
  /** How many sleep on a timer. */
  readonly sleeping: number;
  /** How many promises and outside events are waited for. */
  readonly pending: number;
  /** Those of them that say what they are. */
  readonly expectations: readonly string[];
}

/**
 * Takes a picture of a running system: components in the order of the tree, boxes, linkages, counters. It only reads integers, and costs nothing while it is not taken.
 *
 * @example
 * for (const { path, turns } of snapshot(system).components) console.log(path, turns);
 */
export function snapshot(system: System): Snapshot {
  const all: Microprocess[] = [];
  const todo = [...system.roots].reverse();
  for (let p = todo.pop(); p !== undefined; p = todo.pop()) {
    all.push(p);
    if (p.children !== undefined) for (const child of [...p.children].reverse()) todo.push(child);
  }
  const names = new Names(all);
  const { held, sleeping, pending, expectations } = system;
  return {
    time: system.clock.now(),
    components: all.map((p) => ofComponent(p, names)),
    linkages: ofLinkages(names),
    services: ofServices(system, names),
    held,
    sleeping,
    pending,
    expectations,
  };
}

/** In words, what a component waits for. */
export function waitsFor(component: Component<any, any>): string {
  const p = component.microprocess;
  const { wait } = p;
  if ((p.flags & ENDED) !== 0) return "has ended";
  if ((p.flags & STARTED) === 0) return "was never activated";
  if ((p.flags & HELD) !== 0) return `waits for room in ${heldBy(p).join(", ")}`;
  if ((p.flags & CLOSING) !== 0) return "waits for its children to end";
  if (wait === undefined || wait === 1) return "waits for its turn";
  if (wait === PAUSED) return "waits for anything to happen (pause)";
  if (wait instanceof Inbox) return `waits for ${p.nameOfBox(wait)}`;
  if (wait instanceof Sleep) return `sleeps for ${wait.delay} ms`;
  if (!(wait instanceof AnyOf))
    return `waits for ${(wait as unknown) instanceof Waiting ? (wait as unknown as Waiting).what : "a promise"}`;
  const boxes = wait.boxes.map((box) => p.nameOfBox(box)).join(" or ");
  return wait.timeout === undefined ? `waits for ${boxes}` : `waits for ${boxes === "" ? "nothing" : boxes}, for ${wait.timeout} ms`;
}

/** The names of all boxes, so that looking one up takes the same time however many boxes its component has. */
class Names extends Map<Box, string> {
  constructor(all: readonly Microprocess[]) {
    super();
    for (const { name, component } of all) {
      for (const boxes of [component.inboxes, component.outboxes] as Record<string, Box>[])
        for (const box in boxes) this.set(boxes[box]!, `${name}.${box}`);
    }
  }

  of(box: Box): string {
    return this.get(box) ?? box.owner.nameOfBox(box);
  }
}

function ofComponent(p: Microprocess, names: Names): ComponentSnapshot {
  const { component } = p;
  const { docs } = component;
  const inboxes = Object.entries(component.inboxes) as [string, Inbox][];
  const outboxes = Object.entries(component.outboxes) as [string, Outbox][];
  return {
    id: p.id,
    name: p.name,
    path: p.path,
    kind: component.kindName,
    ...(p.parent === undefined ? {} : { parent: p.parent.id }),
    state: stateOf(p),
    waitsFor: waitsFor(component),
    heldBy: heldBy(p),
    drops: dropsOf(p),
    turns: p.turns,
    ...(p.extras?.cpu === undefined ? {} : { cpu: p.extras.cpu }),
    inboxes: Object.fromEntries(inboxes.map(([name, box]) => [name, ofInbox(box, docs.inboxes[name], names)])),
    outboxes: Object.fromEntries(outboxes.map(([name, box]) => [name, ofOutbox(box, docs.outboxes[name], names)])),
  };
}

/** Every box begins at most one linkage; those that begin at a box outside are found where they end. */
function ofLinkages(names: Names): LinkageSnapshot[] {
  const found: LinkageSnapshot[] = [];
  const add = (source: Box, sink: Box): void => {
    const passthrough = source instanceof Inbox ? 1 : sink instanceof Inbox ? 0 : 2;
    found.push({ from: names.of(source), to: names.of(sink), passthrough });
  };
  for (const box of names.keys()) {
    if (box.next !== undefined) add(box, box.next);
    for (const { source } of box.sources ?? []) if (!names.has(source)) add(source, box);
  }
  return found;
}

function ofServices({ services }: System, names: Names): Record<string, string> {
  const found = services.servicesRegistered().map((name) => [name, services.retrieveService(serviceName<unknown>(name))] as const);
  return Object.fromEntries(found.map(([name, inbox]) => [name, names.of(inbox)]));
}

function dropsOf({ extras }: Microprocess): number {
  let drops = extras?.lost ?? 0;
  if (extras?.drops !== undefined) for (const count of extras.drops.values()) drops += count;
  return drops;
}

function ofInbox(box: Inbox, doc: string = docOf(box) ?? "", names: Names): InboxSnapshot {
  const { length, peak, tail: received, drops } = box;
  return { length, bound: box.bound === Infinity ? null : box.bound, peak, received, drops, ...whereTo(box, names), doc };
}

function ofOutbox(box: Outbox, doc: string = docOf(box) ?? "", names: Names): OutboxSnapshot {
  return { sent: box.sent, drops: box.drops, ...whereTo(box, names), doc };
}

function whereTo({ next }: Box, names: Names): { to?: string } {
  return next === undefined ? {} : { to: names.of(next) };
}

function stateOf(p: Microprocess): State {
  const { flags } = p;
  if ((flags & ENDED) !== 0) return "ended";
  if ((flags & STARTED) === 0) return "new";
  if ((flags & CLOSING) !== 0) return "closing";
  if (isRunning(p)) return "running";
  if ((flags & HELD) !== 0) return "held";
  return (flags & QUEUED) !== 0 ? "ready" : "asleep";
}

/** The boxes at the far ends of its outboxes that it is waiting at. */
function heldBy(p: Microprocess): string[] {
  if ((p.flags & HELD) === 0) return [];
  const boxes = new Set<Inbox>();
  for (const box of Object.values(p.component.outboxes) as Outbox[]) {
    if (box.target !== undefined && isWaiting(box.target.waiters, p)) boxes.add(box.target);
  }
  return [...boxes].map((box) => box.owner.nameOfBox(box));
}
