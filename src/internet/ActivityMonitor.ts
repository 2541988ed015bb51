// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, type Inbox, isShutdown, type Outbox, type Shutdown } from "../axon/index.ts";

/** What an {@link ActivityMonitor} says. */
export interface ActivityMonitorOptions<M = any> {
  /** What it sends from "observed". Default "RESET". */
  readonly message?: M;
}

/** Its boxes. */
export type ActivityMonitorInboxes<T = any> = { inbox: T; inbox2: T; inbox3: T; control: Shutdown };
export type ActivityMonitorOutboxes<T = any, M = any> = { outbox: T; outbox2: T; outbox3: T; signal: Shutdown; observed: M | "RESET" };

/**
 * Passes on up to four streams of messages (inbox to outbox, inbox2 to outbox2, inbox3 to outbox3, control to signal), and sends a message from "observed"
 * whenever some have passed: one for all that pass in a turn. producerFinished ends it when all has passed, shutdownMicroprocess at once.
 *
 * @example
 * const linkages = { "CLIENT.outbox": "MONITOR.inbox", "MONITOR.outbox": "DISPLAY.inbox", "MONITOR.observed": "LATE.inbox", "LATE.outbox": "ALARM.inbox" };
 */
export function ActivityMonitor<T = any, M = any>({ message: observation }: ActivityMonitorOptions<M> = {}): Component<
  ActivityMonitorInboxes<T>,
  ActivityMonitorOutboxes<T, M>
> {
  const said = observation ?? "RESET";
  return component(ActivityMonitor, {
    inboxes: {
      inbox: "messages for outbox",
      inbox2: "messages for outbox2",
      inbox3: "messages for outbox3",
      control: "messages for signal; a shutdown message ends it, too",
    },
    outboxes: {
      outbox: "messages from inbox",
      outbox2: "messages from inbox2",
      outbox3: "messages from inbox3",
      signal: "messages from control",
      observed: "said when some have passed",
    },
    *main({ inbox, inbox2, inbox3, control }, { outbox, outbox2, outbox3, signal, observed }) {
      const something = anyOf(inbox, inbox2, inbox3, control);
      const later: Shutdown[] = [];
      while (yield something) {
        for (const message of control) {
          if (message.type === "shutdownMicroprocess") return signal.send(message);
          later.push(message);
        }
        for (const [from, to] of [[inbox, outbox] as const, [inbox2, outbox2] as const, [inbox3, outbox3] as const]) pass(from, to);
        observed.send(said);
        if (inbox.length + inbox2.length + inbox3.length > 0) continue;
        for (const message of later.splice(0)) {
          signal.send(message);
          if (isShutdown(message)) return;
        }
      }
    },
  });
}

function pass<T>(from: Inbox<T>, to: Outbox<T>): void {
  for (const message of from) to.send(message);
}
