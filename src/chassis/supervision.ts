// SPDX-License-Identifier: Apache-2.0
import type { ComponentFailure, Ended } from "../axon/index.ts";
import type { Checked } from "./linkages.ts";
import type { Backoff } from "./RestartLimit.ts";
import type { Part } from "./stages.ts";

/** When a child is started again. */
export type Restart = "permanent" | "transient" | "temporary";
/** Which children are started again when one has ended that has to be. */
export type Strategy = "one-for-one" | "one-for-all" | "rest-for-one";

/** How a child is made and looked after. */
export interface ChildSpec<C extends Part = Part> {
  /** Makes the child: once when the Supervisor is made, and for each restart. */
  readonly start: () => C;
  /** "permanent" (default): always started again; "transient": only if it failed or was killed; "temporary": never. */
  readonly restart?: Restart;
  /** Milliseconds it gets to stop before it is killed, or "brutal-kill" for none. Default 5000; for a Supervisor Infinity. */
  readonly shutdown?: number | "brutal-kill";
}
/** Children by name, each with how to make it. */
export type Children = Readonly<Record<string, ChildSpec | (() => Part)>>;

/** How a Supervisor works. */
export interface Supervision<S extends Children, L> {
  /** The children, in the order in which they are started; they are stopped in reverse. */
  readonly children: S;
  /** From "NAME.outbox" to "NAME.inbox"; "self.box" is a box of the Supervisor, but not its control and signal: these are its own business. */
  readonly linkages?: L extends Checked<PartsOf<S>, L> ? L : Checked<PartsOf<S>, L>;
  /** "one-for-one" (default): only the child itself; "one-for-all": all of them; "rest-for-one": it and those started after it. */
  readonly strategy?: Strategy;
  /** With more restarts than this within `period`, the Supervisor gives up. Default 1. */
  readonly intensity?: number;
  /** Milliseconds. Default 5000. */
  readonly period?: number;
  /** How long to wait before a restart, longer each time in a row; a child that has lived for `period` starts a new row. Default: not at all. */
  readonly backoff?: Backoff;
}

/** What each child is. */
export type PartsOf<S> = {
  [N in keyof S & string]: S[N] extends () => infer C ? (C extends Part ? C : never) : S[N] extends ChildSpec<infer C> ? C : never;
};

/** Told whenever a child is started again. */
export interface Restarted {
  readonly child: string;
  /** How it ended. */
  readonly reason: Ended["reason"];
  readonly failure: ComponentFailure | undefined;
  /** How often this child has been started again, this time included. */
  readonly count: number;
}
/** Told whenever a child has failed that is not started again. */
export interface Lost {
  readonly child: string;
  readonly failure: ComponentFailure;
}
