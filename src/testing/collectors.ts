// SPDX-License-Identifier: Apache-2.0
import { type Component, type Outbox, type System, tap } from "../axon/index.ts";
import { Collector } from "./Collector.ts";

/** The boxes that collect what a component sends, from each of its outboxes that is not linked to anything else; from those that it adds later, too. @internal */
export class Collectors {
  /** What was taken from each. */
  readonly result: Record<string, unknown[]> = {};
  readonly #collectors: Map<string, Collector> = new Map();
  readonly #subject: Component<any, any>;
  readonly #bound: number;
  /** Outboxes that were added in this turn, in which they may still be linked; and what was sent from them. */
  readonly #added: { readonly name: string; readonly outbox: Outbox; readonly sent: unknown[]; readonly untap: () => void }[] = [];

  /** @param bound how many messages each takes before it holds the sender */
  constructor(system: System, subject: Component<any, any>, bound: number) {
    this.#subject = subject;
    this.#bound = bound;
    for (const name of Object.keys(subject.outboxes)) if (!subject.outboxes[name]!.linked) this.#collect(name);
    system.observe((change) => {
      if (change.type === "boxAdded" && change.component === subject && change.box in subject.outboxes) this.#note(change.box);
    });
  }

  /** After each turn: collects from the boxes that were added in it, and not linked to anything. */
  settle(): void {
    for (const { name, outbox, sent, untap } of this.#added.splice(0)) {
      untap();
      if (outbox.linked || this.#subject.outboxes[name] !== outbox) continue;
      const { inboxes } = this.#collect(name);
      for (const message of sent) inboxes.inbox.deliver(message);
    }
  }

  /** Takes up to so many messages from each box; answers whether there were any. */
  take(most: number): boolean {
    let some = false;
    for (const collector of this.#collectors.values()) some = collector.take(most) || some;
    return some;
  }

  /** Whether a message waits to be taken. */
  get waiting(): boolean {
    for (const { inboxes } of this.#collectors.values()) if (inboxes.inbox.length > 0) return true;
    return false;
  }

  /** How many messages came to each, taken or not. */
  get counts(): Record<string, number> {
    return Object.fromEntries([...this.#collectors].map(([name, { inboxes }]) => [name, inboxes.inbox.tail]));
  }

  #note(name: string): void {
    const outbox: Outbox = this.#subject.outboxes[name]!;
    const sent: unknown[] = [];
    this.#added.push({ name, outbox, sent, untap: tap(outbox, (message) => void sent.push(message)) });
  }

  #collect(name: string): Collector {
    const collector = new Collector(this.#subject, name, this.#bound);
    this.#collectors.set(name, collector);
    this.result[name] = collector.collected;
    return collector;
  }
}
