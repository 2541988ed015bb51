// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, Component } from "./Component.ts";
import {
  AccessToUndeclaredTrackedVariable,
  BadComponent,
  BadInbox,
  MultipleServiceDeletion,
  NamespaceClash,
  ServiceAlreadyExists,
  Stopped,
} from "./errors.ts";
import { REGISTERED } from "./flags.ts";
import { Happening } from "./happening.ts";
import type { Destination, Inbox } from "./Inbox.ts";

/** The name of a service, and the type of the messages that it takes; made by {@link serviceName}. */
export interface ServiceName<in T> {
  readonly name: string;
  readonly "~takes": (message: T) => void;
}

/** The name of a value that is tracked, and its type; made by {@link valueName}. */
export interface ValueName<in out T> {
  readonly name: string;
  readonly "~value": (value: T) => T;
}

/** What a component yields while it waits for something of {@link Services}, and what it gets. */
export type Awaiting<T> = Generator<PromiseLike<unknown>, T, boolean>;

/**
 * Makes the name of a service. Whoever offers it and whoever looks for it use the same name, so the compiler checks that they agree on the messages.
 *
 * @example
 * const ECHO = serviceName<string>("echo");
 */
export function serviceName<T>(name: string): ServiceName<T> {
  return { name } as ServiceName<T>;
}

/**
 * Makes the name of a value to track.
 *
 * @example
 * const HITS = valueName<number>("stats.pages.hitcount");
 */
export function valueName<T>(name: string): ValueName<T> {
  return { name } as ValueName<T>;
}

interface Service {
  readonly component: AnyComponent;
  readonly inbox: Inbox;
}

/**
 * Inboxes and values of a system that components find by name: `self.system.services`. The original's CoordinatingAssistantTracker, one for each system.
 *
 * @example
 * const ECHO = serviceName<string>("echo");
 * self.system.services.registerService(ECHO, self, "inbox"); // one component offers it,
 * self.link(outbox, yield* self.system.services.available(ECHO)); // another one waits until somebody does
 */
export class Services {
  readonly #services: Map<string, Service> = new Map();
  readonly #values: Map<string, unknown> = new Map();
  readonly #offers: Awaited = new Awaited();
  readonly #changes: Awaited = new Awaited();

  /**
   * Offers an inbox as a service, until it is deregistered or the component ends.
   *
   * @throws ServiceAlreadyExists when somebody offers a service of this name
   * @throws BadComponent when it is not a component, not one of this system, or one that has ended
   * @throws BadInbox when the component has no such inbox
   */
  registerService<T, C extends AnyComponent, const K extends keyof C["inboxes"] & string>(
    service: ServiceName<T>,
    component: C & { readonly inboxes: { readonly [N in K]?: Destination<NoInfer<T>> } },
    inbox: K,
  ): void {
    const what = `Cannot register service "${service.name}"`;
    const known = this.#find(service.name);
    if (known !== undefined) throw new ServiceAlreadyExists(`${what}: ${nameOf(known)} offers it already`);
    if (!(component instanceof Component)) throw new BadComponent(`${what}: ${String(component)} is not a component`);
    if (component.isStopped) throw new BadComponent(`${what}: ${component.name} has ended`);
    const { system } = component.microprocess;
    if (system !== undefined && system.services !== this) throw new BadComponent(`${what}: ${component.name} belongs to another system`);
    if (!Object.hasOwn(component.inboxes, inbox)) {
      throw new BadInbox(`${what}: ${component.name} has no inbox "${inbox}", only ${quoted(Object.keys(component.inboxes))}`);
    }
    this.#services.set(service.name, { component, inbox: component.inboxes[inbox] as Inbox });
    component.microprocess.flags |= REGISTERED;
    this.#offers.happen(service.name);
  }

  /**
   * Takes a service back. Linkages to its inbox stay.
   *
   * @throws MultipleServiceDeletion when there is none of this name
   */
  deRegisterService(service: ServiceName<never>): void {
    if (this.#find(service.name) === undefined)
      throw new MultipleServiceDeletion(`Cannot deregister service "${service.name}": ${this.#offered()}`);
    this.#services.delete(service.name);
  }

  /**
   * The inbox that a service offers, to link to.
   *
   * @throws RangeError when nobody offers it; see {@link available}
   */
  retrieveService<T>(service: ServiceName<T>): Inbox<T> {
    const found = this.#find(service.name);
    if (found === undefined) throw new RangeError(`Cannot find service "${service.name}": ${this.#offered()}`);
    return found.inbox;
  }

  /**
   * Waits until somebody offers a service, if nobody does yet, and gives its inbox: so it does not matter who starts first. It goes on waiting after
   * producerFinished, because there may be messages left for the service; shutdownMicroprocess ends the component, as with `settled`.
   *
   * @example
   * const ECHO = serviceName<string>("echo");
   * self.link(outbox, yield* self.system.services.available(ECHO));
   */
  *available<T>(service: ServiceName<T>): Awaiting<Inbox<T>> {
    for (;;) {
      const found = this.#find(service.name);
      if (found !== undefined) return found.inbox;
      yield* this.#offers.wait(service.name, `the service "${service.name}"`);
    }
  }

  /** The names of all services, in the order in which they were registered. */
  servicesRegistered(): string[] {
    return [...this.#services].filter(([, service]) => isOffered(service)).map(([name]) => name);
  }

  /**
   * Begins to track a value for everybody to see.
   *
   * @throws NamespaceClash when one of this name is tracked already; see {@link updateValue}
   */
  trackValue<T>(value: ValueName<T>, initial: NoInfer<T>): void {
    if (this.#values.has(value.name)) throw new NamespaceClash(`Cannot track "${value.name}": it is tracked already; update it`);
    this.#set(value, initial);
  }

  /**
   * Gives a tracked value anew.
   *
   * @throws AccessToUndeclaredTrackedVariable when nobody tracks one of this name
   */
  updateValue<T>(value: ValueName<T>, now: NoInfer<T>): void {
    if (!this.#values.has(value.name)) throw this.#undeclared("update", value.name);
    this.#set(value, now);
  }

  /**
   * What a tracked value is now.
   *
   * @throws AccessToUndeclaredTrackedVariable when nobody tracks one of this name
   */
  retrieveValue<T>(value: ValueName<T>): T {
    if (!this.#values.has(value.name)) throw this.#undeclared("retrieve", value.name);
    return this.#values.get(value.name) as T;
  }

  /** Waits until a value is next tracked or updated, and gives it. Changes while nobody waits are not kept: `retrieveValue` gives the last one. */
  *changed<T>(value: ValueName<T>): Awaiting<T> {
    yield* this.#changes.wait(value.name, `the value "${value.name}" to change`);
    return this.#values.get(value.name) as T;
  }

  /** The names of all tracked values. */
  informationItemsLogged(): string[] {
    return [...this.#values.keys()];
  }

  /** @internal A component has ended, or deleted an inbox: what it offered there is offered no longer. */
  forget(component: AnyComponent, inbox?: Inbox): void {
    for (const [name, service] of this.#services) {
      if (service.component === component && (inbox === undefined || service.inbox === inbox)) this.#services.delete(name);
    }
  }

  #find(name: string): Service | undefined {
    const service = this.#services.get(name);
    return service !== undefined && isOffered(service) ? service : undefined;
  }

  #set(value: ValueName<any>, now: unknown): void {
    this.#values.set(value.name, now);
    this.#changes.happen(value.name);
  }

  #offered(): string {
    const names = this.servicesRegistered();
    return names.length === 0 ? "no service is registered" : `only ${quoted(names)} ${names.length === 1 ? "is" : "are"} registered`;
  }

  #undeclared(what: string, name: string): AccessToUndeclaredTrackedVariable {
    const names = this.informationItemsLogged();
    const known = names.length === 0 ? "nothing is tracked" : `only ${quoted(names)} ${names.length === 1 ? "is" : "are"} tracked`;
    return new AccessToUndeclaredTrackedVariable(`Cannot ${what} "${name}": ${known}`);
  }
}

/** Components that wait for something of a name to happen. */
class Awaited {
  readonly #waiting: Map<string, Set<Happening>> = new Map();

  /** @param what in words, for those who look at what a component waits for */
  *wait(name: string, what: string): Awaiting<void> {
    const happening = new Happening(what);
    const others = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, others.add(happening));
    try {
      yield happening;
    } finally {
      others.delete(happening);
      if (others.size === 0 && this.#waiting.get(name) === others) this.#waiting.delete(name);
    }
    if (!happening.over) throw new Stopped();
  }

  happen(name: string): void {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) return;
    this.#waiting.delete(name);
    for (const happening of waiting) happening.happen();
  }
}

/** Components that were never activated end, and lose inboxes, without a word. */
function isOffered({ component, inbox }: Service): boolean {
  return !component.isStopped && inbox.owner === component.microprocess;
}

function nameOf({ component, inbox }: Service): string {
  return component.microprocess.nameOfBox(inbox);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
