// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import {
  anyOf,
  BoxAlreadyLinkedToDestination,
  type Component,
  Deadlock,
  type Inbox,
  type Linkage,
  type Outbox,
  producerFinished,
  sleep,
  System,
  type Wait,
  waitsFor,
} from "./index.ts";

/*
 * Random graphs of components, wired at random, that do random things, while random things are done to them. Beside the kernel runs a model of it that is
 * as simple as can be: a list for each inbox, and what is linked to what. Whatever happens, the two must agree.
 */

type Name = "a" | "b";
/** What a component does next. */
type Step =
  | { do: "read" | "drain"; from: Name; how: "forward" | "drop" | "duplicate"; to: Name }
  | { do: "send"; count: number; to: Name }
  | { do: "trySend"; to: Name }
  | { do: "sleep"; time: number }
  | { do: "wait"; time: number; from: Name }
  | { do: "yield" | "pause" | "end" }
  | { do: "act"; action: Action };
/** What is done to the graph; components are given by numbers, taken modulo how many there are. */
type Action =
  | { type: "deliver"; part: number; box: Name }
  | { type: "link"; from: number; outbox: Name; to: number; inbox: Name; bound: number | undefined; maker: number | undefined }
  | { type: "pass"; from: number; to: number; box: Name }
  | { type: "passOut"; from: number; to: number; box: Name }
  | { type: "unlink"; which: number }
  | { type: "size"; part: number; box: Name; bound: number }
  | { type: "stop"; part: number; gently: boolean }
  | { type: "kill"; part: number };
interface Graph {
  parts: { parent: number; bounds: { a: number; b: number }; rounds: number; steps: Step[]; lastWords: boolean }[];
  wiring: Action[];
  actions: { after: number; action: Action }[];
}
interface Message {
  readonly id: number;
  /** How often it may still be sent on, so that nothing goes round for ever. */
  readonly life: number;
}

const box: fc.Arbitrary<Name> = fc.constantFrom("a", "b");
const part = fc.nat({ max: 7 });
const bound = fc.integer({ min: 1, max: 8 });
const linkAction: fc.Arbitrary<Action> = fc.record({
  type: fc.constant("link"),
  from: part,
  outbox: box,
  to: part,
  inbox: box,
  bound: fc.option(bound, { nil: undefined }),
  maker: fc.option(part, { nil: undefined }),
});
const passAction: fc.Arbitrary<Action> = fc.record({ type: fc.constantFrom("pass", "passOut"), from: part, to: part, box });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("deliver"), part, box }) },
  { weight: 3, arbitrary: linkAction },
  { weight: 2, arbitrary: passAction },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("unlink"), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("size"), part, box, bound }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("stop"), part, gently: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("kill"), part }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("read", "drain"),
      from: box,
      how: fc.constantFrom("forward", "drop", "duplicate"),
      to: box,
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("send"), count: fc.integer({ min: 1, max: 3 }), to: box }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("trySend"), to: box }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleep"), time: fc.nat({ max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait"), time: fc.nat({ max: 20 }), from: box }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("yield", "pause") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("act"), action }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("end") }) },
);
const graph: fc.Arbitrary<Graph> = fc.record({
  parts: fc.array(
    fc.record({
      parent: fc.integer({ min: -8, max: 7 }),
      bounds: fc.record({ a: bound, b: bound }),
      rounds: fc.integer({ min: 1, max: 6 }),
      steps: fc.array(step, { maxLength: 6 }),
      lastWords: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  wiring: fc.array(fc.oneof({ weight: 5, arbitrary: linkAction }, { weight: 1, arbitrary: passAction }), { maxLength: 12 }),
  actions: fc.array(fc.record({ after: fc.nat({ max: 60 }), action }), { maxLength: 12 }),
});

/** How many messages a component sends at most in one turn: all of a round, and one of a `finally`. Draining stops after the message that finds a box full. */
function mostOf({ steps }: Graph["parts"][number]): number {
  const each = steps.map((one) => (one.do === "send" ? one.count : one.do === "trySend" ? 1 : "how" in one ? 2 : 0));
  return each.reduce((sum, count) => sum + count, 1);
}

/** A graph, and the model of it. */
class World {
  readonly system = new System({ manual: true, clock: new VirtualClock() });
  readonly parts: Component<any, any>[] = [];
  readonly #graph: Graph;
  /** What waits in each inbox. */
  readonly #waiting = new Map<Inbox, Message[]>();
  /** What came to an inbox by other ways than the turns of senders that can be held, and the highest bound that it ever had. */
  readonly #allowance = new Map<Inbox, { extra: number; bound: number }>();
  readonly #next = new Map<Inbox | Outbox, Inbox | Outbox>();
  readonly #linkages: { readonly linkage: Linkage; readonly maker: Component<any, any> }[] = [];
  readonly #drops = new Map<Inbox | Outbox, number>();
  readonly #ended = new Set<Component<any, any>>();
  readonly #waitsAt = new Map<Component<any, any>, readonly Inbox[]>();
  /** Makes linkages, and never ends. */
  readonly #wirer = make("Wirer", function* () {});
  readonly #mostOfAll: number;
  #ids = 0;

  constructor(given: Graph) {
    this.#graph = given;
    this.#mostOfAll = given.parts.reduce((sum, one) => sum + mostOf(one), 0);
    given.parts.forEach((_, i) => this.parts.push(this.#part(i)));
    given.parts.forEach(({ parent, bounds }, i) => {
      for (const name of ["a", "b"] as const) this.parts[i]!.setInboxSize(name, bounds[name]);
      if (parent >= 0 && parent < i) this.parts[parent]!.addChildren(this.parts[i]!);
    });
    this.system.observe((change) => {
      if (change.type === "ended") this.#hasEnded(change.component);
    });
  }

  /** Runs until nothing is left to do, with the actions in between. Answers the deadlock, if there was one. */
  async run(): Promise<Deadlock | undefined> {
    for (const one of this.#graph.wiring) this.act(one);
    for (const one of this.parts) if (!this.#isOver(one)) this.system.activate(one);
    const outcome = this.#outcome();
    const later = this.#graph.actions.toSorted((a, b) => b.after - a.after);
    for (let turns = 0; ; turns++) {
      assert(turns < 20_000, "the system goes on for ever");
      while (later.length > 0 && later.at(-1)!.after <= turns) this.act(later.pop()!.action);
      const had = this.system.step();
      this.#checkLengths();
      if (had !== undefined) continue;
      const deadlock = await outcome(later.length > 0);
      if (deadlock !== undefined || later.length === 0) return deadlock;
      this.act(later.pop()!.action);
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

  /** What must hold when nobody has anything to do any more. */
  checkRest(): void {
    assert.equal(this.system.held, 0, "somebody is held, and nobody says so");
    for (const one of this.parts) {
      if (this.#isOver(one) || !this.system.roots.has(one.microprocess)) continue;
      for (const inbox of this.#waitsAt.get(one) ?? []) assert.equal(inbox.length, 0, `${one.name} ${waitsFor(one)}, and there is one`);
      assert.notEqual(waitsFor(one), "waits for its turn");
    }
    this.checkBoxes();
  }

  checkBoxes(): void {
    for (const one of this.parts) {
      for (const inbox of [one.inboxes["a"]!, one.inboxes["b"]!]) {
        const expected = this.#waiting.get(inbox) ?? [];
        const there = Array.from({ length: inbox.length }, (_, i) => inbox.ring[(inbox.head + i) & inbox.mask]);
        assert.deepEqual(there, expected, `what waits in ${one.microprocess.nameOfBox(inbox)}`);
        assert.equal(inbox.drops, this.#drops.get(inbox) ?? 0, `dropped at ${one.microprocess.nameOfBox(inbox)}`);
      }
      for (const outbox of [one.outboxes["a"]!, one.outboxes["b"]!]) {
        assert.equal(outbox.drops, this.#drops.get(outbox) ?? 0, `dropped at ${one.microprocess.nameOfBox(outbox)}`);
      }
    }
  }

  async stop(): Promise<void> {
    const stopped = this.system.stop({ within: 1000 });
    for (let turns = 0; this.system.step() !== undefined; turns++) assert(turns < 20_000, "the system does not stop");
    await stopped;
    const { live, held, sleeping, pending, roots } = this.system;
    assert.deepEqual({ live, held, sleeping, pending, roots: roots.size }, { live: 0, held: 0, sleeping: 0, pending: 0, roots: 0 });
    this.checkBoxes();
  }

  act(what: Action): void {
    this.#noteBounds();
    this.#do(what);
    this.#noteBounds();
  }

  #do(what: Action): void {
    const at = (i: number): Component<any, any> => this.parts[i % this.parts.length]!;
    switch (what.type) {
      case "deliver": {
        const inbox = at(what.part).inboxes[what.box]!;
        this.#extra(this.#end(inbox) as Inbox);
        const message = this.#message(3);
        this.#arrives(inbox, message);
        inbox.deliver(message);
        return;
      }
      case "link": {
        const maker = what.maker === undefined || this.#ended.has(at(what.maker)) ? this.#wirer : at(what.maker);
        this.#link(at(what.from).outboxes[what.outbox]!, at(what.to).inboxes[what.inbox]!, maker, what.bound);
        return;
      }
      case "pass":
        this.#link(at(what.from).inboxes[what.box]!, at(what.to).inboxes[what.box]!, this.#wirer, undefined);
        return;
      case "passOut":
        this.#link(at(what.from).outboxes[what.box]!, at(what.to).outboxes[what.box]!, this.#wirer, undefined);
        return;
      case "unlink": {
        const [gone] = this.#linkages.splice(what.which % Math.max(1, this.#linkages.length), 1);
        if (gone === undefined) return;
        this.#next.delete(gone.linkage.source);
        gone.linkage.unlink();
        return;
      }
      case "size":
        at(what.part).setInboxSize(what.box, what.bound);
        return;
      case "stop":
        if (what.gently) at(what.part).stop(producerFinished());
        else at(what.part).stop();
        return;
      case "kill":
        at(what.part).kill();
    }
  }

  #link(from: Inbox | Outbox, to: Inbox | Outbox, maker: Component<any, any>, limit: number | undefined): void {
    const loop = this.#leadsTo(to, from);
    const taken = this.#next.has(from);
    try {
      const linkage = maker.link(from, to, limit === undefined ? {} : { bound: limit });
      assert(!loop && !taken, "the linkage is not possible");
      this.#linkages.push({ linkage, maker });
    } catch (error) {
      if (error instanceof BoxAlreadyLinkedToDestination && taken) return;
      if (error instanceof RangeError && loop && !taken) return;
      throw error;
    }
    this.#next.set(from, to);
    const end = this.#end(from);
    for (const [source, waiting] of this.#waiting) {
      if (source === end || this.#end(source) !== end || waiting.length === 0) continue;
      for (const message of waiting.splice(0)) {
        if (end instanceof Object && "recv" in end) this.#extra(end);
        this.#arrives(end, message);
      }
    }
  }

  #leadsTo(start: Inbox | Outbox, wanted: Inbox | Outbox): boolean {
    for (let one: Inbox | Outbox | undefined = start; one !== undefined; one = this.#next.get(one)) if (one === wanted) return true;
    return false;
  }

  #end(start: Inbox | Outbox): Inbox | Outbox {
    let end = start;
    for (let one = this.#next.get(end); one !== undefined; one = this.#next.get(end)) end = one;
    return end;
  }

  #message(life: number): Message {
    return { id: ++this.#ids, life };
  }

  #queue(inbox: Inbox): Message[] {
    let queue = this.#waiting.get(inbox);
    if (queue === undefined) this.#waiting.set(inbox, (queue = []));
    return queue;
  }

  #extra(inbox: Inbox): void {
    const known = this.#allowance.get(inbox) ?? { extra: 0, bound: 0 };
    this.#allowance.set(inbox, { ...known, extra: known.extra + 1 });
  }

  /** A message enters here. */
  #arrives(entry: Inbox | Outbox, message: Message): void {
    const end = this.#end(entry);
    const owner = this.parts.find((one) => one.inboxes["a"] === end || one.inboxes["b"] === end);
    if (owner !== undefined && !this.#isOver(owner)) this.#queue(end as Inbox).push(message);
    else {
      const counted = owner === undefined ? entry : end;
      this.#drops.set(counted, (this.#drops.get(counted) ?? 0) + 1);
    }
  }

  #hasEnded(one: Component<any, any>): void {
    assert(!this.#ended.has(one), `${one.name} ends twice`);
    this.#ended.add(one);
    for (const link of this.#linkages.filter(({ maker }) => maker === one)) {
      this.#linkages.splice(this.#linkages.indexOf(link), 1);
      this.#next.delete(link.linkage.source);
    }
  }

  /** Over, or never to begin: it was killed, or its parent ended, before it was activated. */
  #isOver(one: Component<any, any>): boolean {
    return this.#ended.has(one) || (one.isStopped && one.id === 0);
  }

  #noteBounds(): void {
    for (const one of this.parts) {
      for (const inbox of [one.inboxes["a"]!, one.inboxes["b"]!]) {
        const { extra, bound: highest } = this.#allowance.get(inbox) ?? { extra: 0, bound: 0 };
        this.#allowance.set(inbox, { extra, bound: Math.max(highest, inbox.bound) });
      }
    }
  }

  #checkLengths(): void {
    this.#noteBounds();
    for (const one of this.parts) {
      for (const inbox of [one.inboxes["a"]!, one.inboxes["b"]!]) {
        const allowed = this.#allowance.get(inbox)!;
        const most = allowed.bound + allowed.extra + this.#mostOfAll;
        assert(inbox.length <= most, `${inbox.length} messages in ${one.microprocess.nameOfBox(inbox)}, ${most} allowed`);
      }
    }
  }

  #part(i: number): Component<any, any> {
    const world = this;
    const { rounds, steps, lastWords } = this.#graph.parts[i]!;
    return make(
      `P${i}`,
      function* (inboxes, outboxes, self) {
        const send = (message: Message, to: Name): void => {
          world.#arrives(outboxes[to], message);
          outboxes[to].send(message);
        };
        const take = (message: unknown, from: Name, how: string, to: Name): void => {
          assert.equal(message, world.#queue(inboxes[from]).shift(), `the next message of ${self.name}.${from}`);
          const { life } = message as Message;
          if (how !== "drop" && life > 0) send(world.#message(life - 1), to);
          if (how === "duplicate" && life > 0) send(world.#message(life - 1), to);
        };
        function* wait(what: Wait, boxes: readonly Inbox[] = []): Generator<Wait, boolean, boolean> {
          world.#waitsAt.set(self, boxes);
          const answer = yield what;
          world.#waitsAt.delete(self);
          assert(!world.#ended.has(self), `${self.name} runs after it has ended`);
          if (answer && boxes.length > 0 && !(what instanceof Object && "timeout" in what && what.timeout !== undefined))
            assert(
              boxes.some(({ length }) => length > 0),
              `${self.name} is told that there is a message, and there is none`,
            );
          return answer;
        }
        try {
          for (let round = 0; round < rounds; round++) {
            for (const one of steps) {
              if (one.do === "end") return;
              if (one.do === "act") world.act(one.action);
              else if (one.do === "send") for (let n = 0; n < one.count; n++) send(world.#message(3), one.to);
              else if (one.do === "trySend") {
                const message = world.#message(3);
                if (outboxes[one.to].full) assert.equal(outboxes[one.to].trySend(message), false);
                else {
                  world.#arrives(outboxes[one.to], message);
                  assert.equal(outboxes[one.to].trySend(message), true);
                }
              } else if (one.do === "sleep") {
                if (!(yield* wait(sleep(one.time)))) return;
              } else if (one.do === "pause") {
                self.pause();
                if (!(yield* wait(undefined))) return;
              } else if (one.do === "yield") {
                if (!(yield* wait(undefined))) return;
              } else if (one.do === "wait") {
                if (!(yield* wait(anyOf(inboxes[one.from], sleep(one.time)), [inboxes[one.from]]))) return;
              } else if (one.do === "read" || one.do === "drain") {
                if (!(yield* wait(inboxes[one.from], [inboxes[one.from]]))) return;
                if (one.do === "read") take(inboxes[one.from].recv(), one.from, one.how, one.to);
                else for (const message of inboxes[one.from]) take(message, one.from, one.how, one.to);
              }
            }
            if (!(yield* wait(undefined))) return;
          }
          const both = [inboxes.a, inboxes.b];
          while (yield* wait(anyOf(...both), both))
            for (const name of ["a", "b"] as const) for (const message of inboxes[name]) take(message, name, "drop", "a");
        } finally {
          if (lastWords) send(world.#message(3), "a");
        }
      },
      { inboxes: ["a", "b"], outboxes: ["a", "b"] },
    );
  }
}

const seed = seedOf("random graphs");
test("random graphs: every message is delivered once and in order, or waits, or is counted as dropped; nobody runs after the end; no box overflows; nothing hangs", async () => {
  let deadlocks = 0;
  await fc.assert(
    fc.asyncProperty(graph, async (given) => {
      const world = new World(given);
      const deadlock = await world.run();
      if (deadlock === undefined) world.checkRest();
      else {
        deadlocks++;
        assert.equal(world.system.live, 0, "a deadlock ends the system");
      }
      world.checkBoxes();
      await world.stop();
    }),
    { seed, numRuns: Number(process.env["KAMAELIA_RUNS"] ?? 1000) },
  );
  assert(deadlocks > 0, "among so many graphs some deadlock");
});
