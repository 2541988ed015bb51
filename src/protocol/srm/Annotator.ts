// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";

/**
 * Numbers messages, from 1.
 *
 * @example
 * await drive(Annotator<string>(), { inbox: ["a", "b"] }).expect({ outbox: [[1, "a"], [2, "b"]] });
 */
export function Annotator<T = any>(): Component<{ inbox: T }, { outbox: readonly [sequence: number, data: T] }> {
  return component(Annotator, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "[number, message]" },
    *main({ inbox }, { outbox }) {
      let n = 0;
      while (yield inbox) for (const message of inbox) outbox.send([++n, message]);
    },
  });
}
