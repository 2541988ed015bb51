// SPDX-License-Identifier: Apache-2.0
import type { ClientSecurity, Component, Shutdown } from "../../axon/index.ts";
import type { Backoff } from "../../chassis/index.ts";
import type { Proxy } from "../../internet/index.ts";
import type { ReceivedEvent } from "./events.ts";

/** Whom to ask for events, and how. */
export interface EventSourceClientOptions {
  /** Of http or https. */
  readonly url: string;
  /** The id of the event that we have had last. Default: none. */
  readonly lastEventId?: string;
  /** How often to come again in a row, at most, without success. Default: without end. */
  readonly attempts?: number;
  /** Milliseconds before we come again, and how much longer after each failure. Default: 3000, or as the server says, twice as long each time, 60,000 at most. */
  readonly backoff?: Backoff;
  /** The part of that time that is left to chance: 0 for none, 1 for all of it. Default 0.5. */
  readonly jitter?: number;
  /** Milliseconds that the server may say nothing, not even a comment; then we come again. In a browser, that is its own affair. Default 60,000. */
  readonly timeout?: number;
  /** Characters of an event, at most. Default 1,048,576. */
  readonly maxEvent?: number;
  /** More fields of the request. A browser sends only its own. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The kinds of events to hear, beside "message". In Node.js all are heard. Default: none. */
  readonly kinds?: readonly string[];
  /** How to prove who is who with https. In a browser, that is its own affair. Default: the server must prove that it is who was asked for. */
  readonly tls?: ClientSecurity;
  /** A proxy to connect through. In a browser, that is its own affair. Default: none. */
  readonly proxy?: Proxy;
}

/** How a stream of events has ended. */
export interface EventsEnded {
  readonly reason: string;
  /** The status of a response that had no events. */
  readonly status?: number;
}

/** The boxes of an {@link EventSourceClient}. */
export type EventSourceClientOutboxes = { outbox: ReceivedEvent; connected: string; closed: EventsEnded; signal: Shutdown };

/** What one stream has come to. @internal */
export interface StreamResult {
  readonly end: EventsEnded;
  /** Whether there is no use in coming again. */
  readonly final: boolean;
  readonly lastEventId: string;
  /** Milliseconds after which to come again, if the server has said so. */
  readonly retry: number | undefined;
}

/** One stream, from the request to its end: what a client is made of. There is one for Node.js, and one for browsers. @internal */
export type EventsLink = (
  options: EventSourceClientOptions,
  lastEventId: string,
) => Component<{ control: Shutdown }, { outbox: ReceivedEvent; connected: string; result: StreamResult }>;

/** @throws TypeError for a URL that is not of http; RangeError for numbers that there cannot be @internal */
export function checkSource({ url, timeout = 60_000, maxEvent = 1 << 20 }: EventSourceClientOptions): void {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) throw new TypeError(`Cannot ask ${url} for events: it is no URL of http or https`);
  if (!(timeout >= 0 && maxEvent >= 0))
    throw new RangeError(`Cannot ask ${url} for events of ${maxEvent} characters within ${timeout} ms: give 0 or more`);
}
