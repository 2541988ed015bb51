// SPDX-License-Identifier: Apache-2.0
import { BoxAlreadyLinkedToDestination } from "./errors.ts";
import { Inbox } from "./Inbox.ts";
import type { Microprocess } from "./Microprocess.ts";
import { Outbox } from "./Outbox.ts";

/** A box of either kind. */
export type Box = Inbox | Outbox;

/** A link from one box to another. It ends with `unlink()`, or with the component that made it. */
export class Linkage {
  /** Where messages come from: an outbox, or an inbox that is passed through. */
  readonly source: Box;
  /** Where they go: an inbox, or an outbox that passes on what a child sends. */
  readonly sink: Box;
  /** @internal */ readonly maker: Microprocess | undefined;
  /** @internal What the bound of the inbox was before this linkage set one. */ readonly boundBefore: number | undefined;

  /** @internal */
  constructor(source: Box, sink: Box, maker: Microprocess | undefined, boundBefore: number | undefined) {
    this.source = source;
    this.sink = sink;
    this.maker = maker;
    this.boundBefore = boundBefore;
  }

  /** Ends the link. Messages that have arrived stay where they are; what is sent from now on stays at the source, or is dropped. */
  unlink(): void {
    if (this.source.next !== this.sink) return;
    this.source.next = undefined;
    this.sink.sources!.splice(this.sink.sources!.indexOf(this.source), 1);
    if (this.boundBefore !== undefined && this.sink instanceof Inbox) this.sink.setBound(this.boundBefore);
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
  const what = (): string => `Cannot link ${nameOf(source)} to ${nameOf(sink)}`;
  if (source.next !== undefined) {
    throw new BoxAlreadyLinkedToDestination(
      `${what()}: it is linked to ${nameOf(source.next)} already; unlink it first, or use a Splitter`,
    );
  }
  if (source instanceof Inbox && sink instanceof Outbox) throw new TypeError(`${what()}: messages go from an inbox only to another inbox`);
  for (let box: Box | undefined = sink; box !== undefined; box = box.next) {
    if (box === source) throw new RangeError(`${what()}: messages would go round in a loop of passed-through boxes`);
  }
  let boundBefore: number | undefined;
  if (bound !== undefined && sink instanceof Inbox) {
    boundBefore = sink.bound;
    sink.setBound(bound);
  }
  const linkage = new Linkage(source, sink, maker, boundBefore);
  source.next = sink;
  if (sink.sources === undefined) sink.sources = [source];
  else sink.sources.push(source);
  if (maker !== undefined) ((maker.extras ??= {}).linkages ??= new Set()).add(linkage);
  retarget(source);
  announce("linked", linkage);
  return linkage;
}

/** The inbox at the end of a chain, if it ends in one. */
export function finalSink(box: Box): Inbox | undefined {
  let end: Box = box;
  while (end.next !== undefined) end = end.next;
  return end instanceof Inbox ? end : undefined;
}

/** Tells everybody upstream of a box where its messages now end, and moves what waits on the way. */
function retarget(changed: Box): void {
  const target = finalSink(changed);
  const todo: Box[] = [changed];
  for (let box = todo.pop(); box !== undefined; box = todo.pop()) {
    if (box instanceof Outbox) box.target = target;
    else if (target !== undefined && box !== target) box.moveTo(target);
    if (box.sources !== undefined) todo.push(...box.sources);
  }
}

function nameOf(box: Box): string {
  return box.owner.nameOfBox(box);
}

function announce(type: "linked" | "unlinked", linkage: Linkage): void {
  linkage.source.owner.system?.changes?.emit({ type, linkage });
}
