// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { anyOf, type Component, type Inbox, type Outbox, sleep, type Wait } from "../axon/index.ts";
import { arrivals, type Life, type Message, type Name, type Step, type World } from "./world.ts";

type Waiting = Generator<Wait, boolean, boolean>;

/** What a component of a {@link World} does: each thing in the kernel, and in the model. @internal */
export class Actor {
  readonly #world: World;
  readonly #self: Component<any, any>;
  readonly #inboxes: Readonly<Record<Name, Inbox>>;
  readonly #outboxes: Readonly<Record<Name, Outbox>>;

  constructor(world: World, self: Component<any, any>, inboxes: Readonly<Record<Name, Inbox>>, outboxes: Readonly<Record<Name, Outbox>>) {
    this.#world = world;
    this.#self = self;
    this.#inboxes = inboxes;
    this.#outboxes = outboxes;
    world.running = self;
  }

  *live({ rounds, steps }: Life): Generator<Wait, void, boolean> {
    for (let round = 0; round < rounds; round++) {
      for (const step of steps) if (!(yield* this.#do(step))) return;
      if (!(yield* this.#wait(undefined))) return;
    }
    const both = Object.values(this.#inboxes).slice(0, 2);
    while (yield* this.#wait(anyOf(...both), both)) {
      for (const name of ["a", "b"] as const) for (const message of this.#inboxes[name]) this.#take(message, name, "drop", "a");
    }
  }

  send(life: number, to: Name): void {
    const message = this.#world.message(life);
    this.#world.arrives(this.#outboxes[to], message);
    this.#outboxes[to].send(message);
  }

  /** Answers whether to go on. */
  *#do(step: Step): Waiting {
    const { clock } = this.#self.system;
    const start = clock.now();
    switch (step.do) {
      case "end":
        return false;
      case "yield":
        return yield* this.#wait(undefined);
      case "send":
        for (let n = 0; n < step.count; n++) this.send(3, step.to);
        return true;
      case "trySend":
        this.#trySend(step.to);
        return true;
      case "act":
        this.#world.act(step.action);
        return true;
      case "sleep": {
        const answer = yield* this.#wait(sleep(step.time));
        if (answer) assert(clock.now() >= start + step.time, "a sleep is too short");
        return answer;
      }
      case "wait": {
        const box = this.#inboxes[step.from];
        const answer = yield* this.#wait(anyOf(box, sleep(step.time)), [box]);
        if (answer && box.length === 0) assert(clock.now() >= start + step.time, "a wait is too short");
        return answer;
      }
      case "pause": {
        this.#self.pause();
        const arrived = arrivals(this.#self);
        if (step.before !== undefined) this.#world.act(step.before);
        return yield* this.#wait(undefined, [], arrived);
      }
      default: {
        const box = this.#inboxes[step.from];
        if (!(yield* this.#wait(box, [box]))) return false;
        assert(box.length > 0, "told that there is a message, and there is none");
        if (step.do === "read") this.#take(box.recv(), step.from, step.how, step.to);
        else {
          for (const message of box) {
            assert.equal(this.#world.holdsOf(this.#self).size, 0, `${this.#self.name} drains on while it is held`);
            this.#take(message, step.from, step.how, step.to);
          }
        }
        return true;
      }
    }
  }

  *#wait(what: Wait, boxes: readonly Inbox[] = [], arrived?: number): Waiting {
    const world = this.#world;
    world.waitsAt.set(this.#self, arrived === undefined ? { boxes } : { boxes, arrived });
    world.running = undefined;
    const answer = yield what;
    world.running = this.#self;
    world.waitsAt.delete(this.#self);
    world.sweep();
    assert(!world.isOver(this.#self), `${this.#self.name} runs after it has ended`);
    assert(!world.killed.has(this.#self), `${this.#self.name} runs after it was killed`);
    assert.equal(world.holdsOf(this.#self).size, 0, `${this.#self.name} runs while it is held`);
    const told = this.#self.shutdown?.type;
    if (!answer) assert(told !== undefined, `${this.#self.name} is answered false, and nobody told it to stop`);
    if (!answer && told === "producerFinished")
      for (const box of boxes) assert.equal(box.length, 0, "answered false before the box was drained");
    return answer;
  }

  #take(message: unknown, from: Name, how: "forward" | "drop" | "duplicate", to: Name): void {
    const { life }: Message = this.#world.taken(this.#inboxes[from], message);
    if (how === "drop" || life === 0) return;
    this.send(life - 1, to);
    if (how === "duplicate") this.send(life - 1, to);
  }

  #trySend(to: Name): void {
    const outbox = this.#outboxes[to];
    const message = this.#world.message(3);
    const full = outbox.full;
    if (!full) this.#world.arrives(outbox, message);
    assert.equal(outbox.trySend(message), !full);
  }
}
