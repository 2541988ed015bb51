// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type ServiceName, serviceName, type System } from "../axon/index.ts";

/**
 * Offers inboxes of a component as services of its system, by name, and gives the component back. They are offered until it ends:
 * all of them, or none if there is anything wrong with one.
 *
 * @param system the system that it will run in. Default: the one in which it would run if it were activated now
 * @throws ServiceAlreadyExists when somebody offers a service of this name
 * @throws BadInbox when the component has no such inbox
 * @throws BadComponent when it has ended, or belongs to another system
 * @example
 * RegisterService(ConsoleEchoer(), { printer: "inbox" }).activate();
 * await Pipeline(ConsoleReader(), ToService("printer")).run(); // alpha beta gamma
 */
export function RegisterService<C extends AnyComponent>(
  component: C,
  services: { readonly [service: string]: keyof C["inboxes"] & string },
  system: System = component.system,
): C {
  const provider: AnyComponent = component;
  const offered: ServiceName<unknown>[] = [];
  try {
    for (const [name, inbox] of Object.entries<string>(services)) {
      const service = serviceName<unknown>(name);
      system.services.registerService(service, provider, inbox);
      offered.push(service);
    }
  } catch (error) {
    for (const service of offered) system.services.deRegisterService(service);
    throw error;
  }
  return component;
}
