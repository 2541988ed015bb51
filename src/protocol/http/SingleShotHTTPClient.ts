// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../../axon/index.ts";
import { Asker, type HTTPClientOptions, type HTTPFailure } from "./asking.ts";
import { type HTTPAsked, type ParsedHTTPRedirect, prepare } from "./clientRequest.ts";
import type { ParsedHTTP, ResponseHeader } from "./messages.ts";

/** What a client sends: the parts of the response, whatever its status; where it was redirected to; why it has failed. */
export type HTTPAnswered = ParsedHTTP<ResponseHeader> | ParsedHTTPRedirect | HTTPFailure;

/** What to ask for, and how. */
export interface SingleShotHTTPClientOptions extends Omit<HTTPAsked, "url">, HTTPClientOptions {}

/**
 * Asks a server for one thing, then ends: its outbox has what the server answers, as it comes. Redirects are followed, relative ones, too: 303, and POST after
 * 301 and 302, become GET; what proves who we are goes to no other server. https is spoken only with servers that can prove who they are.
 *
 * @throws TypeError for a URL that is not of http or https, and for fields that cannot be sent
 * @example
 * const url = "http://127.0.0.1:8000/";
 * await Pipeline(SingleShotHTTPClient(url), ConsoleEchoer()).run(); // until it is stopped
 */
export function SingleShotHTTPClient(
  starturl: string,
  { postbody, extraheaders, method, ...options }: SingleShotHTTPClientOptions = {},
): Component<{ control: Shutdown; _bytes: Uint8Array; _over: Shutdown }, { outbox: HTTPAnswered }> {
  const asked = prepare({
    url: starturl,
    ...(postbody === undefined ? {} : { postbody }),
    ...(extraheaders === undefined ? {} : { extraheaders }),
    ...(method === undefined ? {} : { method }),
  });
  return component(SingleShotHTTPClient, {
    inboxes: { control: "shutdownMicroprocess ends it", _bytes: "from the server", _over: "the connection is over" },
    outboxes: { outbox: "what the server answers" },
    *main(inboxes, { outbox }, self) {
      const asker = new Asker(self, inboxes, options);
      asker.hear();
      try {
        if (!asker.stopped) yield* asker.ask(asked, (said) => outbox.send(said));
      } finally {
        asker.close();
      }
    },
  });
}
