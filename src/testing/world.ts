// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import {
  BoxAlreadyLinkedToDestination,
  type Component,
  Deadlock,
  type Inbox,
  type Linkage,
  type Outbox,
  producerFinished,
  System,
  waitsFor,
} from "../axon/index.ts";
import { Actor } from "./actor.ts";
import { make } from "./make.ts";
import { VirtualClock } from "./VirtualClock.ts";

/** Each component of a world has two inboxes and two outboxes of these names. */
export type Name = "a" | "b";
/** What a component does next. */
export type Step =
  | { do: "read" | "drain"; from: Name; how: "forward" | "drop" | "duplicate"; to: Name }
  | { do: "send"; count: number; to: Name }
  | { do: "trySend"; to: Name }
  | { do: "sleep"; time: number }
  | { do: "wait"; time: number; from: Name }
  | { do: "pause"; before: Action | undefined }
  | { do: "act"; action: Action }
  | { do: "yield" | "end" };
/** What is done to the graph. Components are given by numbers, taken modulo how many there are. */
export type Action =
  | { type: "deliver"; part: number; box: Name }
  | { type: "link"; from: number; outbox: Name; to: number; inbox: Name; bound: number | undefined; maker: number | undefined }
  | { type: "pass" | "passOut"; from: number; to: number; box: Name }
  | { type: "unlink"; which: number }
  | { type: "size"; part: number; box: Name; bound: number }
  | { type: "stop"; part: number; gently: boolean }
  | { type: "kill"; part: number };
/** What a component does in its life: the steps, so many times; then it reads and drops until it is told to stop. */
export interface Life {
  parent: number;
  bounds: Record<Name, number>;
  rounds: number;
  steps: Step[];
  lastWords: boolean;
}
/** Components, how they are wired, and what is done to them after so many turns. */
export interface Graph {
  parts: Life[];
  wiring: Action[];
  actions: { after: number; action: Action }[];
}
type Box = Inbox | Outbox;
export interface Message {
  readonly id: number;
  /** How often it may still be sent on, so that nothing goes round for ever. */
  readonly life: number;
}

const NAMES = ["a", "b"] as const;

/** How many messages a component sends at most in one turn: all of a round, and one of a `finally`. Draining stops after the message that finds a box full. */
function mostOf({ steps }: Life): number {
  const each = steps.map((step) => (step.do === "send" ? step.count : step.do === "trySend" ? 1 : "how" in step ? 2 : 0));
  return each.reduce((sum, count) => sum + count, 1);
}

/** How many messages ever came to a component. */
export function arrivals(part: Component<any, any>): number {
  return NAMES.reduce((sum, name) => sum + part.inboxes[name]!.tail, 0);
}

/**
 * A random graph, running, and beside it a model of the kernel that is as simple as can be: a list for each inbox, what is linked to what, and who is held
 * by which box. Whatever happens, the two must agree. @internal
 */
export class World {
  readonly system: System = new System({ manual: true, clock: new VirtualClock() });
  readonly parts: Component<any, any>[] = [];
  readonly #graph: Graph;
  /** What waits in each inbox. */
  readonly #waiting = new Map<Inbox, Message[]>();
  readonly #drops = new Map<Box, number>();
  readonly #next = new Map<Box, Box>();
  readonly #linkages: { readonly linkage: Linkage; readonly maker: Component<any, any> }[] = [];
  /** By which full boxes each component is held. */
  readonly #holds = new Map<Component<any, any>, Set<Inbox>>();
  readonly #ended = new Set<Component<any, any>>();
  readonly killed: Set<Component<any, any>> = new Set();
  /** What each component waits for: boxes; after `pause()`, how many messages had come by then. */
  readonly waitsAt: Map<Component<any, any>, { readonly boxes: readonly Inbox[]; readonly arrived?: number }> = new Map();
  /** What came to an inbox otherwise than from senders that can be held, and the highest bound that it ever had. */
  readonly #allowance = new Map<Inbox, { extra: number; bound: number }>();
  readonly #mostOfAll: number;
  /** Makes linkages, and never ends. */
  readonly #wirer = make("Wirer", function* () {});
  running: Component<any, any> | undefined;
  #someoneHeld = false;
  #ids = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#mostOfAll = graph.parts.reduce((sum, life) => sum + mostOf(life), 0);
    for (const [i, life] of graph.parts.entries()) this.parts.push(this.#part(`P${i}`, life));
    for (const [i, { parent, bounds }] of graph.parts.entries()) {
      for (const name of NAMES) this.parts[i]!.setInboxSize(name, bounds[name]);
      if (parent >= 0 && parent < i) this.parts[parent]!.addChildren(this.parts[i]!);
    }
    this.system.observe((change) => {
      if (change.type === "ended") this.#hasEnded(change.component);
    });
  }

  /** Runs until nothing is left to do, with the actions in between. Answers the deadlock, if there was one. */
  async run(): Promise<Deadlock | undefined> {
    for (const action of this.#graph.wiring) this.act(action);
    for (const part of this.parts) if (!this.isOver(part)) this.system.activate(part);
    const outcome = this.#outcome();
    const later = this.#graph.actions.toSorted((a, b) => b.after - a.after);
    for (let turns = 0; ; turns++) {
      assert(turns < 20_000, "the system goes on for ever");
      while (later.length > 0 && later.at(-1)!.after <= turns) this.act(later.pop()!.action);
      if (!this.system.stopping && this.system.live > 0) this.#someoneHeld = this.parts.some((part) => this.holdsOf(part).size > 0);
      const had = this.system.step();
      this.#checkLengths();
      if (had !== undefined) continue;
      const deadlock = await outcome(later.length > 0);
      if (deadlock !== undefined) assert(this.#someoneHeld, `nobody is held, and yet: ${deadlock.message}`);
      if (deadlock !== undefined || later.length === 0) return deadlock;
      this.act(later.pop()!.action);
    }
  }

  /** What must hold when nobody has anything to do any more. */
  checkRest(): void {
    assert.equal(this.system.held, 0, "somebody is held, and nobody says so");
    for (const part of this.parts) {
      if (this.isOver(part) || part.id === 0) continue;
      const { boxes, arrived } = this.waitsAt.get(part) ?? { boxes: [] };
      for (const inbox of boxes) assert.equal(inbox.length, 0, `${part.name} ${waitsFor(part)}, and there is something`);
      if (arrived !== undefined) assert.equal(arrivals(part), arrived, `${part.name} ${waitsFor(part)}, and it did`);
      assert.notEqual(waitsFor(part), "waits for its turn");
      const told = part.shutdown?.type;
      if (told === undefined || this.waitsAt.has(part)) continue;
      for (const child of part.childComponents())
        assert(child.shutdown !== undefined, `${part.name} was told ${told}, ${child.name} was not`);
    }
    this.checkBoxes();
  }

  /** Boxes hold what they should hold, and have dropped what they should have dropped. */
  checkBoxes(): void {
    for (const part of this.parts) {
      for (const name of NAMES) {
        const inbox = part.inboxes[name]!;
        const there = Array.from({ length: inbox.length }, (_, i) => inbox.ring[(inbox.head + i) & inbox.mask]);
        assert.deepEqual(there, this.#waiting.get(inbox) ?? [], `what waits in ${part.name}.${name}`);
        for (const box of [inbox, part.outboxes[name]!])
          assert.equal(box.drops, this.#drops.get(box) ?? 0, `dropped at ${part.name}.${name}`);
      }
    }
  }

  /** Stops the system: all must end. */
  async stop(): Promise<void> {
    const stopped = this.system.stop({ within: 1000 });
    for (let turns = 0; this.system.step() !== undefined; turns++) assert(turns < 20_000, "the system does not stop");
    await stopped;
    const { live, held, sleeping, pending, roots } = this.system;
    assert.deepEqual({ live, held, sleeping, pending, roots: roots.size }, { live: 0, held: 0, sleeping: 0, pending: 0, roots: 0 });
    this.checkBoxes();
  }

  act(action: Action): void {
    this.#noteBounds();
    this.#do(action);
    this.#noteBounds();
    this.sweep();
  }

  #do(action: Action): void {
    const part = (i: number): Component<any, any> => this.parts[i % this.parts.length]!;
    switch (action.type) {
      case "deliver":
        return this.#deliver(part(action.part).inboxes[action.box]!);
      case "link": {
        const maker = action.maker === undefined || this.isOver(part(action.maker)) ? this.#wirer : part(action.maker);
        return this.#link(part(action.from).outboxes[action.outbox]!, part(action.to).inboxes[action.inbox]!, maker, action.bound);
      }
      case "pass":
        return this.#link(part(action.from).inboxes[action.box]!, part(action.to).inboxes[action.box]!, this.#wirer);
      case "passOut":
        return this.#link(part(action.from).outboxes[action.box]!, part(action.to).outboxes[action.box]!, this.#wirer);
      case "unlink": {
        const [gone] = this.#linkages.splice(action.which % Math.max(1, this.#linkages.length), 1);
        if (gone === undefined) return;
        this.#rerouting(() => this.#next.delete(gone.linkage.source));
        return gone.linkage.unlink();
      }
      case "size":
        return part(action.part).setInboxSize(action.box, action.bound);
      case "stop":
        return part(action.part).stop(action.gently ? producerFinished() : undefined);
      case "kill":
        this.#noteKilled(part(action.part));
        return part(action.part).kill();
    }
  }

  #deliver(inbox: Inbox): void {
    const message = this.message(3);
    const end = this.#end(inbox) as Inbox;
    this.#allowance.get(end)!.extra++;
    this.arrives(inbox, message);
    inbox.deliver(message);
  }

  #link(from: Box, to: Box, maker: Component<any, any>, bound?: number): void {
    const loop = this.#leadsTo(to, from);
    const taken = this.#next.has(from);
    try {
      const linkage = maker.link(from, to, bound === undefined ? {} : { bound });
      assert(!loop && !taken, "the linkage is not possible");
      this.#linkages.push({ linkage, maker });
    } catch (error) {
      if (error instanceof BoxAlreadyLinkedToDestination && taken) return;
      if (error instanceof RangeError && loop && !taken) return;
      throw error;
    }
    this.#rerouting(() => {
      this.#next.set(from, to);
      const end = this.#end(from);
      for (const [box, waiting] of this.#waiting) {
        if (box === end || this.#end(box) !== end || waiting.length === 0) continue;
        const moved = waiting.splice(0);
        this.#allowance.get(end as Inbox)!.extra += moved.length;
        for (const message of moved) this.#lands(end, message, end);
        for (const [part, holds] of this.#holds) if (holds.delete(box)) this.#holdIfFull(part, end);
      }
    });
  }

  /** Who was held by a box that it does not send to any more is held by the box that it sends to now, if that is full. */
  #rerouting(change: () => void): void {
    const outboxes = this.parts.flatMap((part) => NAMES.map((name) => ({ part, box: part.outboxes[name]! })));
    const before = outboxes.map(({ box }) => this.#end(box));
    change();
    const after = outboxes.map(({ box }) => this.#end(box));
    for (const [i, { part }] of outboxes.entries()) {
      const old = before[i]!;
      if (old === after[i] || !this.holdsOf(part).has(old as Inbox)) continue;
      if (outboxes.some((other, j) => other.part === part && after[j] === old)) continue;
      this.holdsOf(part).delete(old as Inbox);
      this.#holdIfFull(part, after[i]!);
    }
  }

  #holdIfFull(part: Component<any, any>, end: Box): void {
    const waiting = this.#waiting.get(end as Inbox);
    if (waiting === undefined || waiting.length < (end as Inbox).bound) return;
    if (!this.isStopping(part) && !this.isOver(this.#ownerOf(end)!)) this.holdsOf(part).add(end as Inbox);
  }

  #ownerOf(end: Box): Component<any, any> | undefined {
    return this.parts.find((part) => NAMES.some((name) => part.inboxes[name] === end));
  }

  #leadsTo(start: Box, wanted: Box): boolean {
    for (let box: Box | undefined = start; box !== undefined; box = this.#next.get(box)) if (box === wanted) return true;
    return false;
  }

  #end(start: Box): Box {
    let end = start;
    for (let box = this.#next.get(end); box !== undefined; box = this.#next.get(end)) end = box;
    return end;
  }

  message(life: number): Message {
    return { id: ++this.#ids, life };
  }

  holdsOf(part: Component<any, any>): Set<Inbox> {
    let holds = this.#holds.get(part);
    if (holds === undefined) this.#holds.set(part, (holds = new Set()));
    return holds;
  }

  /** A message enters here. */
  arrives(entry: Box, message: Message): void {
    const end = this.#end(entry);
    if (this.running !== undefined) this.#holdIfFull(this.running, end);
    this.#lands(end, message, entry);
  }

  #lands(end: Box, message: Message, entry: Box): void {
    const owner = this.#ownerOf(end);
    if (owner !== undefined && !this.isOver(owner)) this.#waiting.get(end as Inbox)!.push(message);
    else {
      const counted = owner === undefined ? entry : end;
      this.#drops.set(counted, (this.#drops.get(counted) ?? 0) + 1);
    }
  }

  /** A component takes a message: it must be the oldest that waits. */
  taken(inbox: Inbox, message: unknown): Message {
    assert.equal(message, this.#waiting.get(inbox)!.shift(), "the next message");
    this.sweep();
    return message as Message;
  }

  /** Lets those go on that waited for a box that has drained to half, or whose component has ended; and those that were told to stop. */
  sweep(): void {
    for (const [part, holds] of this.#holds) {
      for (const inbox of holds) {
        if (inbox.length <= inbox.bound / 2 || this.isOver(this.#ownerOf(inbox)!) || this.isStopping(part)) holds.delete(inbox);
      }
    }
  }

  #noteKilled(part: Component<any, any>): void {
    this.killed.add(part);
    for (const child of part.childComponents()) this.#noteKilled(child);
  }

  #hasEnded(part: Component<any, any>): void {
    assert(!this.#ended.has(part), `${part.name} ends twice`);
    this.#ended.add(part);
    for (const link of this.#linkages.filter(({ maker }) => maker === part)) {
      this.#linkages.splice(this.#linkages.indexOf(link), 1);
      this.#rerouting(() => this.#next.delete(link.linkage.source));
    }
    this.sweep();
  }

  /** Over, or never to begin: it was killed, or its parent ended, before it was activated. */
  isOver(part: Component<any, any>): boolean {
    return this.#ended.has(part) || (part.isStopped && part.id === 0);
  }

  isStopping(part: Component<any, any>): boolean {
    return this.isOver(part) || part.shutdown?.type === "shutdownMicroprocess";
  }

  #noteBounds(): void {
    for (const part of this.parts) {
      for (const name of NAMES) {
        const inbox = part.inboxes[name]!;
        const { extra, bound } = this.#allowance.get(inbox) ?? { extra: 0, bound: 0 };
        this.#allowance.set(inbox, { extra, bound: Math.max(bound, inbox.bound) });
      }
    }
  }

  #checkLengths(): void {
    this.#noteBounds();
    for (const part of this.parts) {
      for (const name of NAMES) {
        const inbox = part.inboxes[name]!;
        const { bound, extra } = this.#allowance.get(inbox)!;
        const most = bound + extra + this.#mostOfAll;
        assert(inbox.length <= most, `${inbox.length} messages in ${part.name}.${name}, ${most} allowed`);
      }
    }
  }

  /** Waits for all, again and again; the function answers how it went since it was last asked. */
  #outcome(): (again: boolean) => Promise<Deadlock | undefined> {
    let run = this.system.run();
    return async (again) => {
      try {
        await run;
        if (again) run = this.system.run();
        return undefined;
      } catch (error) {
        if (error instanceof Deadlock) return error;
        throw error;
      }
    };
  }

  #part(name: string, life: Life): Component<any, any> {
    const world = this;
    const part = make(
      name,
      function* (inboxes, outboxes, self) {
        const actor = new Actor(world, self, inboxes, outboxes);
        try {
          yield* actor.live(life);
        } finally {
          const before = world.running; // somebody else, if that one kills it
          world.running = self;
          if (life.lastWords) actor.send(3, "a");
          world.running = before === self ? undefined : before;
        }
      },
      { inboxes: NAMES, outboxes: NAMES },
    );
    for (const box of NAMES) this.#waiting.set(part.inboxes[box]!, []);
    return part;
  }
}
