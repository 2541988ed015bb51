// SPDX-License-Identifier: Apache-2.0
import type { Boxes, Component, Inboxes, Outboxes } from "./Component.ts";
import { HAS_INPUT, STARTED } from "./flags.ts";
import { Drain, Feed, Outside, type Reader } from "./handleEnds.ts";
import { producerFinished, type Shutdown } from "./ipc.ts";
import type { Ended } from "./life.ts";
import { inboxOf, outboxOf } from "./postoffice.ts";
import type { System } from "./System.ts";

/** What an inbox takes. */
type Taken<I extends Boxes, K> = K extends keyof I ? I[K] : K extends "control" ? Shutdown : never;
/** What an outbox sends. */
type Sent<O extends Boxes, K> = K extends keyof O ? O[K] : K extends "signal" ? Shutdown : never;
type InboxName<I extends Boxes> = keyof Inboxes<I> & string;
type OutboxName<O extends Boxes> = keyof Outboxes<O> & string;

/** How to take a component in hand. */
export interface HandleOptions<O extends string = string> {
  /** The system that it runs in. Default: the one that it would run in by itself. */
  readonly system?: System;
  /** The outboxes to read. Default: "outbox", if it has one that is not linked. What it sends from others is dropped, and counted, as always. */
  readonly outboxes?: readonly O[];
  /** How many messages wait to be read from each of them before the component is held. Default 128. */
  readonly bound?: number;
}

/**
 * Activates a component for code that is none: promises, callbacks, async functions.
 *
 * @throws Error when the component is active already, or a child of another one
 * @throws RangeError when it has no such outbox
 * @throws BoxAlreadyLinkedToDestination when one of the outboxes is linked already
 * @example
 * const echo = handle(Echo<string>());
 * await echo.put("hello");
 * await echo.get(); // "hello"
 * echo.finish();
 */
export function handle<I extends Boxes, O extends Boxes>(
  component: Component<I, O>,
  options: HandleOptions<OutboxName<O>> = {},
): Handle<I, O> {
  return new Handle(component, options);
}

/**
 * A component in the hands of code that is none; see {@link handle}. `for await (const message of handle(component))` reads its "outbox" to the end, and
 * stops it when the loop is left early.
 *
 * Back-pressure goes both ways: `put` waits while the inbox is full, and the component is held while nobody reads what it sends. When it fails, those
 * who wait get its failure, and so do all who ask later, once they have read what it had sent. For those who never read anything the failure is a
 * rejection of `ended`: if nobody handles that, the process ends with it.
 */
export class Handle<I extends Boxes, O extends Boxes> {
  readonly component: Component<I, O>;
  /** Fulfilled when the component has ended; rejected when it has failed. */
  readonly ended: Promise<void>;
  readonly #outside: Outside = new Outside();
  readonly #feeds: Map<string, Feed> = new Map();
  readonly #drains: Map<string, Drain> = new Map();
  #settle!: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  /** How many wait for the component to take or to send a message. */
  #waiting = 0;
  #finishing = false;
  #hears = false;
  #over: Ended | undefined;
  #expectation: (() => void) | undefined;

  /** @internal */
  constructor(component: Component<I, O>, { system = component.system, outboxes, bound }: HandleOptions<OutboxName<O>>) {
    const p = component.microprocess;
    if ((p.flags & STARTED) !== 0) throw new Error(`Cannot take ${component.name} in hand: it is active already`);
    if (p.parent !== undefined) throw new Error(`Cannot take ${component.name} in hand: it is a child of ${p.parent.name}`);
    this.component = component;
    const hasOutbox = Object.hasOwn(component.outboxes, "outbox") && !outboxOf(component, "outbox").linked;
    for (const name of outboxes ?? (hasOutbox ? ["outbox"] : [])) {
      this.#drains.set(name, new Drain(this.#outside, component, name, bound, () => this.#wait(-1)));
    }
    this.ended = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    (p.extras ??= {}).watcher = (ended) => this.#end(ended);
    this.#finishing = (p.flags & HAS_INPUT) === 0;
    system.activate(component);
    this.#wait(0);
  }

  /**
   * Puts a message into an inbox. Fulfilled when there was room for it.
   *
   * @throws ComponentFailure as a rejection, when the component has failed
   * @throws Error as a rejection, when the component has ended, or `finish` was called
   * @throws RangeError as a rejection, when the component has no such inbox
   */
  put(message: Taken<I, "inbox">): Promise<void>;
  put<K extends InboxName<I>>(message: Taken<I, K>, box: K): Promise<void>;
  put(message: unknown, box = "inbox"): Promise<void> {
    return new Promise((resolve, reject) => {
      const feed = this.#feed(box);
      if (feed.trySend(message)) {
        resolve();
        return;
      }
      this.#wait(+1);
      const taken = (): void => {
        this.#wait(-1);
        resolve();
      };
      const refused = (error: unknown): void => {
        this.#wait(-1);
        reject(error);
      };
      feed.wait({ message, taken, refused });
    });
  }

  /**
   * Puts a message into an inbox if there is room: true if it was put.
   *
   * @throws ComponentFailure when the component has failed
   * @throws Error when the component has ended, or `finish` was called
   * @throws RangeError when the component has no such inbox
   */
  tryPut(message: Taken<I, "inbox">): boolean;
  tryPut<K extends InboxName<I>>(message: Taken<I, K>, box: K): boolean;
  tryPut(message: unknown, box = "inbox"): boolean {
    return this.#feed(box).trySend(message);
  }

  /**
   * The next message from an outbox; undefined when the component has ended and all is read.
   *
   * @throws ComponentFailure as a rejection, when the component has failed and all is read
   * @throws RangeError as a rejection, when the outbox is not among those that are read
   */
  get(): Promise<Sent<O, "outbox"> | undefined>;
  get<K extends OutboxName<O>>(box: K): Promise<Sent<O, K> | undefined>;
  get(box = "outbox"): Promise<unknown> {
    return new Promise<unknown>((resolve, reject) => {
      this.#read(this.#drain(box), { give: resolve, end: () => resolve(undefined), fail: reject });
    });
  }

  /**
   * The next message from an outbox, if there is one.
   *
   * @throws ComponentFailure when the component has failed and all is read
   * @throws RangeError when the outbox is not among those that are read
   */
  tryGet(): Sent<O, "outbox"> | undefined;
  tryGet<K extends OutboxName<O>>(box: K): Sent<O, K> | undefined;
  tryGet(box = "outbox"): unknown {
    let message: unknown;
    if (!this.#drain(box).tryGive({ give: (next) => (message = next) }) && this.#over?.failure !== undefined) throw this.#over.failure;
    return message;
  }

  /** The messages of an outbox, to the end. Leaving the loop early stops the component, and waits until it has ended. */
  messages(): AsyncIterableIterator<Sent<O, "outbox">, undefined, void>;
  messages<K extends OutboxName<O>>(box: K): AsyncIterableIterator<Sent<O, K>, undefined, void>;
  messages(box = "outbox"): AsyncIterableIterator<any, undefined, void> {
    const drain = this.#drain(box);
    const iterator: AsyncIterableIterator<any, undefined, void> = {
      [Symbol.asyncIterator]: () => iterator,
      next: () =>
        new Promise((resolve, reject) => {
          const end = (): void => resolve({ value: undefined, done: true });
          this.#read(drain, { give: (value) => resolve({ value, done: false }), end, fail: reject });
        }),
      return: async () => {
        for (const each of this.#drains.values()) each.cut();
        await this.stop();
        return { value: undefined, done: true };
      },
    };
    return iterator;
  }

  /** The messages of "outbox"; see {@link messages}. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Sent<O, "outbox">, undefined, void> {
    return this.messages();
  }

  /** Says that nothing more will be put (producerFinished), after all that waits to be put. Fulfilled when the component has ended; rejected when it has failed. */
  finish(): Promise<void> {
    if (this.#over === undefined) {
      this.#finishing = true;
      if (![...this.#feeds.values()].some((feed) => feed.busy)) this.component.stop(producerFinished());
      this.#wait(0);
    }
    return this.ended;
  }

  /** Stops the component now (shutdownMicroprocess). Fulfilled when it has ended; rejected when it has failed. */
  stop(): Promise<void> {
    this.#finishing = true;
    this.component.stop();
    this.#wait(0);
    return this.ended;
  }

  /** For `await using`: stops the component, and waits until it has ended. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #read(drain: Drain, reader: Reader): void {
    if (drain.tryGive(reader)) return;
    if (this.#over !== undefined) {
      tell(reader, this.#over);
      return;
    }
    this.#wait(+1);
    drain.wait(reader);
  }

  #feed(box: string): Feed {
    const { name } = this.component;
    inboxOf(this.component, box);
    if (this.#over !== undefined) throw this.#over.failure ?? new Error(`Cannot put into ${name}.${box}: ${name} has ended`);
    if (this.#finishing && box !== "control")
      throw new Error(`Cannot put into ${name}.${box}: there was to be no more, by finish() or stop()`);
    let feed = this.#feeds.get(box);
    if (feed === undefined) {
      feed = new Feed(this.#outside, this.component, box, () => {
        if (this.#finishing) void this.finish();
      });
      this.#feeds.set(box, feed);
    }
    return feed;
  }

  #drain(box: string): Drain {
    this.#hearFailure(); // by reading
    const drain = this.#drains.get(box);
    if (drain !== undefined) return drain;
    outboxOf(this.component, box);
    throw new RangeError(`Cannot get from ${this.component.name}.${box}: it is not read; name it in the option "outboxes"`);
  }

  /** Somebody hears of a failure without `ended`. */
  #hearFailure(): void {
    if (this.#hears) return;
    this.#hears = true;
    this.ended.catch(() => {});
  }

  #end(ended: Ended): void {
    this.#over = ended;
    const { name } = this.component;
    if (ended.failure === undefined) this.#settle.resolve();
    else this.#settle.reject(ended.failure);
    if (this.#waiting > 0) this.#hearFailure();
    for (const [box, feed] of this.#feeds) feed.close(ended.failure ?? new Error(`Cannot put into ${name}.${box}: ${name} has ended`));
    for (const drain of this.#drains.values()) drain.close((reader) => tell(reader, ended));
    this.#wait(0);
  }

  /**
   * The code outside may do something at any time, so the system is not done while the component lives. But virtual time must pass, or nothing would
   * ever happen: it does while somebody waits here, and once nothing more can be put.
   */
  #wait(change: -1 | 0 | 1): void {
    this.#waiting += change;
    const { system, name } = this.component;
    const isVirtual = system.clock.idle !== undefined;
    const expected = this.#over === undefined && !(isVirtual && (this.#waiting > 0 || this.#finishing));
    if (expected) this.#expectation ??= system.expect(`the code that handles ${name}`);
    else {
      this.#expectation?.();
      this.#expectation = undefined;
    }
  }
}

function tell(reader: Reader, { failure }: Ended): void {
  if (failure === undefined) reader.end();
  else reader.fail(failure);
}
