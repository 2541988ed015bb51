// SPDX-License-Identifier: Apache-2.0
import type { Component } from "./Component.ts";
import type { ComponentFailure } from "./errors.ts";
import { ENDED, FINISHING, HELD, INTERRUPT, OVERRULED, PAUSING, QUEUED, STARTED, STOPPING, THROWING } from "./flags.ts";
import type { Inbox } from "./Inbox.ts";
import { type Ended, hearAfterwards } from "./life.ts";
import { isShutdown, type Shutdown } from "./ipc.ts";
import type { Linkage } from "./linkage.ts";
import type { Members } from "./Members.ts";
import type { Outbox } from "./Outbox.ts";
import type { System } from "./System.ts";
import type { Timer } from "./Clock.ts";
import type { Main, PAUSED, Wait } from "./waits.ts";
import { isWaiting, joined } from "./waiters.ts";

// See flags.ts.
const [started, queued] = [STARTED, QUEUED];
const wakeable = STARTED | QUEUED | ENDED;

/** What only few microprocesses need, so that the others do not carry it. */
export interface Extras {
  ended?: { promise: Promise<void>; resolve: () => void };
  /** What is to be thrown at its `yield`, one after the other. */
  errors?: unknown[];
  failure?: ComponentFailure;
  linkages?: Members<Linkage>;
  /** Messages that nobody got, for each of its boxes. */
  drops?: Map<Inbox | Outbox, number>;
  /** The same for boxes that were deleted, all together. */
  lost?: number;
  /** How many inboxes it has beside "control", once some were added or deleted. */
  inputs?: number;
  /** The number that makes the name of the next added box unlike those before. */
  nextBox?: number;
  watcher?: Inbox<Ended> | ((ended: Ended) => void);
  waker?: () => void;
  /** Milliseconds of CPU, while the system measures. */
  cpu?: number;
  /** How many messages it had received and sent when it was last looked at. */
  progress?: number;
  /** It was told to stop, went on asking, was told so by an error, and went on. */
  warned?: boolean;
}

/**
 * What the scheduler knows of a component: one shape for all, so that the scheduler's code stays fast whatever classes components are made of.
 * @internal
 */
export class Microprocess {
  readonly component: Component<any, any>;
  flags: number;
  system: System | undefined = undefined;
  parent: Microprocess | undefined = undefined;
  children: Members<Microprocess> | undefined = undefined;
  /** Its place among its parent's children, or among those that have no parent. */
  place = -1;
  /** Its number in its system, from 1, in order of activation. */
  id = 0;
  generator: Main | undefined = undefined;
  /** What it last yielded and has not been answered. */
  wait: Wait | typeof PAUSED = undefined;
  /** The same, if it is one of its own boxes. */
  box: Inbox | undefined = undefined;
  timer: Timer | undefined = undefined;
  /** How many full boxes hold it. */
  holds = 0;
  /** How often running `yield` has answered false without a pause: a component that does not listen would spin. */
  refusals = 0;
  turns = 0;
  shutdown: Shutdown | undefined = undefined;
  extras: Extras | undefined = undefined;

  constructor(component: Component<any, any>, flags: number) {
    this.component = component;
    this.flags = flags;
  }

  /** What it ended with, if it failed. */
  get failure(): ComponentFailure | undefined {
    return this.extras?.failure;
  }

  set failure(failure: ComponentFailure) {
    (this.extras ??= {}).failure = failure;
  }

  /** The linkages that it made, and that end with it. */
  get linkages(): Members<Linkage> | undefined {
    return this.extras?.linkages;
  }

  /** Has an error thrown at its `yield`. */
  throw(error: unknown): void {
    ((this.extras ??= {}).errors ??= []).push(error);
    this.flags |= THROWING;
  }

  /** Takes the next error that is to be thrown. */
  takeError(): unknown {
    const errors = this.extras!.errors!;
    const error = errors.shift();
    if (errors.length === 0) this.flags &= ~THROWING;
    return error;
  }

  /** Counts a message that nobody will get. */
  countDrop(box: Inbox | Outbox): void {
    const drops = ((this.extras ??= {}).drops ??= new Map());
    drops.set(box, (drops.get(box) ?? 0) + 1);
  }

  /** Takes all the errors that are still to be thrown. */
  takeErrors(): readonly unknown[] {
    const errors = this.extras?.errors;
    if ((this.flags & THROWING) === 0 || errors === undefined) return [];
    this.flags &= ~THROWING;
    return errors.splice(0);
  }

  /** Gives it a turn, unless it has one coming. */
  wake(): void {
    const { flags } = this;
    if ((flags & wakeable) !== started) {
      this.flags = flags & ~PAUSING;
      return;
    }
    this.flags = flags | queued;
    this.system!.enqueue(this);
  }

  /** The same, as a function to hand out. */
  waker(): () => void {
    return ((this.extras ??= {}).waker ??= () => this.wake());
  }

  /** A box it sent to is full: it gets no turn before the box has drained to half. */
  holdFor(box: Inbox): void {
    if ((this.flags & (STOPPING | OVERRULED)) !== 0) return;
    if (isWaiting(box.waiters, this)) return;
    box.waiters = joined(box.waiters, this);
    this.holds++;
    if ((this.flags & HELD) !== 0) return;
    this.flags |= HELD;
    this.system!.held++;
    this.system!.changes?.emit({ type: "held", component: this.component, by: box });
  }

  /** One box that held it has room again. */
  release(): void {
    if (--this.holds === 0) this.letGo();
  }

  /** Nothing holds it any more. */
  letGo(): void {
    if ((this.flags & HELD) === 0) return;
    this.flags &= ~HELD;
    this.system!.held--;
    this.system!.changes?.emit({ type: "released", component: this.component });
    this.wake();
  }

  /** A message came to the control box of a component that reads it itself: shutdownMicroprocess reaches it even while it is held. */
  overrule(message: unknown): void {
    if (!isShutdown(message) || message.type !== "shutdownMicroprocess") return;
    this.flags |= OVERRULED;
    this.letGo();
  }

  /** A message came to a control box that the kernel reads. */
  tell(message: unknown): void {
    if ((this.flags & ENDED) !== 0) {
      if (!hearAfterwards(this, message)) this.countDrop(this.component.inboxes["control"] as Inbox);
      return;
    }
    if (!isShutdown(message)) {
      this.countDrop(this.component.inboxes["control"] as Inbox);
      return;
    }
    if (message.type === "shutdownMicroprocess") {
      if ((this.flags & STOPPING) !== 0) return;
      this.flags |= STOPPING | INTERRUPT;
      this.letGo();
    } else {
      if ((this.flags & (FINISHING | STOPPING)) !== 0) return;
      this.flags |= FINISHING;
    }
    this.shutdown = message;
    this.wake();
  }

  /** `Echo_3`; before activation just `Echo`. */
  get name(): string {
    const kind = this.component.kindName;
    return this.id === 0 ? kind : `${kind}_${this.id}`;
  }

  /** The name with those of its parents: `Pipeline_1/Echo_3`. */
  get path(): string {
    let path = this.name;
    for (let parent = this.parent; parent !== undefined; parent = parent.parent) path = `${parent.name}/${path}`;
    return path;
  }

  /** `Echo_3.inbox`. */
  nameOfBox(box: Inbox | Outbox): string {
    const { inboxes, outboxes } = this.component;
    for (const boxes of [inboxes, outboxes]) for (const name in boxes) if (boxes[name] === box) return `${this.name}.${name}`;
    return `${this.name}.(deleted box)`;
  }
}
