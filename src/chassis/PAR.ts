// SPDX-License-Identifier: Apache-2.0
import { Component, isShutdown, type Main, producerFinished, type Shutdown } from "../axon/index.ts";

/** What the inboxes of these components take in common. */
type Taken<C> = C extends { readonly inboxes: { readonly inbox: { readonly deliver: (message: infer T) => void } } } ? T : never;
/** What one or the other of these components sends. */
type Sent<C> = C extends { readonly outboxes: { readonly outbox: { readonly "~sends"?: () => infer T } } } ? T : never;
/** Any component. */
interface Part {
  readonly inboxes: object;
  readonly outboxes: object;
}

/**
 * Runs components side by side: each message goes to all of them (the same object: who changes it copies it first), and all their messages leave by one outbox.
 *
 * It ends when all of them have ended, and then signals once: the shutdownMicroprocess that it was told, or a producerFinished.
 * What comes to its control is told to each of them, producerFinished only after the messages that came before it.
 *
 * @example
 * await Pipeline(PAR(Feed(["a"]), Feed(["b"])), ConsoleEchoer()).run();
 */
export function PAR<const C extends readonly Part[]>(
  ...components: C
): Component<{ inbox: Taken<C[number]>; control: Shutdown }, { outbox: Sent<C[number]>; signal: Shutdown }> {
  return new ParComponent(components as unknown as Component<any, any>[]) as unknown as Component<any, any>;
}

class ParComponent extends Component<any, any> {
  readonly #components: readonly Component<any, any>[];
  readonly #copies: readonly string[];

  constructor(components: readonly Component<any, any>[]) {
    const takers = components.filter((component) => "inbox" in component.inboxes);
    const copies = takers.map((_, i) => `_inbox${i}`);
    const docs = Object.fromEntries(copies.map((name) => [name, "a copy for one of the components"]));
    super(
      { inbox: "for every component", control: "for every component" },
      { outbox: "from every component", signal: "told when all have ended", ...docs },
    );
    this.#components = components;
    this.#copies = copies;
    this.addChildren(...components);
    takers.forEach((taker, i) => this.link([this, copies[i]!], [taker, "inbox"]));
    for (const component of components)
      if ("outbox" in component.outboxes) this.link([component, "outbox"], [this, "outbox"], { passthrough: 2 });
  }

  override get kind(): Function {
    return PAR;
  }

  *main(): Main {
    for (const component of this.#components) component.activate();
    const { inbox, control } = this.inboxes;
    let told: Shutdown | undefined;
    while (this.childComponents().length > 0) {
      for (const message of inbox!) for (const name of this.#copies) this.send(message, name);
      if (!this.dataReady("inbox") || this.#stopsNow()) {
        for (const message of control!) {
          if (isShutdown(message) && message.type === "shutdownMicroprocess") told = message;
          for (const component of this.childComponents()) component.stop(message);
        }
      }
      this.pause();
      yield;
    }
    this.send(told ?? producerFinished(), "signal");
  }

  /** A shutdownMicroprocess does not wait for messages to be handed out. */
  #stopsNow(): boolean {
    const message: unknown = this.inboxes["control"]!.peekNext();
    return isShutdown(message) && message.type === "shutdownMicroprocess";
  }
}
