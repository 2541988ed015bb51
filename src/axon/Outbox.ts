// SPDX-License-Identifier: Apache-2.0
import type { Inbox } from "./Inbox.ts";
import type { Linkage } from "./linkage.ts";
import type { Microprocess } from "./Microprocess.ts";
import { runningNow } from "./running.ts";

/** What a linkage needs of an outbox, seen from outside. */
export interface Origin<out T> {
  readonly "~sends"?: () => T;
  readonly send: (message: never) => void;
}

/** Where a component puts messages, without knowing who reads them. */
export class Outbox<T = any> implements Origin<T> {
  declare readonly "~sends"?: () => T;
  /** @internal */ readonly owner: Microprocess;
  /** @internal The inbox at the end of the chain of linkages, however long. */ target: Inbox | undefined;
  /** @internal The box that this one is linked to. */ next: Inbox | Outbox | undefined;
  /** @internal The linkages that end here: from outboxes of children that are passed through to this one. */ sources:
    | Linkage[]
    | undefined;
  /** @internal */ sent = 0;

  /** @internal */
  constructor(owner: Microprocess) {
    this.owner = owner;
  }

  /**
   * Puts a message into the inbox that this outbox is linked to, at once. The message then belongs to its receiver: do not touch it again.
   * If that inbox is full, the message is still accepted, and the sending component gets its next turn when the box has drained to half.
   * If the outbox is not linked, the message is dropped and counted.
   */
  send(message: T): void {
    const to = this.target;
    if (to === undefined) {
      this.owner.countDrop(this);
      return;
    }
    this.sent++;
    to.accept(message);
  }

  /** Whether it is linked to another box. */
  get linked(): boolean {
    return this.next !== undefined;
  }

  /** How many messages were sent while it was not linked. */
  get drops(): number {
    return this.owner.extras?.drops?.get(this) ?? 0;
  }

  /** Whether the inbox at the other end is full. For components that would rather drop than wait. */
  get full(): boolean {
    return this.target !== undefined && this.target.full;
  }

  /**
   * Sends only if there is room: true if the message was sent. If it was not, a component that has called `pause()` is woken when there is room.
   */
  trySend(message: T): boolean {
    const to = this.target;
    if (to !== undefined && to.full) {
      const sender = runningNow();
      if (sender !== undefined) to.whenRoom(sender.waker());
      return false;
    }
    this.send(message);
    return true;
  }

  /**
   * Calls back once there is room: at once if there is now. For senders outside the system (sockets, callbacks), which nobody can hold:
   * they look at `full` after each `send`, and stop their source until they are called.
   */
  whenRoom(callback: () => void): void {
    if (this.target === undefined || !this.target.full) callback();
    else this.target.whenRoom(callback);
  }
}
