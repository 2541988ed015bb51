// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import type { Handler } from "./handlers.ts";
import type { HTTPRequest } from "./request.ts";
import type { Resource } from "./resource.ts";

/** An event for a page. Text is an event with this data. */
export interface ServerSentEvent {
  readonly data: string;
  /** Its kind. Default: "message", says the page. */
  readonly event?: string;
  /** What the page says it has had last, when it comes again (the field Last-Event-ID). */
  readonly id?: string;
  /** Milliseconds after which the page is to come again when the connection breaks. */
  readonly retry?: number;
}

const HEADERS = Object.freeze({
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
      outbox.send({ headers: HEADERS });
      while (yield inbox) {
        let text = "";
        for (const event of inbox) text += textOf(typeof event === "string" ? { data: event } : event);
        if (text !== "") outbox.send({ data: text });
      }
    },
  });
}

/**
 * A handler that sends a page events: each gets a component of its own, which sends them.
 *
 * @example
 * const handler = routes({ "GET /ticks": ServerSentEvents(() => Pipeline(Ticker({ every: 1000 }), PureTransformer(() => "tick"))) });
 * await SimpleServer({ port: 8000, protocol: HTTPProtocol(handler) }).run(); // until it is stopped
 */
export function ServerSentEvents(source: (request: HTTPRequest) => Component<{}, { outbox: string | ServerSentEvent }>): Handler {
  return (request) =>
    component(ServerSentEvents, {
      outboxes: { outbox: "the response" },
      *main(_, { outbox }, self) {
        const events = Pipeline(source(request), EventStream());
        self.addChildren(events);
        self.link(events.outboxes.outbox, outbox, { passthrough: 2 });
        events.activate();
      },
    });
}

function textOf({ data, event, id, retry }: ServerSentEvent): string {
  let text = "";
  if (event !== undefined) text += `event: ${line(event)}\n`;
  if (id !== undefined) text += `id: ${line(id)}\n`;
  if (retry !== undefined) text += `retry: ${Math.round(retry)}\n`;
  return `${text}${data
    .split(/\r\n|\r|\n/)
    .map((one) => `data: ${one}\n`)
    .join("")}\n`;
}

function line(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError(`Cannot send an event of kind or id ${JSON.stringify(text)}: it is one line`);
  return text;
}
