// SPDX-License-Identifier: Apache-2.0
import { addInbox, addOutbox, type BoxOptions, deleteInbox, deleteOutbox, type InboxOptions, nameOf } from "./adaptive.ts";
import { type Boxes, Component } from "./Component.ts";

/** The boxes of a resource, and what else is known of it. */
export type ResourceInformation = readonly [inboxes: readonly string[], outboxes: readonly string[], information: unknown];

/**
 * A component that gets and loses boxes while it lives, and remembers which of them belong to what. In a component made by a function,
 * call {@link addInbox} and its like with `self`; they give the box itself.
 *
 * @example
 * class Multiplexer extends AdaptiveCommsComponent {
 *   *main(): Main {
 *     const name = this.addInbox("client");
 *     this.trackResource({ address: "192.0.2.1" }, name);
 *     while (yield this.inboxes[name]) this.send([this.retrieveTrackedResource(name), this.recv(name)], "outbox");
 *   }
 * }
 */
export abstract class AdaptiveCommsComponent<I extends Boxes = any, O extends Boxes = any> extends Component<I, O> {
  readonly #resources: Map<string, unknown> = new Map();
  readonly #information: Map<unknown, ResourceInformation> = new Map();

  /** Adds an inbox, and answers its name: the one asked for, with a number if there is one of that name. */
  addInbox(name = "inbox", options: InboxOptions = {}): string {
    return nameOf(addInbox(this, name, options))!;
  }

  /** Adds an outbox, and answers its name: the one asked for, with a number if there is one of that name. */
  addOutbox(name = "outbox", options: BoxOptions = {}): string {
    return nameOf(addOutbox(this, name, options))!;
  }

  /**
   * Unlinks and deletes an inbox. Messages left in it are dropped, and counted.
   *
   * @throws RangeError when there is no such inbox; or for "control"
   */
  deleteInbox(name: string): void {
    deleteInbox(this, name);
    this.#resources.delete(name);
  }

  /**
   * Unlinks and deletes an outbox.
   *
   * @throws RangeError when there is no such outbox; or for "signal"
   */
  deleteOutbox(name: string): void {
    deleteOutbox(this, name);
  }

  /**
   * Remembers that the messages of an inbox belong to something.
   *
   * @throws RangeError when there is no such inbox
   */
  trackResource(resource: unknown, inbox: string): void {
    this.#check("inbox", this.inboxes, [inbox]);
    this.#resources.set(inbox, resource);
  }

  /**
   * What the messages of an inbox belong to.
   *
   * @throws RangeError when nothing is tracked for it
   */
  retrieveTrackedResource(inbox: string): unknown {
    if (!this.#resources.has(inbox)) throw new RangeError(`Cannot retrieve the resource of ${this.name}.${inbox}: none is tracked for it`);
    return this.#resources.get(inbox);
  }

  /**
   * Remembers which boxes belong to something, and anything else about it.
   *
   * @throws RangeError when there is no such box
   */
  trackResourceInformation(resource: unknown, inboxes: readonly string[], outboxes: readonly string[], information: unknown): void {
    this.#check("inbox", this.inboxes, inboxes);
    this.#check("outbox", this.outboxes, outboxes);
    this.#information.set(resource, [inboxes, outboxes, information]);
  }

  /**
   * The boxes of a resource, and what else is remembered of it.
   *
   * @throws RangeError when it is not tracked
   */
  retrieveTrackedResourceInformation(resource: unknown): ResourceInformation {
    const known = this.#information.get(resource);
    if (known === undefined) throw new RangeError(`Cannot retrieve information on ${String(resource)}: ${this.name} does not track it`);
    return known;
  }

  /**
   * Forgets the boxes of a resource, and what else was remembered of it.
   *
   * @throws RangeError when it is not tracked
   */
  ceaseTrackingResource(resource: unknown): void {
    if (!this.#information.delete(resource))
      throw new RangeError(`Cannot cease tracking ${String(resource)}: ${this.name} does not track it`);
  }

  #check(kind: string, boxes: object, names: readonly string[]): void {
    for (const name of names) {
      if (Object.hasOwn(boxes, name)) continue;
      const known = Object.keys(boxes).map((box) => `"${box}"`);
      throw new RangeError(`Cannot track ${this.name}.${name}: ${this.name} has no ${kind} "${name}", only ${known.join(", ")}`);
    }
  }
}
