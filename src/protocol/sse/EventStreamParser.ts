// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { EventReader } from "./eventReader.ts";
import type { ReceivedEvent } from "./events.ts";

/** How to read events. */
export interface EventStreamParserOptions {
  /** Characters of an event, at most. Default 1,048,576. */
  readonly maxEvent?: number;
}

/**
 * Reads a stream of server-sent events: pieces of the body of a response in, split anywhere; events out. An event that breaks off has not come.
 *
 * @throws RangeError for a limit below 0; and, when it runs, for an event that is longer than the limit
 * @example
 * await Pipeline(Feed(["event: news\nda", "ta: hello\n\n"]), EventStreamParser(), PureTransformer(({ data }) => data), ConsoleEchoer()).run(); // hello
 */
export function EventStreamParser({ maxEvent = 1 << 20 }: EventStreamParserOptions = {}): Component<
  { inbox: Uint8Array | string },
  { outbox: ReceivedEvent }
> {
  if (!(maxEvent >= 0)) throw new RangeError(`Cannot read events of up to ${maxEvent} characters: give 0 or more`);
  return component(EventStreamParser, {
    inboxes: { inbox: "pieces of the stream" },
    outboxes: { outbox: "events" },
    *main({ inbox }, { outbox }) {
      const reader = new EventReader(maxEvent);
      while (yield inbox) for (const piece of inbox) for (const event of reader.read(piece)) outbox.send(event);
    },
  });
}
