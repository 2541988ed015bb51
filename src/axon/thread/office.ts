// SPDX-License-Identifier: Apache-2.0
import { Stopped } from "../errors.ts";
import { Sleep } from "../waits.ts";
import type { Channel } from "./channel.ts";
import { STOP, TOLD, WANTS_DATA, WANTS_ROOM } from "./memory.ts";
import { cannotCopy } from "./shuttle.ts";
import type { ThreadInbox, ThreadOutbox, ThreadSelf } from "./worker.ts";
import type { Inside } from "./workers.ts";

/** What came for one box and was not taken. */
interface Queue {
  messages: unknown[];
  /** How many of them were taken. */
  head: number;
}

const NOTHING: readonly object[] = [];

/** Keeps a thread's messages until they are taken, and lets the thread sleep until there are some. */
export class ThreadOffice implements ThreadSelf {
  readonly inboxes: Readonly<Record<string, ThreadInbox<unknown>>>;
  readonly outboxes: Readonly<Record<string, ThreadOutbox<unknown>>>;
  readonly name: string;
  readonly #inside: Inside;
  readonly #channel: Channel;
  readonly #queues: readonly Queue[];
  /** Those in the event loop who wait for something to come. */
  #waiting: (() => void)[] = [];
  #listens = false;

  constructor(inside: Inside, channel: Channel) {
    const { name, inboxes, outboxes } = inside.data;
    this.#inside = inside;
    this.#channel = channel;
    this.name = name;
    this.#queues = inboxes.map(() => ({ messages: [], head: 0 }));
    this.inboxes = Object.fromEntries(inboxes.map((box, i) => [box, new OfficeInbox(this, i, `${name}.${box}`)]));
    this.outboxes = Object.fromEntries(outboxes.map((box, i) => [box, new OfficeOutbox(this, inboxes.length + i, `${name}.${box}`)]));
  }

  get toldToStop(): boolean {
    return this.#channel.read(TOLD) === STOP;
  }

  wait(...what: readonly (ThreadInbox<unknown> | Sleep)[]): boolean {
    const boxes: number[] = [];
    let timeout = Infinity;
    for (const one of what) {
      if (one instanceof Sleep) timeout = Math.min(timeout, one.delay);
      else boxes.push((one as OfficeInbox).box);
    }
    if (what.length === 0) return this.#channel.read(TOLD) === 0;
    return boxes.length === 0 ? this.#sleep(timeout) : this.waitFor(boxes, timeout);
  }

  /** Blocks until one of these boxes has a message (true), or the component should stop (false), or the time is over (true). */
  waitFor(boxes: readonly number[], timeout?: number): boolean {
    let answer = this.look(boxes);
    if (answer !== undefined) return answer;
    this.#channel.block(WANTS_DATA, () => (answer = this.look(boxes)) !== undefined, timeout);
    this.#wakeWaiting();
    return answer ?? true;
  }

  /** What waiting for these boxes would be answered now; undefined: it has to wait. */
  look(boxes: readonly number[]): boolean | undefined {
    const told = this.#channel.read(TOLD);
    if (told === STOP) return false;
    if (this.#hasAny(boxes)) return true;
    this.#drain(); // after looking what it was told: whatever was sent before that is there
    if (this.#hasAny(boxes)) return true;
    return told === 0 ? undefined : false;
  }

  length(box: number): number {
    this.#drain();
    const { messages, head } = this.#queues[box]!;
    return messages.length - head;
  }

  /** Takes the oldest message, of which there must be one. */
  take(box: number): unknown {
    const queue = this.#queues[box]!;
    const { messages, head } = queue;
    const message = messages[head];
    messages[head] = undefined;
    if (head + 1 === messages.length) {
      messages.length = 0;
      queue.head = 0;
    } else queue.head = head + 1;
    this.#channel.took(box);
    return message;
  }

  /** Fulfilled when something may have come. */
  listen(): Promise<void> {
    if (!this.#listens) {
      this.#listens = true;
      this.#inside.listen({ bell: () => this.#onBell(), idle: () => this.#onIdle() });
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      const something = (): boolean => this.#channel.available || this.#channel.read(TOLD) !== 0;
      if (!this.#channel.listen(WANTS_DATA | WANTS_ROOM, something)) this.#wakeWaiting();
    });
  }

  full(box: number): boolean {
    return !this.#channel.hasRoom(box);
  }

  send(box: number, message: unknown, transfer: readonly object[] = NOTHING): void {
    const channel = this.#channel;
    if (!channel.hasRoom(box)) this.#blockUntil(() => channel.wantRoom(box) || this.toldToStop);
    if (!channel.fits(message)) this.#blockUntil(() => channel.fits(message));
    channel.write(box, message, transfer);
    channel.publish();
  }

  #hasAny(boxes: readonly number[]): boolean {
    for (const box of boxes) {
      const { messages, head } = this.#queues[box]!;
      if (head < messages.length) return true;
    }
    return false;
  }

  #blockUntil(ready: () => boolean): void {
    this.#channel.block(WANTS_ROOM, ready);
    this.#wakeWaiting();
  }

  /** Sleeps to the end also when the data has ended, as long as there are inboxes; see `sleep`. */
  #sleep(delay: number): boolean {
    const stops = (): boolean => this.#channel.read(TOLD) >= (this.#queues.length === 0 || delay === Infinity ? 1 : STOP);
    this.#channel.block(0, stops, delay);
    this.#wakeWaiting();
    return this.#channel.read(TOLD) === 0;
  }

  #drain(): void {
    const channel = this.#channel;
    if (!channel.available) return;
    while (channel.next()) this.#queues[channel.box]!.messages.push(channel.message);
    this.#wakeWaiting();
  }

  #onBell(): void {
    this.#inside.keepAlive(false);
    this.#wakeWaiting();
  }

  /** Nothing else is left to do in this thread. */
  #onIdle(): void {
    if (this.#waiting.length === 0) return;
    this.#channel.sayIdle();
    this.#inside.keepAlive(true);
  }

  /** They look for themselves, and go on listening if it was not for them. */
  #wakeWaiting(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

class OfficeInbox implements ThreadInbox<unknown>, IterableIterator<unknown, void, void> {
  readonly #office: ThreadOffice;
  readonly #name: string;
  readonly #boxes: readonly number[];
  readonly box: number;

  constructor(office: ThreadOffice, box: number, name: string) {
    this.#office = office;
    this.#name = name;
    this.#boxes = [box];
    this.box = box;
  }

  get length(): number {
    return this.#office.length(this.box);
  }

  recv(): unknown {
    if (this.#office.waitFor(this.#boxes)) return this.#office.take(this.box);
    throw new Stopped(`Cannot recv from ${this.#name}: there will be no more messages`);
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown, void> {
    if (!this.#office.waitFor(this.#boxes)) return { value: undefined, done: true };
    return { value: this.#office.take(this.box), done: false };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    for (;;) {
      const answer = this.#office.look(this.#boxes);
      if (answer === false) return;
      if (answer === true) yield this.#office.take(this.box);
      else await this.#office.listen();
    }
  }
}

class OfficeOutbox implements ThreadOutbox<unknown> {
  readonly #office: ThreadOffice;
  readonly #box: number;
  readonly #name: string;

  constructor(office: ThreadOffice, box: number, name: string) {
    this.#office = office;
    this.#box = box;
    this.#name = name;
  }

  get full(): boolean {
    return this.#office.full(this.#box);
  }

  send(message: unknown, transfer?: readonly object[]): void {
    try {
      this.#office.send(this.#box, message, transfer);
    } catch (error) {
      throw cannotCopy(this.#name, error);
    }
  }
}
