// SPDX-License-Identifier: Apache-2.0
import { ComponentFailure } from "./errors.ts";
import { Inbox, WAKES } from "./Inbox.ts";
import { Happening } from "./happening.ts";
import { passOn } from "./life.ts";
import { CLOSING, ENDED, FINISHING, HAS_INPUT, HELD, INTERRUPT, KILLED, RANG, STOPPING, THROWING } from "./flags.ts";
import type { Microprocess } from "./Microprocess.ts";
import { AnyOf, PAUSED, Sleep } from "./waits.ts";

/** `yield` is answered true. */
export const YES = 1;
/** `yield` is answered false. */
export const NO = 0;
/** It has to wait on. */
export const WAIT = -1;
/** An error is thrown at the `yield`. */
export const THROW = 2;

/** After so many answers of false in a row a component is looked at: does it get anywhere? */
const REFUSALS = 1024;

/**
 * What to answer a component, all things considered; if it has to wait, sees to it that something wakes it.
 * May be asked as often as one likes: nothing changes before `settle`.
 */
export function consider(p: Microprocess): number {
  if (isPromise(p.wait)) p.wait = new Waiting(p, p.wait) as never; // at once, whatever else is to be done: its failure must not go unheard
  const { flags, wait } = p;
  if ((flags & (CLOSING | ENDED)) !== 0) {
    if ((flags & ENDED) === 0) passOn(p);
    return WAIT;
  }
  if ((flags & THROWING) !== 0) return THROW;
  if (p.generator === undefined) return YES;
  if ((flags & INTERRUPT) !== 0) return NO;
  if ((flags & HELD) !== 0) return WAIT;
  if (wait === undefined || wait === 1 || wait === PAUSED) return unlessTold(p);
  if (wait instanceof Inbox) return ofBoxes(p, [wait], undefined);
  if (wait instanceof AnyOf) return ofBoxes(p, wait.boxes, wait.timeout);
  if (wait instanceof Sleep) return ofTime(p, wait.delay);
  if ((wait as unknown) instanceof Waiting) return (wait as Waiting).over ? unlessTold(p) : WAIT;
  return misuse(p, `Cannot wait for ${describe(wait)}: yield an inbox, anyOf(…), sleep(ms), a promise, or nothing`);
}

/** The wait is over: clears what it needed. Answers what the component gets, which is an error if it does not listen. */
export function settle(p: Microprocess, answer: number): number {
  if (p.wait instanceof Waiting) p.wait.forget();
  clearTimer(p);
  if (answer === NO) {
    p.flags &= ~INTERRUPT;
    if (++p.refusals % REFUSALS === 0 && !getsAnywhere(p)) return goesOnAsking(p);
  } else p.refusals = 0;
  return answer;
}

/** Forgets the timer and the promise that a component waited for. */
export function clearWait(p: Microprocess): void {
  if (p.wait instanceof Waiting) p.wait.forget();
  else if (isPromise(p.wait)) p.wait.then(undefined, () => {}); // it was yielded by a component that ends: nobody waits for it
  p.wait = undefined;
  p.box = undefined;
  clearTimer(p);
}

function unlessTold(p: Microprocess): number {
  return (p.flags & (FINISHING | STOPPING)) === 0 ? YES : NO;
}

function ofBoxes(p: Microprocess, boxes: readonly Inbox[], timeout: number | undefined): number {
  if ((p.flags & STOPPING) !== 0) return NO;
  for (const box of boxes) {
    if (!(box instanceof Inbox)) return misuse(p, `Cannot wait for ${describe(box)}: anyOf takes inboxes and sleep(ms)`);
    if (box.owner !== p) return misuse(p, `Cannot wait for ${box.owner.nameOfBox(box)}: it belongs to another component`);
    if (box.head !== box.tail) return YES;
  }
  if ((p.flags & FINISHING) !== 0) return NO;
  if (timeout !== undefined) {
    if ((p.flags & RANG) !== 0) return YES;
    setTimer(p, timeout);
  }
  for (const box of boxes) box.onArrival |= WAKES;
  return WAIT;
}

function ofTime(p: Microprocess, delay: number): number {
  if ((p.flags & RANG) !== 0) return unlessTold(p);
  if ((p.flags & FINISHING) !== 0 && ((p.flags & HAS_INPUT) === 0 || delay === Infinity)) return NO;
  setTimer(p, delay);
  return WAIT;
}

function setTimer(p: Microprocess, delay: number): void {
  p.refusals = 0;
  if (p.timer !== undefined || delay === Infinity) return;
  const system = p.system!;
  system.sleeping++;
  p.timer = system.clock.setTimer(() => {
    p.timer = undefined;
    system.sleeping--;
    p.flags |= RANG;
    p.wake();
  }, delay);
}

function clearTimer(p: Microprocess): void {
  p.flags &= ~RANG;
  if (p.timer === undefined) return;
  p.timer.cancel();
  p.timer = undefined;
  p.system!.sleeping--;
}

/** Stands for a promise that a component waits for. */
export class Waiting {
  over = false;
  /** What is waited for, in words. */
  readonly what: string;
  /** Whether it may come from outside the system. */
  readonly #pending: 0 | 1;
  #p: Microprocess | undefined;

  constructor(p: Microprocess, promise: PromiseLike<unknown>) {
    this.#p = p;
    this.what = promise instanceof Happening ? promise.what : "a promise";
    this.#pending = promise instanceof Happening ? 0 : 1;
    p.refusals = 0;
    p.system!.pending += this.#pending;
    try {
      promise.then(
        () => this.#end(),
        (error: unknown) => this.#end({ error }),
      );
    } catch (error) {
      this.#end({ error });
    }
  }

  /** The component does not wait for it any more. */
  forget(): void {
    if (this.#p === undefined) return;
    this.#p.system!.pending -= this.#pending;
    this.#p = undefined;
  }

  #end(failed?: { readonly error: unknown }): void {
    const p = this.#p;
    if (p === undefined) return;
    this.forget();
    this.over = true;
    if (failed !== undefined) p.throw(failed.error);
    p.wake();
  }
}

function isPromise(wait: unknown): wait is PromiseLike<unknown> {
  return typeof wait === "object" && wait !== null && typeof (wait as PromiseLike<unknown>).then === "function";
}

/** It is told by an error; if it goes on nevertheless, it is ended by force, and the error is its failure. */
function goesOnAsking(p: Microprocess): number {
  const told = (p.shutdown ?? { type: "shutdownMicroprocess" }).type;
  const text = `Cannot go on: it was told to stop (${told}) and goes on asking; return when yield answers false`;
  const extras = (p.extras ??= {});
  if (extras.warned !== true) {
    extras.warned = true;
    return misuse(p, text);
  }
  const failure = new ComponentFailure(p.path, new Error(text));
  p.failure ??= failure;
  p.flags |= KILLED;
  p.throw(failure);
  return THROW;
}

/**
 * Whether the component has received anything since it was last looked at, or sent, while it may still send:
 * after shutdownMicroprocess nothing holds it, and a component that went on sending would fill the memory.
 */
function getsAnywhere(p: Microprocess): boolean {
  const { inboxes, outboxes } = p.component;
  let count = 0;
  for (const name in inboxes) count += inboxes[name]!.head;
  if ((p.flags & STOPPING) === 0) for (const name in outboxes) count += outboxes[name]!.sent;
  const extras = (p.extras ??= {});
  const before = extras.progress;
  extras.progress = count;
  return before !== count;
}

function misuse(p: Microprocess, text: string): number {
  p.throw(new Error(text));
  return THROW;
}

function describe(what: unknown): string {
  if (typeof what === "string") return JSON.stringify(what);
  if (typeof what !== "object" || what === null) return String(what);
  return `a ${what.constructor?.name ?? "thing"}`;
}
