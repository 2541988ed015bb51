// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Inbox, type Main, type Outbox } from "../axon/index.ts";

/** A main whose boxes take and send anything. */
type AnyMain<I extends string, O extends string> = (
  inboxes: Readonly<Record<I | "control", Inbox>>,
  outboxes: Readonly<Record<O | "signal", Outbox>>,
  self: Component<any, any>,
) => Main;

/** Makes a component of a name and a `main`, for tests that need one of a kind; by default with an inbox and an outbox. @internal */
export function make<const I extends string = "inbox", const O extends string = "outbox">(
  name: string,
  main: AnyMain<I, O>,
  { inboxes = ["inbox"] as I[], outboxes = ["outbox"] as O[] }: { readonly inboxes?: readonly I[]; readonly outboxes?: readonly O[] } = {},
): Component<any, any> {
  const docs = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((box) => [box, ""]));
  const kind = { [name]() {} }[name]!;
  return component(kind, { inboxes: docs(inboxes), outboxes: docs(outboxes), main: main as never }) as Component<any, any>;
}
