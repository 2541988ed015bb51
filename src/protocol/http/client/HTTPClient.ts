// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../../axon/index.ts";
import { Asking } from "./asking.ts";
import type { HTTPFailure } from "./failures.ts";
import type { HTTPAsked } from "./request.ts";
import type { HTTPResponse, HTTPStreamedResponse } from "./response.ts";
import { type HTTPClientOptions, settled } from "./settings.ts";

/** How to ask, and how to give what is answered. */
export interface HTTPClientManner extends HTTPClientOptions {
  /** Requests that are under way at a time, at most. Default 16. */
  readonly concurrency?: number;
  /** Answer in the order in which it was asked; failures have their turn, too. Default false: each as soon as it is there. */
  readonly ordered?: boolean;
  /**
   * Give each response when it begins, with a component that gives its body. Default false: when it is all there.
   */
  readonly stream?: boolean;
}

/** Bytes that an answer may have that is collected. */
const LONGEST_WHOLE = 2 ** 26;

/**
 * Asks servers: a request for each message, many under way at a time, and a response for each, whatever its status. What gets no response is told on "failures",
 * with the reason. While there are as many under way as may be, it takes no more, so that whoever asks is held.
 *
 * Connections are kept, and shared by all requests; redirects are followed; what may pass is tried again; compressed bodies are unpacked, and none may be longer
 * than `maxBody` (64 MiB, unless they are streamed). See {@link HTTPClientOptions}.
 *
 * @throws RangeError for a number or a time that there cannot be
 * @throws TypeError for a proxy that there cannot be
 * @example
 * const client = HTTPClient({ concurrency: 4 });
 * const pages = ["http://127.0.0.1:8000/1", { url: "http://127.0.0.1:8000/2", method: "HEAD" }];
 * const Statuses = PureTransformer(({ url, status }: { url: string; status: number }) => `${url}: ${status}\n`);
 * await Pipeline(DataSource(pages), client, Statuses, ConsoleEchoer()).run(); // until it is stopped
 */
export function HTTPClient(
  options: HTTPClientManner & { readonly stream: true },
): Component<{ inbox: string | HTTPAsked }, { outbox: HTTPStreamedResponse; failures: HTTPFailure }>;
export function HTTPClient(
  options?: HTTPClientManner & { readonly stream?: false },
): Component<{ inbox: string | HTTPAsked }, { outbox: HTTPResponse; failures: HTTPFailure }>;
export function HTTPClient({ concurrency = 16, ordered = false, stream = false, ...options }: HTTPClientManner = {}): Component<
  { inbox: string | HTTPAsked },
  { outbox: HTTPResponse | HTTPStreamedResponse; failures: HTTPFailure }
> {
  if (!(concurrency >= 1)) throw new RangeError(`Cannot ask with a concurrency of ${concurrency}: give 1 or more`);
  const settings = settled(options, { compression: true, retries: 2, ...(stream ? {} : { maxBody: LONGEST_WHOLE }) });
  return component(HTTPClient, {
    inboxes: { inbox: "URLs, or what to ask for" },
    outboxes: { outbox: "a response for each request that got one", failures: "requests that got none, and why" },
    *main({ inbox }, { outbox, failures }, self) {
      const asking = new Asking(self, settings, { concurrency, ordered, stream });
      const tell = (outcome: HTTPResponse | HTTPStreamedResponse | HTTPFailure): void => {
        if (outcome.type === "HTTPFailure") failures.send(outcome);
        else outbox.send(outcome);
      };
      yield* asking.each(inbox, tell);
    },
  });
}
