// SPDX-License-Identifier: Apache-2.0
import { Component, type Main, outboxOf } from "../axon/index.ts";

/** Takes what a component sends from one outbox. It has no turns of its own: whoever made it takes the messages when they like. @internal */
export class Collector extends Component<{ inbox: unknown }, {}> {
  static readonly Inboxes = { inbox: "what is sent" };
  static readonly Outboxes = {};
  readonly collected: unknown[] = [];

  /** @param bound how many messages it takes before it holds the sender */
  constructor(subject: Component<any, any>, outbox: string, bound: number) {
    super();
    this.link(outboxOf(subject, outbox), this.inboxes.inbox, { bound });
  }

  /** Takes so many messages; answers whether it got any. */
  take(most: number = Infinity): boolean {
    const { inbox } = this.inboxes;
    let taken = 0;
    while (taken < most && inbox.length > 0) {
      this.collected.push(inbox.recv());
      taken++;
    }
    return taken > 0;
  }

  // eslint-disable-next-line require-yield
  *main(): Main {
    throw new Error("Cannot run a Collector: it only holds what others send");
  }
}
