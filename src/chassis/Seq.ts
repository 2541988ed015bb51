// SPDX-License-Identifier: Apache-2.0
import { Component, isShutdown, type Main, producerFinished, type Shutdown } from "../axon/index.ts";
import { checkComponents } from "./checks.ts";
import { occupy } from "./occupy.ts";
import type { CommonInbox, CommonOutbox, Part } from "./stages.ts";

/** The components among these items. */
type Runs<C> = C extends () => infer P ? P : C;

/**
 * Runs components one after the other. Whose turn it is gets what comes to "inbox"; what it has not read when it ends is for the next one.
 * What it sends leaves by "outbox".
 *
 * It signals once, at the end. producerFinished on control is told to the one that runs, and to each after it when its turn comes;
 * shutdownMicroprocess ends the one that runs, and those after it are not started.
 *
 * @param items components, or functions that make them when their turn has come
 * @throws TypeError for something that is not a component
 * @example
 * await Pipeline(Seq(Feed(["first"]), () => Feed(["second"])), ConsoleEchoer()).run();
 */
export function Seq<const C extends readonly (Part | (() => Part))[]>(
  ...items: C
): Component<CommonInbox<Runs<C[number]>> & { control: Shutdown }, CommonOutbox<Runs<C[number]>> & { signal: Shutdown }> {
  return new SeqComponent(items as unknown as Item[]) as unknown as Component<any, any>;
}

type Item = Component<any, any> | (() => Component<any, any>);

class SeqComponent extends Component<any, any> {
  static readonly Inboxes = { inbox: "for the one that runs", control: "stops the one that runs, and then the Seq" };
  static readonly Outboxes = { outbox: "from the one that runs", signal: "told when all have ended" };
  readonly #items: readonly Item[];
  #told: Shutdown | undefined;

  constructor(items: readonly Item[]) {
    super();
    this.#items = items;
    const components = items.filter((item) => typeof item !== "function");
    checkComponents("Seq", components.entries());
    this.addChildren(...components);
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
    const hasEnded = occupy(this, component, { bequeaths: true });
    let lastWord: string | undefined;
    while (!hasEnded()) {
      this.#readControl(component);
      if (this.#told !== undefined && this.#told.type !== lastWord) {
        lastWord = this.#told.type;
        component.stop(this.#told);
      }
      this.pause();
      yield;
    }
  }

  #readControl(component?: Component<any, any>): void {
    while (this.dataReady("control")) {
      const message: unknown = this.recv("control");
      if (!isShutdown(message)) component?.stop(message as never);
      else if (this.#told === undefined || message.type === "shutdownMicroprocess") this.#told = message;
    }
  }
}
