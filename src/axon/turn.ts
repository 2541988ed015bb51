// SPDX-License-Identifier: Apache-2.0
import { consider, settle, THROW, WAIT, YES } from "./consider.ts";
import { finish, unwind } from "./life.ts";
import { Inbox, WAKES } from "./Inbox.ts";
import { CLOSING, ENDED, FINISHING, HELD, KILLED, PAUSING, QUEUED, STOPPING, THROWING } from "./flags.ts";
import type { Microprocess } from "./Microprocess.ts";
import { setRunning } from "./running.ts";
import { type Main, PAUSED, type Wait } from "./waits.ts";

/** Anything of this, and the next answer needs a closer look. */
const URGENT = HELD | STOPPING | KILLED | THROWING | PAUSING;
/** Anything of this, and a turn does not begin in the ordinary way. */
const UNUSUAL = URGENT | FINISHING | CLOSING | ENDED;

// See flags.ts.
const dequeued = ~QUEUED;
const wakes = WAKES;
const isNowRunning = setRunning;

/** One function for all generators: each has a prototype of its own, so looking `next` up would be slow. */
const next = Object.getPrototypeOf(function* () {}).prototype.next as (this: Main, answer: boolean) => IteratorResult<Wait, void>;

/**
 * Resumes a component as often as its box has messages, up to the quantum; then lets it sleep, or puts it at the end of the queue.
 * It stays the running one: whoever called sees to that afterwards.
 */
export function turn(p: Microprocess, quantum: number): void {
  const { box } = p;
  if (box === undefined || (p.flags & UNUSUAL) !== 0) {
    unusualTurn(p, quantum);
    return;
  }
  if (box.head === box.tail) {
    sleepOn(p, box);
    return;
  }
  const generator = p.generator!;
  isNowRunning(p);
  p.turns++;
  let result: IteratorResult<Wait, void>;
  try {
    do result = next.call(generator, true);
    while (result.value === box && box.head !== box.tail && (p.flags & URGENT) === 0 && --quantum > 0 && result.done !== true);
  } catch (thrown) {
    leave(p);
    finish(p, { thrown });
    return;
  }
  if (result.done !== true && result.value === box && box.head === box.tail && (p.flags & UNUSUAL) === 0) {
    sleepOn(p, box);
    return;
  }
  leave(p);
  if (result.done === true) finish(p);
  else rest(p, result.value);
}

/** The first turn, and one after any other wait than for a single box, or of a component that is held, told to stop, or to get an error. */
function unusualTurn(p: Microprocess, quantum: number): void {
  p.flags &= ~QUEUED;
  let answer = look(p);
  if (answer === WAIT) return;
  p.flags |= QUEUED;
  setRunning(p);
  p.turns++;
  let result: IteratorResult<Wait, void>;
  try {
    answer = settle(p, answer);
    result = answer === THROW ? throwInto(p) : next.call((p.generator ??= start(p)), answer === YES);
    while (result.done !== true) {
      const wait = result.value;
      if (!(wait instanceof Inbox) || wait.head === wait.tail || (p.flags & URGENT) !== 0 || wait.owner !== p || --quantum <= 0) break;
      result = next.call(p.generator!, true);
    }
  } catch (thrown) {
    leave(p);
    finish(p, { thrown });
    return;
  }
  leave(p);
  if (result.done === true) finish(p);
  else rest(p, result.value);
}

/** What is done from now on is nobody's turn. */
function leave(p: Microprocess): void {
  p.flags &= ~QUEUED;
  setRunning(undefined);
}

function sleepOn(p: Microprocess, box: Inbox): void {
  p.flags &= dequeued;
  box.onArrival |= wakes;
}

/** After a turn: to sleep, or to the end of the queue. */
function rest(p: Microprocess, wait: Wait): void {
  p.wait = wait;
  p.box = wait instanceof Inbox && wait.owner === p ? wait : undefined;
  if ((p.flags & KILLED) !== 0) unwind(p);
  else if ((p.flags & PAUSING) !== 0) pause(p);
  else if (look(p) !== WAIT) requeue(p);
}

function look(p: Microprocess): number {
  const { wait } = p;
  if (!(wait instanceof Inbox) || wait.owner !== p || (p.flags & UNUSUAL) !== 0) return consider(p);
  if (wait.head !== wait.tail) return YES;
  wait.onArrival |= WAKES;
  return WAIT;
}

/** The original's `pause()`: whatever wakes it ends it, a message in any box, the end of a child, `unpause()`, being told to stop. */
function pause(p: Microprocess): void {
  p.flags &= ~PAUSING;
  if (p.wait !== undefined && p.wait !== 1) {
    if (look(p) !== WAIT) requeue(p);
    return;
  }
  p.wait = PAUSED;
  if ((p.flags & (FINISHING | STOPPING | THROWING)) !== 0) requeue(p);
}

function requeue(p: Microprocess): void {
  if ((p.flags & QUEUED) !== 0) return;
  p.flags |= QUEUED;
  p.system!.enqueue(p);
}

function start(p: Microprocess): Main {
  const main = p.component.main();
  if (typeof main?.next !== "function") throw new TypeError(`Cannot run ${p.name}: its main gives no generator; write it as *main() { … }`);
  if (Symbol.asyncIterator in main)
    throw new TypeError(`Cannot run ${p.name}: its main is async; write it as *main() { … }, and yield promises`);
  return main;
}

function throwInto(p: Microprocess): IteratorResult<Wait, void> {
  const error = p.takeError();
  if (p.generator === undefined) throw error;
  return p.generator.throw(error);
}
