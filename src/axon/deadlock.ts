// SPDX-License-Identifier: Apache-2.0
import { Deadlock } from "./errors.ts";
import { Inbox } from "./Inbox.ts";
import { HELD, STARTED } from "./flags.ts";
import type { Microprocess } from "./Microprocess.ts";
import type { System } from "./System.ts";
import { AnyOf } from "./waits.ts";
import { inOrder } from "./waiters.ts";

/** Finds who waits for whom, and says so: the cycle of full boxes, or the full box that nobody reads. */
export function explainDeadlock(system: System): Deadlock {
  const boxes = fullBoxes(system);
  const [first] = boxes.keys();
  if (first === undefined) return new Deadlock("Cannot go on: components wait for room in full boxes, and nothing else is left to run");
  const seen: Microprocess[] = [];
  let p = first;
  while (!seen.includes(p)) {
    seen.push(p);
    const box = boxes.get(p);
    if (box === undefined) break;
    p = box.owner;
  }
  const cycle = boxes.has(p) ? seen.slice(seen.indexOf(p)) : seen;
  const steps = cycle.filter((held) => boxes.has(held)).map((held) => `${held.name} waits for room in ${describe(boxes.get(held)!)}`);
  const end = boxes.has(p) ? "" : `, and ${whyNotRead(p, system)}`;
  const advice = "give the box more room, or read it before sending";
  return new Deadlock(`Cannot go on: deadlock: ${steps.join(", ")}${end}; ${advice}`);
}

/** Every held component, with a box that holds it. */
function fullBoxes(system: System): Map<Microprocess, Inbox> {
  const found = new Map<Microprocess, Inbox>();
  const all: Microprocess[] = [...system.roots];
  for (const p of all) {
    if (p.children !== undefined) for (const child of p.children) all.push(child);
    for (const [, box] of boxesOf(p)) noteWaiters(box, found);
  }
  const outside = new Set<Inbox>();
  for (const p of all) {
    if ((p.flags & HELD) === 0 || found.has(p)) continue;
    for (const box of boxesOutside(p)) {
      if (!outside.has(box)) noteWaiters(box, found);
      outside.add(box);
    }
  }
  return found;
}

/** A box of a component that was never activated is not among the system's own: look along the held component's linkages. */
function* boxesOutside({ component: { outboxes } }: Microprocess): Generator<Inbox> {
  for (const name in outboxes) {
    const target: Inbox | undefined = outboxes[name]!.target;
    if (target !== undefined) yield target;
  }
}

function noteWaiters(box: Inbox, found: Map<Microprocess, Inbox>): void {
  for (const waiter of inOrder(box.waiters))
    if (typeof waiter !== "function" && (waiter.flags & HELD) !== 0 && !found.has(waiter)) found.set(waiter, box);
}

function describe(box: Inbox): string {
  return `${box.owner.nameOfBox(box)} (${box.length} of ${box.bound})`;
}

function whyNotRead(p: Microprocess, system: System): string {
  if ((p.flags & STARTED) === 0) return `${p.name} was never activated`;
  if (p.system !== system) return `${p.name} is in another system`;
  const { wait } = p;
  const boxes = wait instanceof Inbox ? [wait] : wait instanceof AnyOf ? wait.boxes : [];
  return boxes.length === 0 ? `${p.name} does not read it` : `${p.name} waits for ${boxes.map((box) => p.nameOfBox(box)).join(" or ")}`;
}

function boxesOf(p: Microprocess): [string, Inbox][] {
  return Object.entries(p.component.inboxes);
}
