// SPDX-License-Identifier: Apache-2.0
import assert, { AssertionError } from "node:assert/strict";
import { show } from "./show.ts";

/** What happened, for each result of `drive`. */
const stories = new WeakMap<object, () => string>();

/** Keeps what happened with a result, so that an assertion can show it. @internal */
export function remember(result: object, story: () => string): void {
  stories.set(result, story);
}

/**
 * Asserts that a driven component sent exactly these messages, from the outboxes that are named. The error shows what happened.
 *
 * @param result what {@link drive} answered
 * @throws AssertionError with the difference, the seed and the trace
 * @example
 * assertSent(await drive(Echo(), { inbox: ["a"] }), { outbox: ["a"] });
 */
export function assertSent<R extends object>(result: R, expected: { readonly [K in keyof R]?: R[K] }): void {
  for (const [name, messages] of Object.entries(expected)) {
    const actual: unknown = (result as Record<string, unknown>)[name];
    try {
      if (actual === undefined) throw new AssertionError({ message: `Nothing was collected from ${name}`, actual, expected: messages });
      assert.deepEqual(actual, messages);
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error;
      throw new AssertionError({
        message: `${name} sent ${show(actual)}, expected ${show(messages)}\n${error.message}${stories.get(result)?.() ?? ""}`,
        actual,
        expected: messages,
        operator: "deepStrictEqual",
        stackStartFn: assertSent,
      });
    }
  }
}
