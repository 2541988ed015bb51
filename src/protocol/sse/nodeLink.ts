// SPDX-License-Identifier: Apache-2.0
import { addInbox, anyOf, component, type Outbox, shutdownMicroprocess } from "../../axon/index.ts";
import { type HTTPAnswered, SingleShotHTTPClient } from "../http/SingleShotHTTPClient.ts";
import type { ResponseHeader } from "../http/messages.ts";
import { Told } from "../websocket/told.ts";
import type { EventsEnded, EventsLink } from "./clientOptions.ts";
import { EventReader } from "./eventReader.ts";
import type { ReceivedEvent } from "./events.ts";

/** It may be better next time. */
const MAY_PASS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A stream of our own client. @throws TypeError for fields that cannot be sent @internal */
export const openEvents: EventsLink = (options, lastEventId) => {
  const { url, timeout = 60_000, maxEvent = 1 << 20, headers = {}, tls, proxy } = options;
  const client = SingleShotHTTPClient(url, {
    extraheaders: {
      ...headers,
      accept: "text/event-stream",
      "cache-control": "no-store",
      ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }),
    },
    timeout,
    maxBody: Infinity,
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
  });
  return component(openEvents, {
    inboxes: { control: "ends it" },
    outboxes: { outbox: "events", connected: "where they come from", result: "what it came to" },
    *main({ control }, { outbox, connected, result }, self) {
      const reader = new EventReader(maxEvent, lastEventId);
      const told = new Told(control);
      const answers = addInbox<HTTPAnswered>(self, "_answers", { doc: "what the server answers" });
      let end: EventsEnded | undefined;
      let final = false;
      self.addChildren(client);
      self.link(client.outboxes.outbox, answers);
      client.activate();
      while (end === undefined) {
        yield anyOf(answers, told.box);
        if (told.hear() !== undefined) end = { reason: "it was told to stop" };
        for (const answer of answers) {
          if (end !== undefined) continue;
          if (answer.type === "ParsedHTTPBodyChunk") end = receive(reader, answer.bodychunk, outbox);
          else if (answer.type === "ParsedHTTPHeader") {
            end = refusalOf(answer.header);
            final = end !== undefined && !MAY_PASS.has(answer.header.responsecode);
            if (end === undefined) connected.send(url);
          } else if (answer.type === "ParsedHTTPEnd") end = { reason: answer.bad?.reason ?? "the stream has ended" };
          else if (answer.type === "HTTPFailure") end = { reason: answer.error.message };
        }
      }
      client.stop(shutdownMicroprocess("enough"));
      result.send({ end, final, lastEventId: reader.lastEventId, retry: reader.retry });
    },
  });
};

/** Sends on the events that are whole. Answers what is wrong with them, if anything is. */
function receive(reader: EventReader, bytes: Uint8Array, outbox: Outbox<ReceivedEvent>): EventsEnded | undefined {
  try {
    for (const event of reader.read(bytes)) outbox.send(event);
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { reason: error.message };
  }
}

/** The WHATWG's HTML 9.2.3 */
function refusalOf({ responsecode, reason, headers }: ResponseHeader): EventsEnded | undefined {
  if (responsecode !== 200) return { reason: `the server answered ${responsecode} ${reason}`.trim(), status: responsecode };
  const type = headers["content-type"] ?? "";
  if (/^text\/event-stream *(?:;|$)/i.test(type)) return undefined;
  return { reason: `the server sends no events, but ${type === "" ? "something" : type}`, status: responsecode };
}
