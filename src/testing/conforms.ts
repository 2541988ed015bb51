// SPDX-License-Identifier: Apache-2.0
import { AssertionError } from "node:assert";
import type { Component } from "../axon/index.ts";
import { faultsOf } from "./conformity.ts";
import { type AnyInputs, type ConformOptions, type Conforming, specimen, type Surroundings } from "./specimen.ts";

/**
 * Asserts that a component does what one expects of every component, in some thirty runs in virtual time. It
 *
 * - drains on producerFinished: what waits in its inboxes is dealt with before it ends
 * - stops at once on shutdownMicroprocess, also while a full box holds it
 * - passes on what it was told, by one message on "signal", its last
 * - sends slow receivers all, in order, and stops when they take nothing
 * - waits without taking turns when there is nothing to do
 * - leaves nothing behind, and sends nothing, when it has ended
 * - says what each box is for
 *
 * @param make makes one, for each run anew
 * @param inputs messages for each inbox, three or more that make it send something; `[]` for a box that gets none
 * @throws AssertionError that lists all faults
 * @example
 * await conforms(() => Echo(), { inbox: ["a", "b", "c"] });
 */
export async function conforms<C extends { readonly inboxes: object; readonly outboxes: object }>(
  make: (surroundings: Surroundings) => C | Promise<C>,
  ...[inputs, options]: Conforming<NoInfer<C>, ConformOptions>
): Promise<void> {
  const faults = await faultsOf(specimen(make as unknown as () => Component<any, any>, inputs as AnyInputs, options));
  if (faults.length === 0) return;
  const text = faults.map((fault) => `\n- ${fault}`).join("");
  throw new AssertionError({ message: `The component does not conform: it${text}`, stackStartFn: conforms });
}
