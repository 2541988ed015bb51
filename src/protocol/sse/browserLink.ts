// SPDX-License-Identifier: Apache-2.0
import { addInbox, anyOf, component } from "../../axon/index.ts";
import { Told } from "../websocket/told.ts";
import type { EventsLink } from "./clientOptions.ts";
import type { ReceivedEvent } from "./events.ts";

type Happened = { readonly type: "open" | "trouble" | "over" } | { readonly type: "event"; readonly event: ReceivedEvent };

/** A stream of the browser's own EventSource, which comes again by itself as long as it sees a use in it. @internal */
export const openEvents: EventsLink = (options, lastEventId) => {
  const { url, headers, kinds = [] } = options;
  if (headers !== undefined) throw new TypeError(`Cannot ask ${url} for events with fields of ours: a browser sends only its own`);
  return component(openEvents, {
    inboxes: { control: "ends it" },
    outboxes: { outbox: "events", connected: "where they come from", result: "what it came to" },
    *main({ control }, { outbox, connected, result }, self) {
      const happened = addInbox<Happened>(self, "_happened", { doc: "what the browser tells" });
      const told = new Told(control);
      const source = new EventSource(url);
      const done = self.system.expect(() => `events of ${url}`);
      let last = lastEventId;
      let reason = "";
      const hear = ({ type, data, lastEventId: id }: MessageEvent<string>): void =>
        happened.deliver({ type: "event", event: { event: type, data, id } });
      for (const kind of new Set(["message", ...kinds])) source.addEventListener(kind, hear);
      source.onopen = () => happened.deliver({ type: "open" });
      source.onerror = () => happened.deliver({ type: source.readyState === EventSource.CLOSED ? "over" : "trouble" });
      try {
        while (reason === "") {
          yield anyOf(happened, told.box);
          if (told.hear() !== undefined) reason = "it was told to stop";
          for (const one of happened) {
            if (one.type === "open") connected.send(url);
            else if (one.type === "over") reason = "the browser has given up";
            else if (one.type === "event") {
              last = one.event.id;
              outbox.send(one.event);
            }
          }
        }
      } finally {
        done();
        source.close();
      }
      result.send({ end: { reason }, final: false, lastEventId: last, retry: undefined });
    },
  });
};
