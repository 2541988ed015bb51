// SPDX-License-Identifier: Apache-2.0
import { type Component, component, producerFinished } from "kamaelia/axon";
import { keyboard } from "./keyboard.ts";

/** What a button says, and what it sends. */
export interface ButtonOptions<M> {
  readonly caption: string;
  readonly msg: M;
}

/** A button for people without a mouse: typing its caption, or the beginning of it, presses it. */
export function Button<const M>({ caption, msg }: ButtonOptions<M>): Component<{}, { outbox: M }> {
  return component(Button, {
    outboxes: { outbox: "the message, for each press" },
    *main({ control }, { outbox }, self) {
      const done = self.system.expect(`somebody to press ${caption}`);
      const leave = keyboard.listen(
        (typed) => {
          if (typed !== "" && caption.toLowerCase().startsWith(typed.toLowerCase())) outbox.send(msg);
        },
        () => self.stop(producerFinished()),
      );
      yield control;
      leave();
      done();
    },
  });
}
