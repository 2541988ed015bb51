// SPDX-License-Identifier: Apache-2.0
import { type ServiceName, serviceName } from "../axon/index.ts";
import type { SinkChange } from "./sinks.ts";

/** The name of a Backplane, and the type of what is published there; made by {@link backplaneName}. */
export interface BackplaneName<in out T> {
  readonly name: string;
  readonly "~publishes": (message: T) => T;
}

/**
 * Makes the name of a {@link Backplane}. Whoever publishes and whoever subscribes use the same name, so the compiler checks that they agree on the messages.
 * A plain string will do, too: then nothing is checked.
 *
 * @example
 * const NEWS = backplaneName<string>("news");
 */
export function backplaneName<T>(name: string): BackplaneName<T> {
  return { name } as BackplaneName<T>;
}

/** In words, for people. */
export function textOf<T>(name: BackplaneName<T> | string): string {
  return typeof name === "string" ? name : name.name;
}

/** The service by which a Backplane takes messages; called as in the original. */
export function publishing<T>(name: BackplaneName<T> | string): ServiceName<T> {
  return serviceName(`Backplane_I_${textOf(name)}`);
}

/** The service by which a Backplane takes subscribers; called as in the original. */
export function subscribing<T>(name: BackplaneName<T> | string): ServiceName<SinkChange<T>> {
  return serviceName(`Backplane_O_${textOf(name)}`);
}
