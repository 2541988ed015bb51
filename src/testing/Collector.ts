// SPDX-License-Identifier: Apache-2.0
import { anyOf, Component, type Main } from "../axon/index.ts";

/** Takes what a component sends, from all its outboxes. @internal */
export class Collector extends Component<any, any> {
  readonly collected: Record<string, unknown[]>;
  readonly #greedy: boolean;
  readonly #note: (name: string, message: unknown) => void;

  /** @param bound how many messages each box takes before it holds the component; then one is taken each turn */
  constructor(subject: Component<any, any>, bound: number, note: (name: string, message: unknown) => void) {
    const names = Object.keys(subject.outboxes);
    super(Object.fromEntries(names.map((name) => [`_${name}`, `what it sent from ${name}`])), {});
    this.collected = Object.fromEntries(names.map((name) => [name, []]));
    this.#greedy = bound === Infinity;
    this.#note = note;
    for (const name of names) this.link([subject, name], [this, `_${name}`], { bound });
  }

  *main(): Main {
    const names = Object.keys(this.collected);
    const boxes = names.map((name) => this.inboxes[`_${name}`]!);
    while (yield anyOf(...boxes)) {
      for (const name of names) this.#take(name);
      if (!this.#greedy) yield;
    }
  }

  #take(name: string): void {
    const box = this.inboxes[`_${name}`]!;
    while (box.length > 0) {
      const message: unknown = box.recv();
      this.collected[name]!.push(message);
      this.#note(name, message);
      if (!this.#greedy) return;
    }
  }
}
