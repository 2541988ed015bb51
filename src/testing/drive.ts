// SPDX-License-Identifier: Apache-2.0
import { Component, type Destination, inboxOf, type Origin, producerFinished, SeededRandom, System } from "../axon/index.ts";
import { VirtualClock } from "./VirtualClock.ts";

type In<C> = C extends { readonly inboxes: infer I }
  ? { [K in keyof I]?: I[K] extends Destination<infer T> ? readonly T[] : never }
  : never;
type Out<C> = C extends { readonly outboxes: infer O } ? { [K in keyof O]: O[K] extends Origin<infer T> ? T[] : never } : never;

/** Runs one component on its own: these messages in, all messages out. Then tells it the producer has finished. */
export async function drive<C extends { readonly inboxes: object; readonly outboxes: object }>(
  subject: C,
  messages: In<C> = {} as In<C>,
): Promise<Out<C>> {
  const component = subject as unknown as Component<any, any>;
  const system = new System({ clock: new VirtualClock(), random: new SeededRandom(1) });
  const collector = new Collector(component);
  for (const [name, list] of Object.entries(messages)) for (const message of list as unknown[]) inboxOf(component, name).deliver(message);
  component.inboxes["control"]!.deliver(producerFinished());
  system.activate(component);
  await system.run(component);
  return collector.sent as Out<C>;
}

/** Keeps what each outbox sends; never activated, its boxes have no bound. */
class Collector extends Component<any, any> {
  constructor(subject: Component<any, any>) {
    super(Object.fromEntries(Object.keys(subject.outboxes).map((name) => [name, "what it sent"])), {});
    for (const name of Object.keys(subject.outboxes)) {
      this.setInboxSize(name, Infinity);
      this.link([subject, name], [this, name]);
    }
  }
  get sent(): Record<string, unknown[]> {
    return Object.fromEntries(Object.entries(this.inboxes).map(([name, inbox]) => [name, [...inbox!]]));
  }
  *main(): never {
    throw new Error("A collector does not run");
  }
}
