// SPDX-License-Identifier: Apache-2.0
import { Component, type Main } from "../axon/index.ts";

/**
 * A {@link PureTransformer} to extend: sends what `processMessage` makes of each message. For null and undefined nothing is sent.
 *
 * @example
 * class Numbered extends Transformer<string, string> {
 *   #lines = 0;
 *   processMessage(line: string): string {
 *     return `${++this.#lines} ${line}`;
 *   }
 * }
 * await Pipeline(ConsoleReader(), new Numbered(), ConsoleEchoer()).run();
 */
export abstract class Transformer<A = any, B = any> extends Component<{ inbox: A }, { outbox: NonNullable<B> }> {
  static readonly Inboxes = { inbox: "messages" };
  static readonly Outboxes = { outbox: "what became of them" };

  /** Makes something of a message; null or undefined for nothing. */
  abstract processMessage(message: A): B;

  *main(): Main {
    const { inbox } = this.inboxes;
    while (yield inbox)
      for (const message of inbox) {
        const result = this.processMessage(message);
        if (result !== undefined && result !== null) this.send(result, "outbox");
      }
  }
}
