// SPDX-License-Identifier: Apache-2.0
import { type Component, component, producerFinished, type Shutdown } from "../../../axon/index.ts";
import { PassThrough } from "../../../util/index.ts";
import type { HTTPAnswered } from "./feed.ts";
import { type HTTPAsked, prepare } from "./request.ts";
import { type HTTPClientOptions, settled } from "./settings.ts";
import { hasToStop, shoot } from "./shooting.ts";

/** What to send it with, and how. */
export interface HTTPUploadOptions extends Omit<HTTPAsked, "url" | "body" | "postbody" | "extraheaders">, HTTPClientOptions {}

/**
 * Sends what comes to its inbox to a server as the body of one request, as it comes and as fast as the server takes it; after producerFinished the body is
 * complete. Its outbox has what the server answers, as from {@link SingleShotHTTPClient}. What has been sent cannot be sent again, so it tries again only while
 * nothing was: with `expectContinue` the server is asked first.
 *
 * @throws TypeError for a URL that is not of http or https, and for fields that cannot be sent
 * @throws RangeError for a number or a time that there cannot be
 * @example
 * const url = "http://127.0.0.1:8000/films/1";
 * await Pipeline(SimpleReader("film.mkv"), HTTPUpload(url), ConsoleEchoer()).run();
 */
export function HTTPUpload(
  url: string,
  { method = "PUT", headers, length, expectContinue, ...options }: HTTPUploadOptions = {},
): Component<{ inbox: string | Uint8Array; control: Shutdown }, { outbox: HTTPAnswered }> {
  const settings = settled(options, { compression: false, retries: 2 });
  const given = { url, method, ...(headers === undefined ? {} : { headers }), ...(length === undefined ? {} : { length }) };
  const asked = expectContinue === undefined ? given : { ...given, expectContinue };
  prepare(asked); // so that what is wrong with it is said now
  return component(HTTPUpload, {
    inboxes: { inbox: "the body of the request", control: "producerFinished: it is complete; shutdownMicroprocess ends it" },
    outboxes: { outbox: "what the server answers" },
    *main({ inbox, control }, { outbox }, self) {
      const body = PassThrough<string | Uint8Array>();
      const finished = (): void => body.stop(producerFinished());
      if (hasToStop(control, finished)) return;
      self.link(inbox, body.inboxes.inbox, { passthrough: 1 });
      yield* shoot(self, control, outbox, settings, prepare({ ...asked, body }), finished);
    },
  });
}
