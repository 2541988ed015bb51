// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
import type { Component } from "./Component.ts";
import type { Inbox } from "./Inbox.ts";
import type { Ended } from "./life.ts";
import type { Linkage } from "./linkage.ts";

/** Something that changed in a system. */
export type Change =
  | { readonly type: "activated"; readonly component: Component<any, any> }
  | ({ readonly type: "ended" } & Ended)
  | { readonly type: "linked" | "unlinked"; readonly linkage: Linkage }
  | { readonly type: "held"; readonly component: Component<any, any>; readonly by: Inbox }
  | { readonly type: "released"; readonly component: Component<any, any> }
  | { readonly type: "boxAdded" | "boxDeleted"; readonly component: Component<any, any>; readonly box: string }
  /** It had a turn that took longer than the watchdog's limit, in milliseconds. The turn is over. */
  | { readonly type: "stuck"; readonly component: Component<any, any>; readonly limit: number }
  | { readonly type: "error"; readonly error: unknown };

/** Gets the changes of a system, as they happen. */
export type Listener = (change: Change) => void;

/** Those who look at a system. @internal */
export class Changes {
  readonly #listeners = new Set<{ readonly tell: Listener }>();

  add(listener: Listener, onLast: () => void): () => void {
    const one = { tell: listener }; // the same function may be told twice
    this.#listeners.add(one);
    return () => {
      if (this.#listeners.delete(one) && this.#listeners.size === 0) onLast();
    };
  }

  emit(change: Change): void {
    for (const { tell } of this.#listeners) {
      try {
        tell(change);
      } catch (error) {
        host.report(error); // whoever looks on must not disturb the system
      }
    }
  }
}
