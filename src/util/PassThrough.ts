// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, type Inbox, type Main, type Outbox, type Shutdown } from "../axon/index.ts";
import { checkWord } from "./checks.ts";

/** When a PassThrough ends. */
export interface PassThroughOptions {
  /** Which messages on "control" end it; the others only pass. Default: both. */
  readonly shutdownOn?: readonly Shutdown["type"][];
}

const BOTH = ["producerFinished", "shutdownMicroprocess"] as const;

/**
 * Sends on what it receives, and what comes to "control" from "signal": a producerFinished after all that came before, a shutdownMicroprocess at once.
 *
 * @throws RangeError for any other message
 * @example
 * // Goes on when one of several producers has finished.
 * PassThrough({ shutdownOn: ["shutdownMicroprocess"] });
 */
export function PassThrough<T = any>({ shutdownOn = BOTH }: PassThroughOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  for (const type of shutdownOn) checkWord("pass messages on", "shutdownOn", type, BOTH);
  const inboxes = { inbox: "messages" };
  const outboxes = { outbox: "the same messages" };
  if (BOTH.every((type) => shutdownOn.includes(type))) {
    return component(PassThrough, {
      inboxes,
      outboxes,
      *main({ inbox }, { outbox }) {
        while (yield inbox) for (const message of inbox) outbox.send(message);
      },
    });
  }
  const made: Component<{ inbox: T; control: Shutdown }, { outbox: T; signal: Shutdown }> = component(PassThrough, {
    inboxes: { ...inboxes, control: "what ends it, and what only passes" },
    outboxes: { ...outboxes, signal: "the same as control" },
    main: (ins, outs) => passing(ins, outs, shutdownOn),
  });
  return made;
}

interface Boxes<T> {
  readonly inbox: Inbox<T>;
  readonly control: Inbox<Shutdown>;
}

interface OutBoxes<T> {
  readonly outbox: Outbox<T>;
  readonly signal: Outbox<Shutdown>;
}

function* passing<T>({ inbox, control }: Boxes<T>, { outbox, signal }: OutBoxes<T>, ends: readonly Shutdown["type"][]): Main {
  const something = anyOf(inbox, control);
  const later: Shutdown[] = [];
  while (yield something) {
    for (const message of control) {
      if (message.type === "shutdownMicroprocess") {
        signal.send(message);
        if (ends.includes(message.type)) return;
      } else later.push(message);
    }
    for (const message of inbox) outbox.send(message);
    if (inbox.length > 0) continue;
    for (const message of later.splice(0)) {
      signal.send(message);
      if (ends.includes(message.type)) return;
    }
  }
}
