// SPDX-License-Identifier: Apache-2.0
import type { System } from "../axon/index.ts";
import type { Trace } from "./Trace.ts";
import { VirtualClock } from "./VirtualClock.ts";

/** More turns than this, and a system is taken never to come to rest. */
const MANY = 1_000_000;

/** Runs a system turn by turn; see {@link stepper}. */
export interface Stepper {
  /** Who had turns, in order. */
  readonly turns: readonly string[];
  /** Takes one turn, and answers whose it was; undefined when nobody has anything to do. */
  step(): string | undefined;
  /** Takes up to so many turns, fewer if there is nothing left to do, and answers whose they were. */
  steps(count: number): string[];
  /** Takes turns until nobody has anything to do, and answers whose they were. */
  rest(): string[];
  /** Lets so many milliseconds of a {@link VirtualClock} pass, with all the turns that are due on the way, and answers whose they were. */
  advance(milliseconds: number): string[];
}

/**
 * Runs a system turn by turn, to see who has one, and in which order. With `new VirtualClock({ auto: false })` the time is in your hands, too.
 *
 * @param system made with `manual: true`
 * @param trace where the turns are written down, too
 * @throws Error when the system runs by itself
 * @throws Error when the system does not come to rest after a million turns
 * @example
 * const system = new System({ manual: true });
 * for (const part of [Feed([1, 2]), Feed([3, 4])]) system.activate(part);
 * stepper(system).steps(4); // ["Feed_1", "Feed_2", "Feed_1", "Feed_2"]
 */
export function stepper(system: System, trace?: Trace): Stepper {
  if (!system.manual) throw new Error("Cannot step a system that runs by itself: make it with new System({ manual: true })");
  const turns: string[] = [];
  const step = (): string | undefined => {
    const name = system.step()?.name;
    if (name === undefined) return undefined;
    turns.push(name);
    trace?.note(`end of a turn of ${name}`);
    return name;
  };
  const since = (start: number): string[] => turns.slice(start);
  const steps = (count: number): string[] => {
    const start = turns.length;
    for (let i = 0; i < count && step() !== undefined; i++);
    return since(start);
  };
  const rest = (): string[] => {
    const taken = steps(MANY);
    if (taken.length === MANY)
      throw new Error(`Cannot come to rest: ${MANY} turns, the last ones of ${[...new Set(taken.slice(-10))].join(", ")}`);
    return taken;
  };
  const advance = (milliseconds: number): string[] => {
    const { clock } = system;
    if (!(clock instanceof VirtualClock) || clock.auto)
      throw new TypeError("Cannot let time pass: give the system a clock of its own, new VirtualClock({ auto: false })");
    if (!(milliseconds >= 0)) throw new RangeError(`Cannot advance by ${milliseconds} ms: time never goes back`);
    const start = turns.length;
    const end = clock.now() + milliseconds;
    do rest();
    while (clock.advanceToNext(end));
    clock.advance(end - clock.now());
    return since(start);
  };
  return { turns, step, steps, rest, advance };
}
