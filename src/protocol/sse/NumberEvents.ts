// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import type { ServerSentEvent } from "./events.ts";

/** How events are numbered. */
export interface NumberEventsOptions {
  /** The first number. Default 1. */
  readonly first?: number;
  /** What comes before each number: something new each time the numbers begin again, as when the program was restarted. Default "". */
  readonly prefix?: string;
}

/**
 * Gives an id to each event that has none: numbers, in order. With them a page that comes again says which it has had; see {@link EventsAfter}.
 *
 * @throws RangeError for a first number that is not whole, or below 0
 * @throws TypeError for a prefix of several lines
 * @example
 * await drive(NumberEvents({ prefix: "a" }), { inbox: ["one", { data: "two" }] }).expect({ outbox: [{ data: "one", id: "a1" }, { data: "two", id: "a2" }] });
 */
export function NumberEvents({ first = 1, prefix = "" }: NumberEventsOptions = {}): Component<
  { inbox: string | ServerSentEvent },
  { outbox: ServerSentEvent }
> {
  if (!(Number.isSafeInteger(first) && first >= 0))
    throw new RangeError(`Cannot number events from ${first} on: give a whole number from 0`);
  if (/[\r\n\0]/.test(prefix)) throw new TypeError(`Cannot number events with ${JSON.stringify(prefix)}: an id is one line`);
  return component(NumberEvents, {
    inboxes: { inbox: "events" },
    outboxes: { outbox: "the same, with ids" },
    *main({ inbox }, { outbox }) {
      let next = first;
      while (yield inbox)
        for (const one of inbox) {
          const event = typeof one === "string" ? { data: one } : one;
          outbox.send(event.id === undefined ? { ...event, id: `${prefix}${next++}` } : event);
        }
    },
  });
}
