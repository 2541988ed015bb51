// SPDX-License-Identifier: Apache-2.0
import { BoxAlreadyLinkedToDestination } from "./errors.ts";
import { Inbox } from "./Inbox.ts";
import { Members } from "./Members.ts";
import type { Microprocess } from "./Microprocess.ts";
import { Outbox } from "./Outbox.ts";
import { callOutside } from "./running.ts";
import { Crowd, inOrder, isWaiting, joined } from "./waiters.ts";

/** A box of either kind. */
export type Box = Inbox | Outbox;

/** A link from one box to another. It ends with `unlink()`, or with the component that made it. */
export class Linkage {
  /** Where messages come from: an outbox, or an inbox that is passed through. */
  readonly source: Box;
  /** Where they go: an inbox, or an outbox that passes on what a child sends. */
  readonly sink: Box;
  /** @internal */ readonly maker: Microprocess | undefined;
  /** @internal How many messages make the inbox full, if this linkage says so. */ readonly bound: number | undefined;
  /** @internal Its place among those that its maker made. */ place = -1;
  #over = false;
  /** Its place among those that lead to the sink: a hundred thousand of them are unlinked without a search. */
  #place: number;

  /** @internal */
  constructor(source: Box, sink: Box, maker: Microprocess | undefined, bound: number | undefined) {
    this.source = source;
    this.sink = sink;
    this.maker = maker;
    this.bound = bound;
    this.#place = sink.sources?.length ?? 0;
  }

  /** Whether it has ended. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Ends the link. Messages that have arrived stay where they are; what is sent from now on stays at the source, or is dropped. */
  unlink(): void {
    if (this.#over) return;
    this.#over = true;
    this.source.next = undefined;
    const sources = this.sink.sources!;
    const last = sources.pop()!;
    if (last !== this) {
      sources[this.#place] = last;
      last.#place = this.#place;
    }
    if (this.bound !== undefined && this.sink instanceof Inbox) forgetBound(this.sink, this);
    this.maker?.linkages?.delete(this);
    retarget(this.source);
    announce("unlinked", this);
  }

  /** `Feed_1.outbox → Echo_2.inbox` */
  toString(): string {
    return `${nameOf(this.source)} → ${nameOf(this.sink)}`;
  }
}

/**
 * Links two boxes: outbox to inbox; inbox to inbox of a child (passthrough inwards); outbox of a child to outbox (passthrough outwards).
 * Chains of any length cost nothing extra: every outbox knows the inbox at the far end. What already waits in a passed-through inbox moves on, in order.
 *
 * @param bound how many messages make the inbox full while this linkage lasts
 * @throws BoxAlreadyLinkedToDestination when the source is linked already
 * @throws RangeError when the linkage would close a loop of passed-through boxes
 */
export function link(source: Box, sink: Box, bound: number | undefined, maker: Microprocess | undefined): Linkage {
  if (source.next !== undefined) {
    throw new BoxAlreadyLinkedToDestination(
      `${cannot(source, sink)}: it is linked to ${nameOf(source.next)} already; unlink it first, or use a Splitter`,
    );
  }
  if (source instanceof Inbox && sink instanceof Outbox)
    throw new TypeError(`${cannot(source, sink)}: messages go from an inbox only to another inbox`);
  for (let box: Box | undefined = sink; box !== undefined; box = box.next) {
    if (box === source) throw new RangeError(`${cannot(source, sink)}: messages would go round in a loop of passed-through boxes`);
  }
  const linkage = new Linkage(source, sink, maker, bound);
  if (bound !== undefined && sink instanceof Inbox) useBound(sink, linkage);
  source.next = sink;
  if (sink.sources === undefined) sink.sources = [linkage];
  else sink.sources.push(linkage);
  if (maker !== undefined) ((maker.extras ??= {}).linkages ??= new Members()).add(linkage);
  retarget(source);
  announce("linked", linkage);
  return linkage;
}

function cannot(source: Box, sink: Box): string {
  return `Cannot link ${nameOf(source)} to ${nameOf(sink)}`;
}

/** The inbox at the end of a chain, if it ends in one. */
export function finalSink(box: Box): Inbox | undefined {
  let end: Box = box;
  while (end.next !== undefined) end = end.next;
  return end instanceof Inbox ? end : undefined;
}

/** The linkage that begins at a box. */
export function linkageFrom(box: Box): Linkage | undefined {
  return box.next?.sources?.find(({ source }) => source === box);
}

/** While somebody taps boxes: told of each box whose messages may have a new way. */
export const rerouted: { tell: ((box: Box) => void) | undefined } = { tell: undefined };

/** Tells everybody upstream of a box where their messages now end, and moves what waits on the way. */
function retarget(changed: Box): void {
  const target = finalSink(changed);
  const todo: Box[] = [changed];
  for (let box = todo.pop(); box !== undefined; box = todo.pop()) {
    rerouted.tell?.(box);
    if (box instanceof Outbox) {
      const old = box.target;
      box.target = target;
      if (old?.waiters !== undefined && old !== target) moveHold(box.owner, old, target);
    } else if (target !== undefined && box !== target) box.moveTo(target);
    if (box.sources !== undefined) for (const linkage of box.sources) todo.push(linkage.source);
  }
}

/** A component that waited for room where its messages went before waits for room where they go now, if it has to. Others look again. */
function moveHold(p: Microprocess, from: Inbox, to: Inbox | undefined): void {
  const { waiters } = from;
  const { outboxes } = p.component;
  const stillLinked = Object.keys(outboxes).some((name) => outboxes[name]!.target === from);
  if (waiters instanceof Crowd && waiters.outside === 0) {
    if (stillLinked || !waiters.delete(p)) return;
    if (waiters.size === 0) from.waiters = undefined;
    waitAt(to, p);
    return;
  }
  from.waiters = undefined;
  for (const waiter of inOrder(waiters)) {
    if (typeof waiter === "function") callOutside(waiter);
    else if (waiter !== p || stillLinked) from.waiters = joined(from.waiters, waiter);
    else waitAt(to, p);
  }
}

function waitAt(to: Inbox | undefined, p: Microprocess): void {
  if (to?.full === true && !isWaiting(to.waiters, p)) to.waiters = joined(to.waiters, p);
  else p.release();
}

/** Inboxes whose bounds were set by linkages: the bound of their own, and the linkages, the last of which counts. */
const bounds = new WeakMap<Inbox, { readonly own: number; readonly linkages: Linkage[] }>();

function useBound(box: Inbox, linkage: Linkage): void {
  const own = box.bound;
  box.setBound(linkage.bound!);
  const known = bounds.get(box);
  if (known === undefined) bounds.set(box, { own, linkages: [linkage] });
  else known.linkages.push(linkage);
}

function forgetBound(box: Inbox, linkage: Linkage): void {
  const { own, linkages } = bounds.get(box)!;
  linkages.splice(linkages.indexOf(linkage), 1);
  const last = linkages.at(-1);
  if (last === undefined) bounds.delete(box);
  box.setBound(last?.bound ?? own);
}

function nameOf(box: Box): string {
  return box.owner.nameOfBox(box);
}

function announce(type: "linked" | "unlinked", linkage: Linkage): void {
  const { source, sink, maker } = linkage;
  (maker?.system ?? source.owner.system ?? sink.owner.system)?.changes?.emit({ type, linkage });
}
