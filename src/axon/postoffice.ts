// SPDX-License-Identifier: Apache-2.0
import type { Component } from "./Component.ts";
import type { Inbox } from "./Inbox.ts";
import type { Box } from "./linkage.ts";
import type { Outbox } from "./Outbox.ts";

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
  if (!isPair(ref)) return ref;
  return kind === "inbox" ? inboxOf(ref[0], ref[1]) : outboxOf(ref[0], ref[1]);
}

function isPair(ref: BoxRef): ref is readonly [Component<any, any>, string] {
  return Array.isArray(ref);
}

function find<B>(what: string, boxes: Record<string, B>, name: string, component: Component<any, any>, alias: string | undefined): B {
  if (Object.hasOwn(boxes, name)) return boxes[name]!;
  const called = alias ?? component.name;
  const known = Object.keys(boxes).map((box) => `"${box}"`);
  throw new RangeError(`Cannot link ${called}.${name}: ${called} has no ${what} "${name}", only ${known.join(", ")}`);
}
