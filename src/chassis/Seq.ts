// SPDX-License-Identifier: Apache-2.0
import { Component, isShutdown, type Main, producerFinished, type Shutdown } from "../axon/index.ts";
import { occupy } from "./occupy.ts";

/** A component, or how to make it when its turn has come. */
export type Item<T> = Part<T> | (() => Part<T>);
/** Any component that sends `T`. */
export interface Part<T> {
  readonly inboxes: object;
  readonly outboxes: { readonly outbox?: { readonly "~sends"?: () => T } };
}

/**
 * Runs components one after the other. Whose turn it is gets what comes to "inbox"; what it sends leaves by "outbox".
 *
 * It signals once, at the end. producerFinished on control is told to the one that runs and to those after it, as their turn comes;
 * shutdownMicroprocess ends the one that runs, and those after it are not started.
 *
 * @param items components, or functions that make them
 * @example
 * await Pipeline(Seq(OneShot("first"), () => OneShot("second")), ConsoleEchoer()).run();
 */
export function Seq<T>(...items: Item<T>[]): Component<{ inbox: any; control: Shutdown }, { outbox: T; signal: Shutdown }> {
  return new SeqComponent(items as (Component<any, any> | (() => Component<any, any>))[]) as unknown as Component<any, any>;
}

class SeqComponent extends Component<any, any> {
  static readonly Inboxes = { inbox: "for the one that runs", control: "stops the one that runs, and then the Seq" };
  static readonly Outboxes = { outbox: "from the one that runs", signal: "told when all have ended" };
  readonly #items: readonly (Component<any, any> | (() => Component<any, any>))[];
  #told: Shutdown | undefined;

  constructor(items: readonly (Component<any, any> | (() => Component<any, any>))[]) {
    super();
    this.#items = items;
  }

  override get kind(): Function {
    return Seq;
  }

  *main(): Main {
    for (const item of this.#items) {
      this.#readControl();
      if (this.#told?.type === "shutdownMicroprocess") break;
      yield* this.#run(typeof item === "function" ? item() : item);
    }
    this.#readControl();
    this.send(this.#told ?? producerFinished(), "signal");
  }

  *#run(component: Component<any, any>): Generator<void, void, boolean> {
    const leave = occupy(this, component);
    component.activate();
    let lastWord: string | undefined;
    while (!component.isStopped) {
      this.#readControl();
      if (this.#told !== undefined && this.#told.type !== lastWord) {
        lastWord = this.#told.type;
        component.stop(this.#told);
      }
      this.pause();
      yield;
    }
    leave();
  }

  #readControl(): void {
    for (const message of this.inboxes["control"]!) {
      if (isShutdown(message) && (this.#told === undefined || message.type === "shutdownMicroprocess")) this.#told = message;
    }
  }
}
