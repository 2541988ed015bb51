// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent } from "./Component.ts";
import { ENDED, HAS_INPUT, PAUSING, REGISTERED } from "./flags.ts";
import { Inbox, WAKES } from "./Inbox.ts";
import { linkageFrom } from "./linkage.ts";
import { Microprocess } from "./Microprocess.ts";
import { Outbox } from "./Outbox.ts";
import { AnyOf, PAUSED } from "./waits.ts";

/** How to add a box. */
export interface BoxOptions {
  /** One line of documentation. Default: none. */
  readonly doc?: string;
}

/** How to add an inbox. */
export interface InboxOptions extends BoxOptions {
  /** How many messages make it full. Default 128. */
  readonly bound?: number;
}

/**
 * Gives a component one more inbox while it lives. If it has one of this name, the new one's name gets a number that no other box of the component ever had.
 *
 * @param component for the most part `self`
 * @throws Error when the component has ended
 * @example
 * const replies = addInbox<string>(self, "replies");
 * self.link([Echo().activate(), "outbox"], replies);
 * while (yield anyOf(inbox, replies)) for (const reply of replies) outbox.send(reply);
 */
export function addInbox<T = any>(component: AnyComponent, name = "inbox", { doc, bound }: InboxOptions = {}): Inbox<T> {
  const p = component.microprocess;
  const box = new Inbox<T>(p);
  if (bound !== undefined) box.setBound(bound);
  const extras = (p.extras ??= {});
  extras.inputs = inputsOf(p) + 1;
  add(p, "inbox", name, box, doc);
  p.flags |= HAS_INPUT;
  if (p.wait === PAUSED || (p.flags & PAUSING) !== 0) box.onArrival |= WAKES;
  return box;
}

/**
 * Gives a component one more outbox while it lives. If it has one of this name, the new one's name gets a number that no other box of the component ever had.
 *
 * @throws Error when the component has ended
 */
export function addOutbox<T = any>(component: AnyComponent, name = "outbox", { doc }: BoxOptions = {}): Outbox<T> {
  const box = new Outbox<T>(component.microprocess);
  add(component.microprocess, "outbox", name, box, doc);
  return box;
}

/**
 * Takes an inbox from a component, after all linkages from and to it have been unlinked, and services that it offers deregistered.
 * Messages left in it are dropped and counted, and so is what still comes to it; whoever waits for room in it goes on.
 *
 * @param box its name, or the box itself
 * @throws RangeError when the component has no such inbox; or for "control", which every component has
 */
export function deleteInbox(component: AnyComponent, box: string | Inbox): void {
  const p = component.microprocess;
  const name = find(p, "inbox", box);
  const inbox = component.inboxes[name] as Inbox;
  if ((p.flags & REGISTERED) !== 0) component.system.services.forget(component, inbox);
  const left = inputsOf(p) - 1;
  (p.extras ??= {}).inputs = left;
  remove(p, "inbox", name, inbox);
  const unread = inbox.length;
  bury(p, inbox, unread);
  inbox.close();
  for (let i = 0; i < unread; i++) inbox.recv();
  if (left === 0) p.flags &= ~HAS_INPUT;
  if (p.wait === inbox || (p.wait instanceof AnyOf && p.wait.boxes.includes(inbox))) p.wake(); // to be told that it waits in vain
}

/**
 * Takes an outbox from a component, after all linkages from and to it have been unlinked.
 *
 * @param box its name, or the box itself
 * @throws RangeError when the component has no such outbox; or for "signal", which every component has
 */
export function deleteOutbox(component: AnyComponent, box: string | Outbox): void {
  const p = component.microprocess;
  const name = find(p, "outbox", box);
  const outbox = component.outboxes[name] as Outbox;
  remove(p, "outbox", name, outbox);
  bury(p, outbox, 0);
}

/** @internal What was said about a box when it was added. */
export function docOf(box: Inbox | Outbox): string | undefined {
  return added.get(box)?.doc;
}

/** @internal The name of a box that was added. */
export function nameOf(box: Inbox | Outbox): string | undefined {
  return added.get(box)?.name;
}

/** Boxes that were added: a component may have ten thousand of them, and find each at once. */
const added = new WeakMap<Inbox | Outbox, { readonly name: string; readonly doc: string | undefined }>();

type Kind = "inbox" | "outbox";

/** How many inboxes it has beside "control". */
function inputsOf({ extras, component }: Microprocess): number {
  return extras?.inputs ?? Object.keys(component.inboxes).filter((name) => name !== "control").length;
}

function boxesOf(p: Microprocess, kind: Kind): Record<string, Inbox | Outbox> {
  return kind === "inbox" ? p.component.inboxes : p.component.outboxes;
}

function add(p: Microprocess, kind: Kind, wanted: string, box: Inbox | Outbox, doc: string | undefined): void {
  if ((p.flags & ENDED) !== 0) throw new Error(`Cannot add ${kind} "${wanted}" to ${p.name}: it has ended`);
  const boxes = boxesOf(p, kind);
  let name = wanted;
  while (Object.hasOwn(boxes, name)) {
    const extras = (p.extras ??= {});
    const number = (extras.nextBox ??= 2);
    extras.nextBox = number + 1;
    name = `${wanted}${number}`;
  }
  Object.defineProperty(boxes, name, { value: box, writable: true, enumerable: true, configurable: true }); // whatever the name is, "__proto__" included
  added.set(box, { name, doc });
  p.system?.changes?.emit({ type: "boxAdded", component: p.component, box: name });
}

function find(p: Microprocess, kind: Kind, which: string | Inbox | Outbox): string {
  const boxes = boxesOf(p, kind);
  const known = typeof which === "string" ? which : nameOf(which);
  const isKnown = known !== undefined && (typeof which === "string" || boxes[known] === which);
  const name = isKnown ? known : Object.keys(boxes).find((candidate) => boxes[candidate] === which);
  if (name === undefined || !Object.hasOwn(boxes, name)) {
    const names = Object.keys(boxes); // listed only here: a component may lose ten thousand boxes one by one
    const called = name === undefined ? `an ${kind} of ${p.name}` : `${p.name}.${name}`;
    const fault = name === undefined ? "it is not there, or not any more" : `${p.name} has no ${kind} "${name}"`;
    throw new RangeError(`Cannot delete ${called}: ${fault}, only ${names.map((known) => `"${known}"`).join(", ")}`);
  }
  if (name === (kind === "inbox" ? "control" : "signal")) throw new RangeError(`Cannot delete ${p.name}.${name}: every component has one`);
  return name;
}

function remove(p: Microprocess, kind: Kind, name: string, box: Inbox | Outbox): void {
  linkageFrom(box)?.unlink();
  for (const linkage of [...(box.sources ?? [])]) linkage.unlink();
  delete boxesOf(p, kind)[name];
  p.system?.changes?.emit({ type: "boxDeleted", component: p.component, box: name });
}

/** From now on the box belongs to somebody who has ended: what comes to it is dropped and counted, and the count lives as long as the box. */
function bury(p: Microprocess, box: Inbox | Outbox, left: number): void {
  const dropped = box.drops + left;
  const grave = new Microprocess(p.component, ENDED);
  grave.id = p.id;
  if (dropped > 0) {
    grave.extras = { drops: new Map([[box, dropped]]) };
    const extras = (p.extras ??= {});
    extras.lost = (extras.lost ?? 0) + dropped;
    extras.drops?.delete(box);
  }
  (box as { owner: Microprocess }).owner = grave;
}
