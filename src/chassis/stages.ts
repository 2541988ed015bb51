// SPDX-License-Identifier: Apache-2.0
import type { Component, Destination, Origin } from "../axon/index.ts";
import type { MessagesDoNotFit } from "./linkages.ts";

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

/** What a circular Pipeline is: its first component's inbox. Its last component has to send what its first one takes. */
export type Circle<I, O> = [SentFrom<O>] extends [TakenBy<I>]
  ? Component<{ inbox: TakenBy<I> }, {}>
  : MessagesDoNotFit<"the last component sends", SentFrom<O>, "the first component takes", TakenBy<I>>;
type TakenBy<I> = I extends { readonly inbox: Destination<infer A> } ? A : never;
type SentFrom<O> = O extends { readonly outbox: Origin<infer B> } ? B : unknown;

/** Any component. */
export interface Part {
  readonly inboxes: object;
  readonly outboxes: object;
}
type Taker = { readonly inboxes: { readonly inbox: Destination<any> } };
/** The inbox of a chassis whose components each get its messages: what comes there has to fit all of them. */
export type CommonInbox<C> = [Extract<C, Taker>] extends [never] ? {} : { inbox: TakenByAll<Extract<C, Taker>> };
type TakenByAll<C> = (C extends { readonly inboxes: { readonly inbox: Destination<infer T> } } ? (message: T) => void : never) extends (
  message: infer M,
) => void
  ? M
  : never;
/** The outbox of a chassis by which all its components send. */
export type CommonOutbox<C> = { outbox: C extends { readonly outboxes: { readonly outbox: Origin<infer T> } } ? T : never };
