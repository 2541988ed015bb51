// SPDX-License-Identifier: Apache-2.0
import { Inbox } from "./Inbox.ts";
import { type Box, Linkage, linkageFrom, rerouted } from "./linkage.ts";
import type { Outbox } from "./Outbox.ts";
import { callOutside } from "./running.ts";

/** Somebody who sees what passes a box; if there is a linkage, only what passes along it. */
interface Tap {
  readonly linkage: Linkage | undefined;
  readonly see: (message: any) => void;
}

/**
 * Shows a function every message that passes: that an outbox sends, that comes to an inbox, or that takes a linkage; also when boxes are linked anew
 * meanwhile. It is the message itself, which belongs to its receiver: look at it, do not change it. What the function throws is reported as an
 * uncaught error; sender and receiver notice nothing. Boxes that nobody taps are as fast as if taps did not exist.
 *
 * @param see called before the message arrives
 * @returns a function that ends it; that of a linkage ends with the linkage, too
 * @example
 * const echo = Echo<string>();
 * const untap = tap(echo.outboxes.outbox, (message) => console.log(message));
 * await Pipeline(Feed(["hello"]), echo).run(); // hello
 */
export function tap<T>(what: Inbox<T> | Outbox<T>, see: (message: T) => void): () => void;
export function tap(what: Linkage, see: (message: any) => void): () => void;
export function tap(what: Box | Linkage, see: (message: any) => void): () => void {
  const linkage = what instanceof Linkage ? what : undefined;
  if (linkage?.isOver === true) throw new Error(`Cannot tap ${linkage.toString()}: it is unlinked`);
  const box = what instanceof Linkage ? what.source : what;
  const added: Tap = { linkage, see };
  taps.set(box, [...(taps.get(box) ?? []), added]);
  count++;
  rerouted.tell = refresh;
  refreshUpstream(box);
  return () => {
    if (remove(box, (one) => one === added)) refreshUpstream(box);
  };
}

/** The taps at each tapped box. */
const taps = new WeakMap<Box, readonly Tap[]>();
/** How many there are. */
let count = 0;
/** What is to be called with messages that enter here: the taps of this box and of those further on, but not those of the inbox at the end. */
const ways = new WeakMap<Box, readonly Tap[]>();
/** Prototypes of tapped boxes, by the prototypes that they stand in for. */
const standIns = new WeakMap<object, object>();
/** And back. */
const originals = new WeakMap<object, object>();

function remove(box: Box, which: (tap: Tap) => boolean): boolean {
  const before = taps.get(box);
  if (before === undefined) return false;
  const after = before.filter((one) => !which(one));
  if (after.length === before.length) return false;
  if (after.length === 0) taps.delete(box);
  else taps.set(box, after);
  count -= before.length - after.length;
  if (count === 0) rerouted.tell = undefined;
  return true;
}

function refreshUpstream(box: Box): void {
  const todo = [box];
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    refresh(one);
    for (const { source } of one.sources ?? []) todo.push(source);
  }
}

/** Finds out anew what taps a message meets that enters at this box, and makes the box call them, or not call anybody any more. */
function refresh(box: Box): void {
  remove(box, ({ linkage }) => linkage?.isOver === true);
  const way = wayFrom(box);
  if (way.length > 0) ways.set(box, way);
  else ways.delete(box);
  const isTapped = way.length > 0 || taps.has(box);
  const prototype = Object.getPrototypeOf(box) as object;
  const original = originals.get(prototype);
  if (isTapped && original === undefined) Object.setPrototypeOf(box, standInFor(prototype));
  if (!isTapped && original !== undefined) Object.setPrototypeOf(box, original);
}

/** The taps from a box on, without those of the inbox at the end, which shows what comes to it by itself. */
function wayFrom(box: Box): Tap[] {
  const way: Tap[] = [];
  for (let one: Box | undefined = box; one !== undefined && !(one instanceof Inbox && one.next === undefined); one = one.next) {
    for (const each of taps.get(one) ?? []) if (each.linkage === undefined || each.linkage === linkageFrom(one)) way.push(each);
  }
  return way;
}

/** The same prototype, with methods that show messages first. It is exchanged instead of the methods, so that all tapped boxes have one shape. */
function standInFor(original: object): object {
  const known = standIns.get(original);
  if (known !== undefined) return known;
  const { send, deliver, accept, moveTo } = original as Partial<Outbox & Inbox>;
  const methods = {
    send(this: Outbox, message: unknown): void {
      show(ways.get(this), message);
      send!.call(this, message);
    },
    deliver(this: Inbox, message: unknown): void {
      if (this.next !== undefined) show(ways.get(this), message);
      deliver!.call(this, message);
    },
    accept(this: Inbox, message: unknown): void {
      show(taps.get(this), message);
      accept!.call(this, message);
    },
    moveTo(this: Inbox, to: Inbox): void {
      const way = wayFrom(this.next!); // what waited here was seen here when it came
      for (let i = this.head; i < this.tail; i++) show(way, this.ring[i & this.mask]);
      moveTo!.call(this, to);
    },
  };
  const names = accept === undefined ? (["send"] as const) : (["deliver", "accept", "moveTo"] as const);
  const standIn: object = Object.create(original, Object.fromEntries(names.map((name) => [name, { value: methods[name] }])));
  standIns.set(original, standIn);
  originals.set(standIn, original);
  return standIn;
}

function show(seers: readonly Tap[] | undefined, message: unknown): void {
  if (seers !== undefined) for (const { see } of seers) callOutside(() => see(message));
}
