// SPDX-License-Identifier: Apache-2.0
import type { Boxes, Component } from "../axon/index.ts";
import { InactivityChassis, type InactivityOptions } from "./InactivityChassis.ts";

/**
 * Makes a function that makes the same components, each in an {@link InactivityChassis} with this timeout.
 *
 * @param make makes a component
 * @throws RangeError (what it returns does) for a time that there cannot be
 * @example
 * await SimpleServer({ port: 1500, protocol: NoActivityTimeout(EchoProtocol, { timeout: 5000 }) }).run(); // until it is stopped
 */
export function NoActivityTimeout<A extends readonly unknown[], I extends Boxes, O extends Boxes>(
  make: (...given: A) => Component<I, O>,
  options: InactivityOptions = {},
): (...given: A) => Component<I, O> {
  return (...given) => InactivityChassis(make(...given), options);
}
