// SPDX-License-Identifier: Apache-2.0
import type { Boxes, Component } from "../axon/index.ts";
import { InactivityChassis, type InactivityOptions } from "./InactivityChassis.ts";

/**
 * As {@link NoActivityTimeout}, but each component gets a timeout of its own: what it returns takes the options first, then what `make` takes.
 *
 * @param make makes a component
 * @throws RangeError (what it returns does) for a time that there cannot be
 * @example
 * const PatientEcho = ExtendedInactivity(EchoProtocol);
 * const echo = PatientEcho({ timeout: 60_000 });
 */
export function ExtendedInactivity<A extends readonly unknown[], I extends Boxes, O extends Boxes>(
  make: (...given: A) => Component<I, O>,
): (options: InactivityOptions, ...given: A) => Component<I, O> {
  return (options, ...given) => InactivityChassis(make(...given), options);
}
