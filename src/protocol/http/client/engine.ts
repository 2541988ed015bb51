// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent, Clock, Random, Timer } from "../../../axon/index.ts";
import { Call, type Receiver } from "./call.ts";
import type { Prepared } from "./request.ts";
import type { Settings } from "./settings.ts";
import { Routes } from "./ways.ts";

/** What asks, for a component: its requests, and what they have in common. @internal */
export class Engine {
  readonly owner: AnyComponent;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly routes: Routes;
  readonly #calls = new Set<Call>();
  /** Those that wait for a server. */
  readonly #watched = new Set<Call>();
  /** Those for which something is awaited from outside. */
  readonly #awaiting = new Set<Call>();
  #expected: (() => void) | undefined;
  #timer: Timer | undefined;
  #due = Infinity;

  /** @throws Error when the pool is another system's */
  constructor(owner: AnyComponent, settings: Settings) {
    const { clock, random } = owner.system;
    this.owner = owner;
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.routes = new Routes(owner, settings);
    settings.pool.enter(clock);
  }

  /** How many requests are not answered yet. */
  get size(): number {
    return this.#calls.size;
  }

  ask(request: Prepared, receiver: Receiver): Call {
    const call = new Call(this, request, receiver);
    this.#calls.add(call);
    call.start();
    return call;
  }

  /** Ends all. */
  close(): void {
    for (const call of [...this.#calls]) call.abort();
    this.#timer?.cancel();
    this.settings.pool.leave();
  }

  /** @internal A request waits for a server from now on. */
  watch(call: Call): void {
    this.#watched.add(call);
    this.#look(call.look(this.clock.now()));
  }

  /** @internal */
  unwatch(call: Call): void {
    this.#watched.delete(call);
  }

  /** @internal Whether something is awaited from outside for this request: then the system is not done, and virtual time stands still. */
  account(call: Call, awaits: boolean): void {
    if (awaits) this.#awaiting.add(call);
    else this.#awaiting.delete(call);
    if (call.isOver) this.#calls.delete(call);
    if (this.#awaiting.size > 0) this.#expected ??= this.owner.system.expect(`what ${this.owner.name} has asked for`);
    else {
      this.#expected?.();
      this.#expected = undefined;
    }
  }

  /** One timer for all, which may come too early, but not too late. */
  #look(due: number): void {
    if (due >= this.#due) return;
    this.#timer?.cancel();
    this.#due = due;
    this.#timer = this.clock.setTimer(() => {
      this.#due = Infinity;
      this.#timer = undefined;
      let next = Infinity;
      const now = this.clock.now();
      for (const call of [...this.#watched]) next = Math.min(next, call.look(now));
      this.#look(next);
    }, due - this.clock.now());
  }
}
