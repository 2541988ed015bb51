// SPDX-License-Identifier: Apache-2.0
import { type Boxes, Component, type Docs, isShutdown, type Main, producerFinished, type Shutdown } from "../axon/index.ts";
import { checkComponents } from "./checks.ts";
import type { CommonInbox, CommonOutbox, Part } from "./stages.ts";

/**
 * Runs components side by side: each message goes to all of them (the same object: who changes it copies it first), and all their messages leave by one
 * outbox. It has an inbox if one of them has.
 *
 * It ends when all of them have ended, and then signals once: the shutdownMicroprocess that it was told, or a producerFinished.
 * What comes to its control is told to each of them, producerFinished only after the messages that came before it.
 *
 * @throws TypeError for something that is not a component
 * @example
 * await Pipeline(PAR(Feed(["a"]), Feed(["b"])), ConsoleEchoer()).run();
 */
export function PAR<const C extends readonly Part[]>(
  ...components: C
): Component<CommonInbox<C[number]> & { control: Shutdown }, CommonOutbox<C[number]> & { signal: Shutdown }> {
  return new ParComponent(components as unknown as Component<any, any>[]) as unknown as Component<any, any>;
}

class ParComponent extends Component<any, any> {
  readonly #docs: { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> };
  readonly #components: readonly Component<any, any>[];
  /** An outbox of our own for each component that takes messages. */
  readonly #copies: readonly string[];
  #told: Shutdown | undefined;
  /** A producerFinished that waits for the messages before it. */
  #toTell: Shutdown | undefined;

  constructor(components: readonly Component<any, any>[]) {
    checkComponents("PAR", components.entries());
    const takers = components.filter((component) => "inbox" in component.inboxes);
    const copies = takers.map((_, i) => `_inbox${i}`);
    const docs = Object.fromEntries(copies.map((name, i) => [name, `copies for component ${i + 1} of those that take messages`]));
    const inbox: Record<string, string> = takers.length === 0 ? {} : { inbox: "for every component" };
    const inboxes = { ...inbox, control: "for every component" };
    const outboxes = { outbox: "from every component", signal: "told when all have ended", ...docs };
    super(inboxes, outboxes);
    this.#docs = { inboxes, outboxes };
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

  override get docs(): { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> } {
    return this.#docs;
  }

  *main(): Main {
    for (const component of this.#components) component.activate();
    while (this.childComponents().length > 0) {
      this.#readControl();
      if (this.#told === undefined) this.#handOut();
      this.pause();
      yield;
    }
    this.#readControl();
    this.send(this.#told ?? producerFinished(), "signal");
  }

  #handOut(): void {
    const { inbox } = this.inboxes;
    if (inbox !== undefined) for (const message of inbox) for (const copy of this.#copies) this.send(message, copy);
    if (this.#toTell !== undefined && (inbox === undefined || inbox.length === 0)) {
      this.#tellAll(this.#toTell);
      this.#toTell = undefined;
    }
  }

  #readControl(): void {
    while (this.dataReady("control")) {
      const message: Shutdown = this.recv("control");
      if (isShutdown(message) && message.type === "producerFinished") {
        this.#toTell ??= message;
        continue;
      }
      if (isShutdown(message)) this.#told ??= message;
      this.#tellAll(message);
    }
  }

  #tellAll(message: Shutdown): void {
    for (const component of this.childComponents()) component.stop(message);
  }
}
