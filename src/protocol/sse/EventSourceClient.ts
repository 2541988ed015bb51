// SPDX-License-Identifier: Apache-2.0
import { openEvents } from "#events";
import {
  addInbox,
  anyOf,
  type Component,
  component,
  type Inbox,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  type Wait,
} from "../../axon/index.ts";
import { delayAfter, settlePatience } from "../websocket/backoff.ts";
import { Told } from "../websocket/told.ts";
import { checkSource, type EventSourceClientOptions, type EventSourceClientOutboxes, type StreamResult } from "./clientOptions.ts";

/**
 * Receives server-sent events. When the stream ends or breaks, it comes again, after as long as the server has asked for, later after each failure, and says
 * which event it has had last. In a browser it is the browser's own EventSource that does all this.
 *
 * It ends when it is told to, and when there is no use in coming again: the server answers 204, refuses, or has no events (the WHATWG's HTML 9.2.3). Then it
 * signals shutdownMicroprocess, with an Error that says why; producerFinished after 204.
 *
 * @throws TypeError for a URL that is not of http or https, and for fields that cannot be sent
 * @throws RangeError for a number or a time that there cannot be
 * @example
 * const news = EventSourceClient({ url: "http://127.0.0.1:8000/news" });
 * await Pipeline(news, PureTransformer(({ data }) => data), ConsoleEchoer()).run(); // until it is stopped
 */
export function EventSourceClient(options: EventSourceClientOptions): Component<{ control: Shutdown }, EventSourceClientOutboxes> {
  checkSource(options);
  const { attempts = Infinity, jitter = 0.5, url } = options;
  const again = settlePatience({ attempts, jitter, backoff: options.backoff ?? { first: 3000, max: 60_000 } });
  openEvents(options, ""); // says at once what is wrong with them
  return component(EventSourceClient, {
    inboxes: { control: "ends it" },
    outboxes: {
      outbox: "events",
      connected: "where they come from, each time a stream has begun",
      closed: "why it has ended, each time",
      signal: "told at the end",
    },
    *main({ control }, { outbox, connected, closed, signal }, self) {
      const told = new Told(control);
      const results = addInbox<StreamResult>(self, "_results", { doc: "what a stream came to" });
      let last: StreamResult | undefined;
      let retry: number | undefined;
      for (let failures = 0; ; failures++) {
        const link = openEvents(options, last?.lastEventId ?? options.lastEventId ?? "");
        self.addChildren(link);
        self.link(link.outboxes.outbox, outbox, { passthrough: 2 });
        self.link(link.outboxes.connected, connected, { passthrough: 2 });
        self.link(link.outboxes.result, results);
        link.activate();
        last = yield* resultOf(results, told, (message) => link.stop(message));
        if (last === undefined) break;
        closed.send(last.end);
        if (link.outboxes.connected.sent > 0) failures = 0;
        if (told.last !== undefined || last.final || failures >= again.attempts) break;
        retry = last.retry ?? retry;
        const patience = retry === undefined ? again : { ...again, backoff: { ...again.backoff, first: retry } };
        yield anyOf(control, sleep(delayAfter(failures, patience, self.system.random)));
        if (told.hear() !== undefined) break;
      }
      signal.send(told.last ?? farewell(url, last));
    },
  });
}

function* resultOf(
  results: Inbox<StreamResult>,
  told: Told,
  pass: (message: Shutdown) => void,
): Generator<Wait, StreamResult | undefined, boolean> {
  while (results.length === 0) {
    yield anyOf(told.box, results);
    const message = told.hear();
    if (message !== undefined) pass(message);
    if (told.stopped && results.length === 0) return undefined;
  }
  return results.recv();
}

function farewell(url: string, last: StreamResult | undefined): Shutdown {
  if (last?.end.status === 204) return producerFinished(last.end);
  return shutdownMicroprocess(new Error(`Cannot get events from ${url}: ${last?.end.reason ?? "there is no stream"}`));
}
