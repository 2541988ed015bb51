// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { type ServerSentEvent, textOf } from "../sse/events.ts";
import type { Resource } from "./resource.ts";

/** The fields of a response that carries events. @internal */
export const EVENT_STREAM: Readonly<Record<string, string>> = Object.freeze({
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
});

/**
 * Turns events into the response that carries them: server-sent events, as the WHATWG's HTML says.
 *
 * @throws TypeError for a kind or an id of several lines
 * @example
 * await drive(EventStream(), { inbox: ["one", { data: "two", event: "news" }] }).expect({
 *   outbox: [
 *     { headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-accel-buffering": "no" } },
 *     { data: "data: one\n\nevent: news\ndata: two\n\n" },
 *   ],
 * });
 */
export function EventStream(): Component<{ inbox: string | ServerSentEvent }, { outbox: Resource }> {
  return component(EventStream, {
    inboxes: { inbox: "events" },
    outboxes: { outbox: "the response" },
    *main({ inbox }, { outbox }) {
      outbox.send({ headers: EVENT_STREAM });
      while (yield inbox) {
        let text = "";
        for (const event of inbox) text += textOf(event);
        if (text !== "") outbox.send({ data: text });
      }
    },
  });
}
