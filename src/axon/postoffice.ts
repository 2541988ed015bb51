// SPDX-License-Identifier: Apache-2.0
import type { Component } from "./Component.ts";
import { Inbox } from "./Inbox.ts";
import type { Box } from "./linkage.ts";
import { Outbox } from "./Outbox.ts";

/** A box, or the component and the name it has there. */
export type BoxRef = Box | readonly [component: Component<any, any>, name: string];

/** @internal The inbox of this name, or an error that names those there are. */
export function inboxOf(component: Component<any, any>, name: string, called?: string): Inbox {
  return find<Inbox>("inbox", component.inboxes, name, component, called);
}

/** @internal The outbox of this name, or an error that names those there are. */
export function outboxOf(component: Component<any, any>, name: string, called?: string): Outbox {
  return find<Outbox>("outbox", component.outboxes, name, component, called);
}

/** @internal The box that was meant. */
export function resolve(ref: BoxRef, kind: "inbox" | "outbox"): Box {
  if (ref instanceof Inbox || ref instanceof Outbox) return ref;
  const [component, name] = Array.isArray(ref) ? (ref as readonly unknown[] as readonly [Component<any, any>, string]) : [];
  if (component?.microprocess === undefined || name === undefined)
    throw new TypeError(`Cannot link: what is meant as an ${kind} is ${String(ref)}; give a box, or [component, "name"]`);
  return kind === "inbox" ? inboxOf(component, name) : outboxOf(component, name);
}

function find<B>(
  what: "inbox" | "outbox",
  boxes: Record<string, B>,
  name: string,
  component: Component<any, any>,
  alias: string | undefined,
): B {
  if (Object.hasOwn(boxes, name)) return boxes[name]!;
  throw noSuchBox(component, what, name, "link", alias);
}

/** @internal An error that names the boxes that there are. */
export function noSuchBox(
  component: Component<any, any>,
  what: "inbox" | "outbox",
  name: string,
  action: string,
  alias?: string,
): RangeError {
  const called = alias ?? component.name;
  const known = Object.keys(what === "inbox" ? component.inboxes : component.outboxes).map((box) => `"${box}"`);
  return new RangeError(`Cannot ${action} ${called}.${name}: ${called} has no ${what} "${name}", only ${known.join(", ")}`);
}
