// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import type { ServerSentEvent } from "./events.ts";

/**
 * Leaves out the events that a page has had: those whose number is not above that of the last one. Behind a `Backplane` that keeps some
 * (`SubscribeTo`, with `replay`), it sends a page that comes again what it has missed, as far as that is kept. Ids are those of {@link NumberEvents}; if they
 * begin otherwise than that of the last one, and if they are no numbers, all events pass.
 *
 * @param lastEventId what the page says: the field Last-Event-ID. Without, all events pass.
 * @example
 * const kept = ["1", "2", "3"].map((id) => ({ data: `event ${id}`, id }));
 * await drive(EventsAfter("2"), { inbox: kept }).expect({ outbox: [{ data: "event 3", id: "3" }] });
 */
export function EventsAfter(lastEventId?: string): Component<{ inbox: ServerSentEvent }, { outbox: ServerSentEvent }> {
  const last = numberOf(lastEventId);
  return component(EventsAfter, {
    inboxes: { inbox: "events" },
    outboxes: { outbox: "those that are new" },
    *main({ inbox }, { outbox }) {
      while (yield inbox)
        for (const event of inbox) {
          const one = numberOf(event.id);
          const isOld = one !== undefined && last !== undefined && one.prefix === last.prefix && one.number <= last.number;
          if (!isOld) outbox.send(event);
        }
    },
  });
}

function numberOf(id: string | undefined): { readonly prefix: string; readonly number: number } | undefined {
  const [, prefix, number] = /^(.*?)(\d+)$/.exec(id ?? "") ?? [];
  return prefix === undefined ? undefined : { prefix, number: Number(number) };
}
