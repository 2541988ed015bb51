// SPDX-License-Identifier: Apache-2.0
import type { Component, Destination, Origin } from "../axon/index.ts";

/** The first component of a Pipeline: any inboxes, and an "outbox" that sends `B`. */
export interface First<I, out B> {
  readonly inboxes: I;
  readonly outboxes: { readonly outbox: Origin<B> };
}

/** A component in the middle of a Pipeline: takes `A` on "inbox", sends `B` from "outbox". */
export interface Stage<in A, out B> {
  readonly inboxes: { readonly inbox: Destination<A> };
  readonly outboxes: { readonly outbox: Origin<B> };
}

/** The last component of a Pipeline: takes `A` on "inbox", and any outboxes. */
export interface Last<in A, O> {
  readonly inboxes: { readonly inbox: Destination<A> };
  readonly outboxes: O;
}

/** What a Pipeline is: its first component's inbox, its last one's outbox. */
export type Piped<I, O> = Component<
  I extends { readonly inbox: Destination<infer A> } ? { inbox: A } : {},
  O extends { readonly outbox: Origin<infer B> } ? { outbox: B } : {}
>;
