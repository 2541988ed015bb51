// SPDX-License-Identifier: Apache-2.0
import type { Component } from "./Component.ts";
import { CLOSING, ENDED, HELD, QUEUED, RUNNING, STARTED } from "./flags.ts";
import { Inbox } from "./Inbox.ts";
import type { Box } from "./linkage.ts";
import type { Microprocess } from "./Microprocess.ts";
import type { Outbox } from "./Outbox.ts";
import type { System } from "./System.ts";
import { AnyOf, PAUSED, Sleep } from "./waits.ts";

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
  /** How many turns it has had. */
  readonly turns: number;
  /** Milliseconds of CPU, if the system measures. */
  readonly cpu?: number;
  readonly inboxes: Readonly<Record<string, InboxSnapshot>>;
  readonly outboxes: Readonly<Record<string, OutboxSnapshot>>;
}

/** A system, as it is now: plain data, ready for JSON. */
export interface Snapshot {
  /** Milliseconds of the system's clock. */
  readonly time: number;
  readonly components: readonly ComponentSnapshot[];
  /** How many components are held by full boxes. */
  readonly held: number;
  /** How many sleep on a timer. */
  readonly sleeping: number;
  /** What is waited for from outside. */
  readonly expectations: readonly string[];
}

/**
 * Takes a picture of a running system: components in the order of the tree, boxes, linkages, counters. It only reads integers, and costs nothing while it is not taken.
 *
 * @example
 * for (const { path, turns } of snapshot(system).components) console.log(path, turns);
 */
export function snapshot(system: System): Snapshot {
  const components: ComponentSnapshot[] = [];
  const todo = [...system.roots].reverse();
  for (let p = todo.pop(); p !== undefined; p = todo.pop()) {
    components.push(ofComponent(p));
    if (p.children !== undefined) todo.push(...[...p.children].reverse());
  }
  return { time: system.clock.now(), components, held: system.held, sleeping: system.sleeping, expectations: system.expectations };
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
  if (!(wait instanceof AnyOf)) return "waits for a promise";
  const boxes = wait.boxes.map((box) => p.nameOfBox(box)).join(" or ");
  return wait.timeout === undefined ? `waits for ${boxes}` : `waits for ${boxes === "" ? "nothing" : boxes}, for ${wait.timeout} ms`;
}

function ofComponent(p: Microprocess): ComponentSnapshot {
  const { component } = p;
  const { docs } = component;
  const inboxes: Record<string, InboxSnapshot> = {};
  const outboxes: Record<string, OutboxSnapshot> = {};
  for (const [name, box] of Object.entries(component.inboxes) as [string, Inbox][]) inboxes[name] = ofInbox(box, docs.inboxes[name] ?? "");
  for (const [name, box] of Object.entries(component.outboxes) as [string, Outbox][])
    outboxes[name] = ofOutbox(box, docs.outboxes[name] ?? "");
  return {
    id: p.id,
    name: p.name,
    path: p.path,
    kind: component.kindName,
    ...(p.parent === undefined ? {} : { parent: p.parent.id }),
    state: stateOf(p),
    waitsFor: waitsFor(component),
    heldBy: heldBy(p),
    turns: p.turns,
    ...(p.extras?.cpu === undefined ? {} : { cpu: p.extras.cpu }),
    inboxes,
    outboxes,
  };
}

function ofInbox(box: Inbox, doc: string): InboxSnapshot {
  const { length, peak, tail: received, drops } = box;
  return { length, bound: box.bound === Infinity ? null : box.bound, peak, received, drops, ...whereTo(box), doc };
}

function ofOutbox(box: Outbox, doc: string): OutboxSnapshot {
  return { sent: box.sent, drops: box.drops, ...whereTo(box), doc };
}

function whereTo(box: Box): { to?: string } {
  return box.next === undefined ? {} : { to: box.next.owner.nameOfBox(box.next) };
}

function stateOf({ flags }: Microprocess): State {
  if ((flags & ENDED) !== 0) return "ended";
  if ((flags & STARTED) === 0) return "new";
  if ((flags & CLOSING) !== 0) return "closing";
  if ((flags & RUNNING) !== 0) return "running";
  if ((flags & HELD) !== 0) return "held";
  return (flags & QUEUED) !== 0 ? "ready" : "asleep";
}

/** The boxes at the far ends of its outboxes that it is waiting at. */
function heldBy(p: Microprocess): string[] {
  if ((p.flags & HELD) === 0) return [];
  const boxes = new Set<Inbox>();
  for (const box of Object.values(p.component.outboxes) as Outbox[]) {
    if (box.target?.waiters?.includes(p) === true) boxes.add(box.target);
  }
  return [...boxes].map((box) => box.owner.nameOfBox(box));
}
