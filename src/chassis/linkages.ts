// SPDX-License-Identifier: Apache-2.0
import type { Destination, Origin } from "../axon/index.ts";

/** Named components. */
export type Parts = Record<string, { readonly inboxes: object; readonly outboxes: object }>;
type Names<T> = keyof T & string;
type InboxesOf<P extends Parts, N extends Names<P>> = `${N}.${Names<P[N]["inboxes"]>}`;
type OutboxesOf<P extends Parts, N extends Names<P>> = `${N}.${Names<P[N]["outboxes"]>}`;
/** "NAME.box" of every inbox in the graph. */
export type InboxRef<P extends Parts> = { [N in Names<P>]: InboxesOf<P, N> }[Names<P>];
/** "NAME.box" of every outbox in the graph. */
export type OutboxRef<P extends Parts> = { [N in Names<P>]: OutboxesOf<P, N> }[Names<P>];
/** A box of the chassis itself. */
export type Self = `self.${string}`;

/** What an outbox sends, found from its "NAME.box". */
type Sent<P extends Parts, R> = R extends `${infer N}.${infer B}`
  ? N extends keyof P
    ? B extends keyof P[N]["outboxes"]
      ? P[N]["outboxes"][B] extends Origin<infer T>
        ? T
        : never
      : never
    : never
  : never;
/** What an inbox takes, found from its "NAME.box". */
type Taken<P extends Parts, R> = R extends `${infer N}.${infer B}`
  ? N extends keyof P
    ? B extends keyof P[N]["inboxes"]
      ? P[N]["inboxes"][B] extends Destination<infer T>
        ? T
        : never
      : never
    : never
  : never;

/** From outbox to inbox, as in Kamaelia's dictionary. `self` gives the chassis boxes of its own. */
export type Linkages<P extends Parts> = { readonly [R in OutboxRef<P>]?: `${InboxRef<P>}` | Self } & {
  readonly [R in Self]?: `${InboxRef<P>}`;
};

declare const why: unique symbol;
/** The component has no outbox of this name. */
export interface NoSuchOutbox<Wrote, Known> {
  [why]: [Wrote, Known];
}
/** The graph has no component of this name. */
export interface NoSuchComponent<Wrote, Known> {
  [why]: [Wrote, Known];
}
/** The outbox sends what the inbox does not take. */
export interface MessagesDoNotFit<From, Sends, To, Takes> {
  [why]: [From, Sends, To, Takes];
}

/** Each linkage, or an explanation of what is wrong with it. Valid ones are widened, so editors can complete them. */
export type Checked<P extends Parts, L> = {
  readonly [R in keyof L]: R extends Self
    ? InboxRef<P>
    : R extends OutboxRef<P>
      ? L[R] extends InboxRef<P>
        ? [Sent<P, R>] extends [Taken<P, L[R]>]
          ? InboxRef<P>
          : MessagesDoNotFit<`${R} sends`, Sent<P, R>, `${L[R]} takes`, Taken<P, L[R]>>
        : { [K in Names<P>]: InboxesOf<P, K> }[Names<P>] | Self
      : R extends `${infer N}.${string}`
        ? N extends Names<P>
          ? NoSuchOutbox<R, OutboxesOf<P, N>>
          : NoSuchComponent<N, { [K in Names<P>]: K }[Names<P>]>
        : NoSuchOutbox<R, `${OutboxRef<P>}`>;
};

/** The inboxes that `self.…` linkages give the chassis. */
export type OwnInboxes<P extends Parts, L> = {
  [R in keyof L as R extends `self.${infer B}` ? Exclude<B, "control"> : never]: Taken<P, L[R]>;
};
type OwnOutboxNames<L> = { [R in keyof L]: L[R] extends `self.${infer B}` ? Exclude<B, "signal"> : never }[keyof L] & string;
/** The outboxes that linkages to `self.…` give the chassis. */
export type OwnOutboxes<P extends Parts, L> = {
  [B in OwnOutboxNames<L>]: { [R in keyof L]: L[R] extends `self.${B}` ? Sent<P, R> : never }[keyof L];
};

/** A linkage taken apart. `self` stands for the chassis. */
export interface Wire {
  readonly from: string;
  readonly outbox: string;
  readonly to: string;
  readonly inbox: string;
}

/**
 * The linkages of a dictionary, taken apart.
 *
 * @throws RangeError for what is not of the form "NAME.box", and for a linkage of the chassis with itself
 */
export function wires(linkages: Readonly<Record<string, string>>): Wire[] {
  return Object.entries(linkages).map(([source, sink]) => {
    const [from, outbox] = parseRef(source);
    const [to, inbox] = parseRef(sink);
    if (from === "self" && to === "self") throw new RangeError(`Cannot link ${source} to ${sink}: put a component between`);
    return { from, outbox, to, inbox };
  });
}

/** @throws RangeError for names that linkages could not tell from something else */
export function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (name === "self" || name === "" || name.includes(".")) {
      throw new RangeError(`Cannot name a component ${JSON.stringify(name)}: "self" is the chassis itself, and a dot ends the name`);
    }
  }
}

/**
 * The component of this name.
 *
 * @throws RangeError that names those there are
 */
export function partOf<C>(parts: Readonly<Record<string, C>>, name: string, box: string): C {
  if (Object.hasOwn(parts, name)) return parts[name]!;
  const known = [...Object.keys(parts), "self"].map((part) => JSON.stringify(part)).join(", ");
  throw new RangeError(`Cannot link ${name}.${box}: there is no component "${name}", only ${known}`);
}

/** @throws RangeError for what is not of the form "NAME.box" */
export function parseRef(ref: string): [name: string, box: string] {
  const dot = typeof ref === "string" ? ref.indexOf(".") : 0;
  if (dot <= 0 || dot === ref.length - 1) throw new RangeError(`Cannot link ${JSON.stringify(ref)}: write "NAME.box", or "self.box"`);
  return [ref.slice(0, dot), ref.slice(dot + 1)];
}
