// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../../axon/index.ts";
import type { Resource } from "../resource.ts";

/**
 * Counts how often it is asked, and sends a page that says so: the component of one session, for {@link SessionHandler}.
 *
 * @example
 * const handler = SessionHandler(() => SessionExample());
 * const protocol = HTTPProtocol(handler);
 */
export function SessionExample<T = any>(): Component<{ inbox: T }, { outbox: Resource }> {
  return component(SessionExample, {
    inboxes: { inbox: "requests of one session" },
    outboxes: { outbox: "pages with a number" },
    *main({ inbox }, { outbox }) {
      for (let count = 1; yield inbox; count++) {
        inbox.recv();
        outbox.send({
          headers: { "content-type": "text/html; charset=utf-8" },
          data: `<html><body>${count}</body></html>`,
          complete: true,
        });
      }
    },
  });
}
