// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Shutdown } from "../../axon/index.ts";
import type { HTTPAnswered } from "./client/feed.ts";
import { type HTTPAsked, prepare } from "./client/request.ts";
import { type HTTPClientOptions, settled } from "./client/settings.ts";
import { shoot } from "./client/shooting.ts";

export type { HTTPAnswered } from "./client/feed.ts";

/** What to ask for, and how. */
export interface SingleShotHTTPClientOptions extends Omit<HTTPAsked, "url">, HTTPClientOptions {}

/**
 * Asks a server for one thing, then ends: its outbox has what the server answers, as it comes. Redirects are followed, relative ones, too: 303, and POST after
 * 301 and 302, become GET; what proves who we are goes to no other server. https is spoken only with servers that can prove who they are. If nobody takes what
 * comes, the server is made to wait.
 *
 * @throws TypeError for a URL that is not of http or https, and for fields that cannot be sent
 * @throws RangeError for a number or a time that there cannot be
 * @example
 * const url = "http://127.0.0.1:8000/";
 * await Pipeline(SingleShotHTTPClient(url), ConsoleEchoer()).run(); // until it is stopped
 */
export function SingleShotHTTPClient(
  starturl: string,
  options: SingleShotHTTPClientOptions = {},
): Component<{ control: Shutdown }, { outbox: HTTPAnswered }> {
  const asked = prepare({ ...options, url: starturl });
  const settings = settled(options, { compression: false, retries: 0 });
  return component(SingleShotHTTPClient, {
    inboxes: { control: "shutdownMicroprocess ends it" },
    outboxes: { outbox: "what the server answers" },
    *main({ control }, { outbox }, self) {
      yield* shoot(self, control, outbox, settings, asked);
    },
  });
}
