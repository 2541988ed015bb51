// SPDX-License-Identifier: Apache-2.0
import { addOutbox, type AnyComponent, anyOf, type Component, component, type Outbox, type ServiceName } from "../axon/index.ts";
import { Search, service } from "./search.ts";

/** What a service is asked by a {@link Subscribe}: to begin to send something to an inbox, or to cease. */
export type ServiceRequest<R> = readonly [what: "ADD" | "REMOVE", request: R, sink: readonly [component: AnyComponent, inbox: "inbox"]];

/**
 * Asks a service, an inbox that some component offers by name, to send it things: `["ADD", request, [self, "inbox"]]` for each request. What the service
 * sends, it sends on. At its end it takes the requests back, last one first: `["REMOVE", request, [self, "inbox"]]`. While nobody offers the service, it waits.
 *
 * @example
 * Pipeline(Subscribe<string, string>("kiosk", "tea", "milk"), ConsoleEchoer()).activate();
 */
export function Subscribe<R = any, T = any>(
  name: ServiceName<ServiceRequest<R>> | string,
  ...requests: readonly R[]
): Component<{ inbox: T }, { outbox: T }> {
  return component(Subscribe, {
    inboxes: { inbox: "what the service sends" },
    outboxes: { outbox: "the same" },
    *main({ inbox }, { outbox }, self) {
      let toService: Outbox<ServiceRequest<R>> | undefined;
      const search = new Search(self, service<ServiceRequest<R>>(name), "_service");
      try {
        while (yield toService === undefined ? anyOf(inbox, search.found) : inbox) {
          if (toService === undefined && search.found.length > 0) {
            toService = addOutbox<ServiceRequest<R>>(self, "_toService", { doc: "requests" });
            self.link(toService, search.found.recv());
            for (const request of requests) toService.send(["ADD", request, [self, "inbox"]]);
          }
          for (const message of inbox) outbox.send(message);
        }
      } finally {
        search.end();
        for (const request of requests.toReversed()) toService?.send(["REMOVE", request, [self, "inbox"]]);
      }
    },
  });
}
