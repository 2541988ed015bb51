// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Inbox, isShutdown, type Main, type Outbox, type Shutdown } from "../axon/index.ts";

/** The boxes of a gate that lets one item through for each prompt. @internal */
export interface Gate<T> {
  readonly items: Inbox<T>;
  readonly prompts: Inbox;
  readonly control: Inbox<Shutdown>;
  readonly outbox: Outbox<T>;
  readonly signal: Outbox<Shutdown>;
  /** Whether a prompt that finds no item waits for one. */
  readonly remembers: boolean;
  /** Whether a message counts as a prompt. */
  readonly isPrompt: (message: unknown) => boolean;
}

/**
 * Lets one item through for each prompt. It reads "control" itself, because after producerFinished it has to wait on: for prompts, until no item is left.
 * @internal
 */
export function* letThrough<T>({ items, prompts, control, outbox, signal, remembers, isPrompt }: Gate<T>): Main {
  let told: Shutdown | undefined;
  for (;;) {
    for (const message of control) if (isShutdown(message)) told = message.type === "shutdownMicroprocess" ? message : (told ?? message);
    if (told?.type === "shutdownMicroprocess" || (told !== undefined && items.length === 0)) break;
    if (prompts.length > 0 && (items.length > 0 || !remembers)) {
      const isHeld = outbox.full;
      if (isPrompt(prompts.recv()) && items.length > 0) outbox.send(items.recv());
      if (isHeld) yield;
    } else if (items.length > 0) yield anyOf(control, prompts);
    else yield remembers ? anyOf(control, items) : anyOf(control, items, prompts);
  }
  signal.send(told);
}
