// SPDX-License-Identifier: Apache-2.0
import { addInbox, type AnyComponent, deleteInbox, type Inbox, type ServiceName, serviceName, type Wait } from "../axon/index.ts";

/** Looks for a service while its component does other things: the inbox that the service offers comes to `found`, at once or as soon as it is offered. */
export class Search<T> {
  readonly found: Inbox<Inbox<T>>;
  readonly #self: AnyComponent;
  readonly #steps: Generator<PromiseLike<unknown>, void, boolean>;

  /** @param box what the inbox is called in which it is awaited: people see it when they ask what the component waits for */
  constructor(self: AnyComponent, service: ServiceName<T>, box: string) {
    this.#self = self;
    this.found = addInbox(self, box, { doc: `the service "${service.name}", once somebody offers it` });
    this.#steps = look(self, service, this.found);
    this.#go();
  }

  /** Looks no further. */
  end(): void {
    this.#steps.return();
    while (this.found.length > 0) this.found.recv(); // found, but of no use any more: nothing is lost by it
    deleteInbox(this.#self, this.found);
  }

  #go(): void {
    const { done, value } = this.#steps.next(true);
    if (done !== true) value.then(() => this.#go());
  }
}

function* look<T>(self: AnyComponent, service: ServiceName<T>, found: Inbox<Inbox<T>>): Generator<PromiseLike<unknown>, void, boolean> {
  found.deliver(yield* self.system.services.available(service));
}

/**
 * Waits for a service, and gives its inbox. Undefined when the component is told to stop before, or the data has ended and none of it waits for the service.
 *
 * @param pending what is for the service
 */
export function* reach<T>(
  self: AnyComponent,
  service: ServiceName<T>,
  box: string,
  pending: Inbox<T>,
): Generator<Wait, Inbox<T> | undefined, boolean> {
  const search = new Search(self, service, box);
  try {
    if (yield search.found) return search.found.recv();
  } finally {
    search.end();
  }
  if (self.toldToStop || pending.length === 0) return undefined;
  return yield* self.system.services.available(service);
}

/** A service by its name, typed or not. */
export function service<T>(name: ServiceName<T> | string): ServiceName<T> {
  return typeof name === "string" ? serviceName(name) : name;
}
