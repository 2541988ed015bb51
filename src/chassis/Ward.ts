// SPDX-License-Identifier: Apache-2.0
import { Component, type Ended, inboxOf, outboxOf, type Shutdown } from "../axon/index.ts";
import type { Wire } from "./linkages.ts";
import type { ChildSpec } from "./Supervisor.ts";

/** One child of a Supervisor, whichever component plays it at the moment. @internal */
export class Ward {
  readonly name: string;
  readonly #guardian: Component<any, any>;
  readonly #spec: ChildSpec<Component<any, any>>;
  readonly #inboxes: readonly string[];
  readonly #outboxes: readonly string[];
  readonly #onEnd: (ward: Ward, ended: Ended) => void;
  #component: Component<any, any> | undefined;

  constructor(
    guardian: Component<any, any>,
    name: string,
    spec: ChildSpec<Component<any, any>>,
    wires: readonly Wire[],
    onEnd: (ward: Ward, ended: Ended) => void,
  ) {
    this.name = name;
    this.#guardian = guardian;
    this.#spec = spec;
    this.#inboxes = unique(wires.filter(({ to }) => to === name).map(({ inbox }) => inbox));
    this.#outboxes = unique(wires.filter(({ from }) => from === name).map(({ outbox }) => outbox));
    this.#onEnd = onEnd;
    for (const box of ["control", "signal"]) {
      if (this.#inboxes.includes(box) || this.#outboxes.includes(box))
        throw new RangeError(`Cannot link ${name}.${box}: a Supervisor tells its children itself when to stop`);
    }
  }

  get lives(): boolean {
    return this.#component !== undefined;
  }

  /** Milliseconds it gets to stop. */
  get patience(): number {
    const { shutdown = 5000 } = this.#spec;
    return shutdown === "brutal-kill" ? 0 : shutdown;
  }

  start(): void {
    const component = this.#spec.start();
    this.#component = component;
    this.#guardian.addChildren(component);
    this.#guardian.watch(component, (ended) => this.#end(component, ended));
    for (const name of this.#outboxes)
      this.#guardian.link(outboxOf(component, name, this.name), outboxOf(this.#guardian, `_${this.name}.${name}`));
    for (const name of this.#inboxes)
      this.#guardian.link(inboxOf(this.#guardian, `_${this.name}.${name}`), inboxOf(component, name, this.name));
    component.activate();
  }

  stop(message: Shutdown): void {
    this.#component?.stop(message);
  }

  kill(): void {
    this.#component?.kill();
  }

  mustRestart({ reason }: Ended, finishing: boolean): boolean {
    const { restart = "permanent" } = this.#spec;
    if (restart === "temporary") return false;
    return reason !== "finished" || (restart === "permanent" && !finishing);
  }

  /** Called at the very moment of its end, so that nothing is sent to it any more; what it has not read waits for its successor. */
  #end(component: Component<any, any>, ended: Ended): void {
    this.#guardian.unlink(component);
    for (const name of this.#inboxes) {
      const unread = inboxOf(component, name);
      const waiting = inboxOf(this.#guardian, `_${this.name}.${name}`);
      while (unread.length > 0) waiting.deliver(unread.recv());
    }
    this.#component = undefined;
    this.#onEnd(this, ended);
  }
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
