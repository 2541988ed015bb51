// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import { Asking } from "./client/asking.ts";
import type { HTTPFailure } from "./client/failures.ts";
import { shown } from "./client/failures.ts";
import type { HTTPAsked } from "./client/request.ts";
import { type HTTPClientOptions, settled } from "./client/settings.ts";

/** Bytes that an answer may have, unless it is told otherwise. */
const LONGEST = 2 ** 26;

/**
 * Asks for one URL after the other: for each message the whole body of the answer, in order. What cannot be had (no connection, a status of 400 or more, an
 * answer that breaks off, one of more than `maxBody` bytes, 64 MiB) is told on "failures", with the reason. Requests to one server share a connection.
 *
 * @throws RangeError for a number or a time that there cannot be
 * @example
 * // until it is stopped
 * await Pipeline(ConsoleReader(), LineSplit(), SimpleHTTPClient(), ConsoleEchoer()).run();
 */
export function SimpleHTTPClient(
  options: HTTPClientOptions = {},
): Component<{ inbox: string | HTTPAsked }, { outbox: Uint8Array; failures: HTTPFailure }> {
  const settings = settled(options, { compression: false, retries: 2, maxBody: LONGEST });
  return component(SimpleHTTPClient, {
    inboxes: { inbox: "URLs, or what to ask for" },
    outboxes: { outbox: "the body of each answer", failures: "what could not be had, and why" },
    *main({ inbox }, { outbox, failures }, self) {
      const asking = new Asking(self, settings, { concurrency: 1, ordered: false, stream: false });
      yield* asking.each(inbox, (outcome) => {
        if (outcome.type === "HTTPFailure") failures.send(outcome);
        else if (!(outcome.body instanceof Uint8Array)) return; // it asks for no streams
        else if (outcome.status < 400) outbox.send(outcome.body);
        else {
          const { request, url, status, reason } = outcome;
          const error = new Error(`Cannot get ${shown(url)}: ${status} ${reason}`);
          failures.send({
            type: "HTTPFailure",
            url: typeof request === "string" ? request : request.url,
            error,
            phase: "head",
            status,
            request,
          });
        }
      });
    },
  });
}
