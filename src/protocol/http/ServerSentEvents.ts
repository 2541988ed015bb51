// SPDX-License-Identifier: Apache-2.0
import {
  anyOf,
  type Component,
  component,
  type Ended,
  type Inbox,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
} from "../../axon/index.ts";
import { type ServerSentEvent, textOf } from "../sse/events.ts";
import { EVENT_STREAM } from "./EventStream.ts";
import type { Handler } from "./handlers.ts";
import type { HTTPRequest } from "./request.ts";
import type { Resource } from "./resource.ts";

/** How to send events. */
export interface ServerSentEventsOptions {
  /** Milliseconds of silence after which a comment is sent, so that nobody on the way takes the connection for dead. Default 15,000; Infinity: never. */
  readonly heartbeat?: number;
  /** Milliseconds after which a page is to come again when the connection breaks. Default: as the page likes (some seconds). */
  readonly retry?: number;
}

/** Sends the events of one page. */
export type EventSourceComponent = Component<{}, { outbox: string | ServerSentEvent }>;

/**
 * A handler that sends a page events: each gets a component of its own, which sends them. It is told the request, and the id of the event that the page had
 * last, if it comes again; {@link EventsAfter} leaves out what it has had.
 *
 * When the page leaves, the component gets shutdownMicroprocess; when the server is going to stop, producerFinished, and the stream ends.
 *
 * @throws RangeError for a time that there cannot be
 * @example
 * const handler = routes({ "GET /ticks": ServerSentEvents(() => Pipeline(Ticker({ every: 1000 }), PureTransformer(() => "tick"))) });
 * await SimpleServer({ port: 8000, protocol: HTTPProtocol(handler) }).run(); // until it is stopped
 */
export function ServerSentEvents(
  source: (request: HTTPRequest, lastEventId: string | undefined) => EventSourceComponent,
  { heartbeat = 15_000, retry }: ServerSentEventsOptions = {},
): Handler {
  if (!(heartbeat >= 0 && (retry ?? 0) >= 0))
    throw new RangeError(`Cannot send events with heartbeat ${heartbeat} and retry ${retry}: give 0 or more`);
  const beginning = retry === undefined ? "" : `retry: ${Math.round(retry)}\n\n`;
  return (request) => stream(source(request, request.parsed.headers["last-event-id"]), beginning, heartbeat);
}

type Boxes = { control: Shutdown; retire: true; _events: string | ServerSentEvent; _ended: Ended };

function stream(source: EventSourceComponent, beginning: string, heartbeat: number): Component<Boxes, { outbox: Resource }> {
  return component(ServerSentEvents, {
    inboxes: {
      control: "shutdownMicroprocess: the page has left",
      retire: "any message: the server is going to stop",
      _events: "what the source sends",
      _ended: "the source has ended",
    },
    outboxes: { outbox: "the response" },
    *main({ control, retire, _events, _ended }, { outbox }, self) {
      outbox.send(beginning === "" ? { headers: EVENT_STREAM } : { headers: EVENT_STREAM, data: beginning });
      self.addChildren(source);
      self.watch(source, _ended);
      self.link(source.outboxes.outbox, _events);
      source.activate();
      const something =
        heartbeat === Infinity ? anyOf(control, retire, _events, _ended) : anyOf(control, retire, _events, _ended, sleep(heartbeat));
      try {
        while (!hasLeft(control)) {
          const over = _ended.length > 0 || retire.length > 0;
          const text = textsOf(_events);
          if (text !== "") outbox.send({ data: text });
          if (over && _events.length === 0) break;
          const came = yield something;
          if (came && control.length + retire.length + _events.length + _ended.length === 0) outbox.send({ data: ":\n\n" });
        }
      } finally {
        source.stop(retire.length > 0 ? producerFinished("the server is going to stop") : shutdownMicroprocess("the page has left"));
      }
      for (const { failure } of _ended) if (failure !== undefined) throw failure;
    },
  });
}

/** That the request has no body any more is no reason to end. */
function hasLeft(control: Inbox<Shutdown>): boolean {
  while (control.length > 0) {
    if (control.peekNext()?.type === "shutdownMicroprocess") return true;
    control.recv();
  }
  return false;
}

function textsOf(events: Inbox<string | ServerSentEvent>): string {
  let text = "";
  for (const event of events) text += textOf(event);
  return text;
}
