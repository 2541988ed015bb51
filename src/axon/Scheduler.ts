// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
import type { Clock } from "./Clock.ts";
import type { Microprocess } from "./Microprocess.ts";
import { interruptFor, resume, setRunning } from "./running.ts";
import { turn } from "./turn.ts";
import type { Monitor } from "./watchdog/monitor.ts";

/** How many milliseconds components run before the event loop has its turn. */
export const DEFAULT_SLICE = 4;
/** How often in a row a component is resumed whose box still has messages. */
export const DEFAULT_QUANTUM = 64;
/** The longest run of turns between two looks at the clock. */
const MOST_TURNS = 64;

/**
 * One run queue, first come first served, in slices between which the event loop looks at sockets and timers.
 * When the queue is empty nothing is scheduled at all, so an idle system uses no CPU.
 */
export abstract class Scheduler {
  /** Where components take the time from. */
  abstract readonly clock: Clock;
  /** @internal How many components are held by full boxes. */ held = 0;
  /** @internal How many promises and outside events are waited for. */ pending = 0;
  /** @internal How many components sleep on a timer. */ sleeping = 0;
  /** @internal Looks at every turn; see `watchdog` and `measure`. */ monitor: Monitor | undefined = undefined;
  /** @internal */ readonly slice: number;
  /** @internal */ readonly quantum: number;
  /** @internal Turns are only taken by `step()`. */ readonly manual: boolean;
  #queue: (Microprocess | undefined)[] = new Array<undefined>(64).fill(undefined);
  #mask = 63;
  #head = 0;
  #tail = 0;
  #scheduled = false;
  #turnsPerLook = 8;

  constructor(slice: number, quantum: number, manual: boolean) {
    this.slice = slice;
    this.quantum = quantum;
    this.manual = manual;
  }

  /** @internal Whether anything that happens later may wake a component. */
  get expectant(): boolean {
    return this.pending > 0 || this.sleeping > 0;
  }

  /** @internal Whether somebody waits for a turn. */
  get busy(): boolean {
    return this.#head !== this.#tail;
  }

  /** @internal Puts a component at the end of the run queue. */
  enqueue(p: Microprocess): void {
    if (this.#tail - this.#head > this.#mask) this.#grow();
    this.#queue[this.#tail++ & this.#mask] = p;
    if (!this.#scheduled) this.#schedule();
  }

  /** @internal Looks once more whether there is anything left to do. */
  reconsider(): void {
    if (!this.#scheduled) this.#schedule();
  }

  /** @internal Takes one turn; answers whose it was. Who was woken but has to wait on has had none. */
  protected takeTurn(): Microprocess | undefined {
    interruptFor(undefined); // a component may take the turns of another system
    try {
      while (this.#head !== this.#tail) {
        const p = this.#dequeue();
        const { turns } = p;
        this.#turn(p);
        if (p.turns !== turns) return p;
      }
      return undefined;
    } finally {
      resume();
    }
  }

  /** Nothing is left in the queue. Answers whether there is something now. */
  protected abstract idle(): boolean;

  #schedule(): void {
    if (this.manual) return;
    this.#scheduled = true;
    host.defer(this.#run);
  }

  readonly #run = (): void => {
    const takeTurn = turn; // see flags.ts
    const end = host.now() + this.slice;
    let look = host.now();
    let turns = 0;
    for (;;) {
      while (this.#head !== this.#tail) {
        if (this.monitor === undefined) takeTurn(this.#dequeue(), this.quantum);
        else this.#turn(this.#dequeue());
        if (++turns < this.#turnsPerLook) continue;
        turns = 0;
        const now = host.now();
        this.#adapt(now - look);
        look = now;
        if (now >= end) {
          setRunning(undefined);
          host.defer(this.#run);
          return;
        }
      }
      setRunning(undefined);
      if (this.idle()) continue;
      this.#scheduled = false;
      return;
    }
  };

  #turn(p: Microprocess): void {
    const { monitor } = this;
    monitor?.before(p);
    turn(p, this.quantum);
    monitor?.after(p);
  }

  /** Long turns: look at the clock more often. Short ones: less, because looking costs as much as a turn. */
  #adapt(elapsed: number): void {
    if (elapsed > this.slice / 8) this.#turnsPerLook = Math.max(1, this.#turnsPerLook >> 1);
    else if (elapsed < this.slice / 32) this.#turnsPerLook = Math.min(MOST_TURNS, this.#turnsPerLook << 1);
  }

  #dequeue(): Microprocess {
    const at = this.#head++ & this.#mask;
    const p = this.#queue[at]!;
    this.#queue[at] = undefined;
    return p;
  }

  #grow(): void {
    const size = (this.#mask + 1) * 2;
    const queue = new Array<Microprocess | undefined>(size).fill(undefined);
    for (let i = this.#head; i < this.#tail; i++) queue[i & (size - 1)] = this.#queue[i & this.#mask];
    this.#queue = queue;
    this.#mask = size - 1;
  }
}
