// SPDX-License-Identifier: Apache-2.0
/**
 * Server-sent events, as the WHATWG's HTML says, in Node.js and in browsers: the client, and what servers send. The server is in `kamaelia/protocol/http`.
 *
 * @module
 */
export type { EventsEnded, EventSourceClientOptions, EventSourceClientOutboxes } from "./clientOptions.ts";
export type { ReceivedEvent, ServerSentEvent } from "./events.ts";
export { EventsAfter } from "./EventsAfter.ts";
export { EventSourceClient } from "./EventSourceClient.ts";
export { EventStreamParser, type EventStreamParserOptions } from "./EventStreamParser.ts";
export { NumberEvents, type NumberEventsOptions } from "./NumberEvents.ts";
