// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import type { HTTPAsked } from "./client/request.ts";

/**
 * Makes each message the body of a request to this URL, for {@link SimpleHTTPClient}.
 *
 * @example
 * await drive(HTTPMakePostRequest("http://127.0.0.1/"), { inbox: ["a"] }).expect({ outbox: [{ url: "http://127.0.0.1/", postbody: "a" }] });
 */
export function HTTPMakePostRequest(uploadurl: string): Component<{ inbox: string | Uint8Array }, { outbox: HTTPAsked }> {
  return component(HTTPMakePostRequest, {
    inboxes: { inbox: "bodies" },
    outboxes: { outbox: "requests" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const postbody of inbox) outbox.send({ url: uploadurl, postbody });
    },
  });
}
