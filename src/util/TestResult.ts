// SPDX-License-Identifier: Apache-2.0
import { AssertionError } from "node:assert";
import { inspect } from "node:util";
import { type Component, component } from "../axon/index.ts";

/**
 * Fails at the first message that is not true, and so stops the system, unless somebody above it sees to that. Messages that are true are swallowed.
 * For tests; `drive` of `kamaelia/testing` is better at most of them.
 *
 * @throws AssertionError at a message that is false, 0, "", null, undefined or NaN
 * @example
 * await Pipeline(DataSource([2, 4]), PureTransformer((n) => n % 2 === 0), TestResult()).run();
 */
export function TestResult<T = any>(): Component<{ inbox: T }, {}> {
  return component(TestResult, {
    inboxes: { inbox: "what has to be true" },
    *main({ inbox }, _, self) {
      for (let count = 1; yield inbox; count++) {
        const actual = inbox.recv();
        if (actual) continue;
        throw new AssertionError({
          message: `${self.name} received a false value: ${inspect(actual)}, message ${count}`,
          actual,
          expected: true,
          operator: "==",
        });
      }
    },
  });
}
