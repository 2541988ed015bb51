// SPDX-License-Identifier: Apache-2.0
import { type Inside } from "./workers.ts";
import { workers } from "#worker";
import { type Boxes, Component } from "../Component.ts";
import { Stopped } from "../errors.ts";
import type { Sleep } from "../waits.ts";
import { boundsOf, Channel } from "./channel.ts";
import { runInThread } from "./mirror.ts";
import { AWAKE, PHASE, RETURNED, STARTED, state, THREAD } from "./memory.ts";
import { ThreadOffice } from "./office.ts";

/** An inbox as a thread sees it. Reading blocks the thread, and only the thread, until a message comes. */
export interface ThreadInbox<out T> extends Iterable<T>, AsyncIterable<T> {
  /** How many messages wait here. */
  readonly length: number;
  /**
   * Takes the oldest message; waits for one.
   *
   * @throws Stopped when there will be none, because the component should stop. If it is not caught, that is an ordinary end.
   */
  recv(): T;
}

/** An outbox as a thread sees it. */
export interface ThreadOutbox<in T> {
  /**
   * Sends a message, at once; waits as long as too many are on their way.
   *
   * @param transfer what moves with the message instead of being copied: array buffers, ports. It is gone here
   * @throws TypeError when the message cannot be copied to another thread
   */
  send(message: T, transfer?: readonly object[]): void;
  /** Whether `send` would wait. */
  readonly full: boolean;
}

/** What else a thread may want to know, and to wait for. */
export interface ThreadSelf {
  /** The name of the component: `Crunch_3`. */
  readonly name: string;
  /** Whether it was told to stop now (shutdownMicroprocess). A long computation looks here from time to time. */
  readonly toldToStop: boolean;
  /**
   * Blocks until one of these boxes has a message, or the shortest of the sleeps is over (by the real time). The answer is that of a component's `yield`:
   * true, or false once it should stop. Without arguments, only answers.
   */
  wait(...what: readonly (ThreadInbox<unknown> | Sleep)[]): boolean;
}

type MakesComponent = (...options: any[]) => Component<any, any>;
type InboxesOf<F extends MakesComponent> = ReturnType<F> extends Component<infer I, any> ? ThreadInboxes<I> : never;
type OutboxesOf<F extends MakesComponent> = ReturnType<F> extends Component<any, infer O> ? ThreadOutboxes<O> : never;
type ThreadInboxes<I extends Boxes> = { readonly [K in keyof I]: ThreadInbox<I[K]> };
type ThreadOutboxes<O extends Boxes> = { readonly [K in keyof O]: ThreadOutbox<O[K]> };

/** What runs in a thread: a function that may block, or may wait for promises. */
export type ThreadBody<F extends MakesComponent> = (
  inboxes: InboxesOf<F>,
  outboxes: OutboxesOf<F>,
  self: ThreadSelf,
) => void | Promise<void>;

/**
 * In a thread's own file: what the thread does. The types of its boxes come from the component that it serves.
 *
 * A function may block: `for (const n of inbox)` waits for messages, and ends when the component should stop. An async function may use `for await` instead,
 * and then waits for anything else meanwhile. A component (a Pipeline, for example) runs in a system of its own.
 * The thread ends with the function: when it returns, the component has ended; when it throws, the component fails with that error.
 *
 * Does nothing in a file that is imported by the main program.
 *
 * @throws Error when it is called a second time
 * @example
 * worker<typeof Crunch>(({ inbox }, { outbox }) => {
 *   for (const n of inbox) outbox.send({ n, factors: factorise(n) });
 * });
 */
export function worker<F extends MakesComponent>(body: ThreadBody<F> | ReturnType<F>): void {
  const inside = workers.inside();
  if (inside === undefined) return;
  const { data, port, bell } = inside;
  const channel = new Channel({ memory: data.memory, side: THREAD, port, bell, bounds: boundsOf(data) });
  if (channel.read(PHASE) !== 0)
    throw new Error(`Cannot run a second function in the thread of ${data.name}: worker(…) was called already`);
  channel.set(PHASE, STARTED);
  if (body instanceof Component) void settle(inside, channel, runInThread(inside, channel, body));
  else run(inside, channel, body);
}

function run<F extends MakesComponent>(inside: Inside, channel: Channel, body: ThreadBody<F>): void {
  const office = new ThreadOffice(inside, channel);
  let result: void | Promise<void> = undefined;
  try {
    result = body(office.inboxes as InboxesOf<F>, office.outboxes as OutboxesOf<F>, office);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  if (result instanceof Promise) void settle(inside, channel, result);
  else end(inside, channel);
}

async function settle(inside: Inside, channel: Channel, result: Promise<void>): Promise<void> {
  try {
    await result;
  } catch (error) {
    if (!(error instanceof Stopped)) {
      inside.fail(error);
      return;
    }
  }
  end(inside, channel);
}

function end(inside: Inside, channel: Channel): void {
  channel.set(state(THREAD), AWAKE);
  channel.set(PHASE, RETURNED);
  inside.exit();
}
