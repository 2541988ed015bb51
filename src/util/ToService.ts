// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type ServiceName } from "../axon/index.ts";
import { reach, service } from "./search.ts";

/**
 * Hands what it receives to a service, an inbox that some component offers by name. While nobody offers it, messages wait here, up to the bound of the
 * inbox; then who sends them is held.
 *
 * It ends on producerFinished, when all is handed over, and on shutdownMicroprocess; the service is not told. Told that the data has ended while nobody
 * offers the service, it stays if messages wait.
 *
 * @example
 * const PRINTER = serviceName<string>("printer");
 * Pipeline(ConsoleReader(), ToService(PRINTER)).activate();
 * await RegisterService(ConsoleEchoer(), { [PRINTER.name]: "inbox" }).run(); // alpha beta gamma
 */
export function ToService<T = any>(name: ServiceName<T> | string): Component<{ inbox: T }, {}> {
  return component(ToService, {
    inboxes: { inbox: "messages for the service" },
    *main({ inbox }, _, self) {
      const offered = yield* reach(self, service<T>(name), "_service", inbox);
      if (offered === undefined) return;
      self.link(inbox, offered);
      yield inbox; // nothing comes here any more: it waits to be told that it is over
    },
  });
}
