// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** A function that makes something of what the function before it made. */
export type Step<A = any, B = any> = (message: A) => B;
/** What a function gets: all that the one before it may answer, but nothing. */
type Given<T> = NonNullable<T>;
type Transforms<A, B> = Component<{ inbox: A }, { outbox: NonNullable<B> }>;

/**
 * Sends what several functions, one after the other, make of each message. As soon as one answers null or undefined, the rest is not called, and nothing
 * is sent.
 *
 * @example
 * await Pipeline(ConsoleReader({ eol: "" }), SequentialTransformer((text) => text.trim(), Number, (n) => `${2 * n}\n`), ConsoleEchoer()).run();
 */
export function SequentialTransformer<A = any, B = any>(s1: Step<A, B>): Transforms<A, B>;
export function SequentialTransformer<A = any, B = any, C = any>(s1: Step<A, B>, s2: Step<Given<B>, C>): Transforms<A, C>;
export function SequentialTransformer<A = any, B = any, C = any, D = any>(
  s1: Step<A, B>,
  s2: Step<Given<B>, C>,
  s3: Step<Given<C>, D>,
): Transforms<A, D>;
export function SequentialTransformer<A = any, B = any, C = any, D = any, E = any>(
  s1: Step<A, B>,
  s2: Step<Given<B>, C>,
  s3: Step<Given<C>, D>,
  s4: Step<Given<D>, E>,
): Transforms<A, E>;
export function SequentialTransformer<A = any, B = any>(...steps: readonly Step[]): Transforms<A, B>;
export function SequentialTransformer(...steps: readonly Step[]): Transforms<unknown, unknown> {
  return component(SequentialTransformer, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "what became of them" },
    *main({ inbox }, { outbox }) {
      while (yield inbox)
        for (const message of inbox) {
          const result = through(steps, message);
          if (result !== undefined && result !== null) outbox.send(result);
        }
    },
  });
}

function through(steps: readonly Step[], message: unknown): unknown {
  let result = message;
  for (const step of steps) {
    result = step(result);
    if (result === undefined || result === null) return undefined;
  }
  return result;
}
