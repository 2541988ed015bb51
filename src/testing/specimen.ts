// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Component, Destination, System } from "../axon/index.ts";
import type { Schedule } from "./at.ts";

/** What a component may do otherwise than the others, for a reason; see {@link conforms}. */
export type Trait = "silent" | "unread" | "endless" | "drains" | "stops" | "signals" | "loses" | "floods" | "leaves";

/** How to look whether a component conforms. */
export interface ConformOptions {
  /**
   * Where the component rightly differs, and why, in words; one that is not needed is a fault, too.
   *
   * - silent: sends nothing with these messages
   * - unread: ends before it has read all, or reads some boxes only when it is asked
   * - endless: goes on by itself, by the clock or without end
   * - drains: sends something else when the producer has finished at once than when it had all the time in the world
   * - stops: takes its time after shutdownMicroprocess, or reads on
   * - signals: sends something else on "signal" than what it was told
   * - loses: sends less, or something else, to receivers that are slow
   * - floods: sends to a receiver that takes nothing
   * - leaves: something stays when it has ended
   */
  readonly but?: { readonly [T in Trait]?: string };
  /** Milliseconds of virtual time after which a component that is endless is told to stop. Default 10,000. */
  readonly lasts?: number;
  /** What is compared instead of the messages of a box: for example their joined text, where the pieces differ from run to run. */
  readonly compare?: (messages: readonly any[], box: string) => unknown;
  /** Milliseconds of real time after which nothing more is expected from outside. Default 50. */
  readonly quiet?: number;
}

/** Where a component is made that is looked at. */
export interface Surroundings {
  /** A folder that is empty at first, and removed afterwards. */
  readonly folder: string;
  /** The system that it will run in. */
  readonly system: System;
  /** Has something done afterwards: a server closed, a process ended. */
  readonly after: (what: () => unknown) => void;
}

/** Messages for every inbox, but for control: a list, or a {@link Schedule}. */
export type AllInputs<C> = C extends { readonly inboxes: infer I }
  ? { readonly [K in Exclude<keyof I, "control">]: I[K] extends Destination<infer T> ? readonly T[] | Schedule<T> : never }
  : never;

/** What comes behind the function that makes a component: nothing is needed for one that has no inboxes. */
export type Conforming<C, Options> =
  {} extends AllInputs<C>
    ? [inputs?: AllInputs<C> | ((surroundings: Surroundings) => AllInputs<C>), options?: Options]
    : [inputs: AllInputs<C> | ((surroundings: Surroundings) => AllInputs<C>), options?: Options];

/** Messages for each inbox. @internal */
export type AnyInputs = Readonly<Record<string, readonly unknown[] | Schedule<unknown>>>;

/** A component to be looked at. @internal */
export interface Specimen {
  readonly make: (surroundings: Surroundings) => Component<any, any> | Promise<Component<any, any>>;
  readonly inputs: (surroundings: Surroundings) => AnyInputs;
  readonly options: SpecimenOptions;
}

/** @internal */
export interface SpecimenOptions extends ConformOptions {
  /** Why it cannot be looked at here: "needs ffmpeg". */
  readonly skip?: string | false;
  /** What its kind is called, where it is made of another one. Default: its own name. */
  readonly kind?: string;
}

/** One specimen or several for each exported component, by its name; what is no component says what it is. @internal */
export type Specimens = Readonly<Record<string, Specimen | readonly Specimen[] | string>>;

/** Makes an entry of a table of {@link Specimens}. The arguments are those of {@link conforms}. @internal */
export function specimen<C extends { readonly inboxes: object; readonly outboxes: object }>(
  make: (surroundings: Surroundings) => C | Promise<C>,
  ...[inputs, options]: Conforming<NoInfer<C>, SpecimenOptions>
): Specimen {
  return {
    make: make as unknown as Specimen["make"],
    inputs: (typeof inputs === "function" ? inputs : () => inputs ?? {}) as Specimen["inputs"],
    options: options ?? {},
  };
}

/** @internal */
export class TemporarySurroundings implements Surroundings {
  readonly system: System;
  #folder: string | undefined;
  readonly #afterwards: (() => unknown)[] = [];

  constructor(system: System) {
    this.system = system;
  }

  get folder(): string {
    return (this.#folder ??= mkdtempSync(join(tmpdir(), "kamaelia-")));
  }

  readonly after = (what: () => unknown): void => void this.#afterwards.push(what);

  /** The same data, with another name in the place of the folder's. */
  withoutFolder(data: unknown): unknown {
    const folder = this.#folder;
    if (folder === undefined) return data;
    if (typeof data === "string") return data.replaceAll(folder, "/folder");
    if (Array.isArray(data)) return data.map((item) => this.withoutFolder(item));
    if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.withoutFolder(value)]));
  }

  async remove(): Promise<void> {
    for (const what of this.#afterwards.reverse()) await what();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
