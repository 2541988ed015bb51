// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";
import { letThrough } from "./turnstile.ts";

/** What a PromptedTurnstile does with prompts that come too early. */
export interface PromptedTurnstileOptions {
  /** A prompt that finds no item lets the next one through as soon as it comes. Default true; otherwise it is forgotten. */
  readonly remembers?: boolean;
}

/**
 * Lets one item through for each message to "next", in the order in which they came.
 *
 * After producerFinished it ends when the last item is through: until then it waits for prompts. Who sends items, or prompts, faster than they are
 * answered is held when the box is full.
 *
 * @example
 * Graphline({
 *   components: { SCRIPT: DataSource(["one\n", "two\n"]), GATE: PromptedTurnstile<string>(), NEXT: ConsoleReader(), SHOW: ConsoleEchoer() },
 *   linkages: { "SCRIPT.outbox": "GATE.inbox", "SCRIPT.signal": "GATE.control", "NEXT.outbox": "GATE.next", "GATE.outbox": "SHOW.inbox" },
 * });
 */
export function PromptedTurnstile<T = any>({ remembers = true }: PromptedTurnstileOptions = {}): Component<
  { inbox: T; next: unknown; control: Shutdown },
  { outbox: T; signal: Shutdown }
> {
  return component(PromptedTurnstile, {
    inboxes: { inbox: "items to queue", next: "any message lets one item through", control: "that no more items will come, or to stop" },
    outboxes: { outbox: "items let through", signal: "what it was told when it ends" },
    main: ({ inbox, next, control }, { outbox, signal }) =>
      letThrough({ items: inbox, prompts: next, control, outbox, signal, remembers, isPrompt: () => true }),
  });
}
