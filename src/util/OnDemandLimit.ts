// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../axon/index.ts";
import { letThrough } from "./turnstile.ts";

/**
 * Lets one item through for each "NEXT" on slidecontrol: a {@link PromptedTurnstile} that forgets a prompt for which there is no item, and hears no
 * other message than this.
 *
 * @example
 * Graphline({
 *   components: {
 *     SLIDES: DataSource(["one\n", "two\n"]),
 *     LIMIT: OnDemandLimit<string>(),
 *     NEXT: Ticker({ every: 60_000, message: "NEXT" }),
 *     SHOW: ConsoleEchoer(),
 *   },
 *   linkages: { "SLIDES.outbox": "LIMIT.inbox", "NEXT.outbox": "LIMIT.slidecontrol", "LIMIT.outbox": "SHOW.inbox" },
 * });
 */
export function OnDemandLimit<T = any>(): Component<
  { inbox: T; slidecontrol: unknown; control: Shutdown },
  { outbox: T; signal: Shutdown }
> {
  return component(OnDemandLimit, {
    inboxes: { inbox: "items to queue", slidecontrol: '"NEXT" lets one item through', control: "that no more items will come, or to stop" },
    outboxes: { outbox: "items let through", signal: "what it was told when it ends" },
    main: ({ inbox, slidecontrol, control }, { outbox, signal }) =>
      letThrough({
        items: inbox,
        prompts: slidecontrol,
        control,
        outbox,
        signal,
        remembers: false,
        isPrompt: (message) => message === "NEXT",
      }),
  });
}
