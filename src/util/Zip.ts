// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Boxes, type Component, component, type Inbox } from "../axon/index.ts";
import { Inputs, type InputsOf } from "./inputs.ts";

/**
 * Takes one message from each of its inboxes, and sends them as one, `{ <name>: message, … }`. Each inbox has a control of its own, `<name>_control`.
 * It ends when no more can come of it: when a producer has finished, and all that it sent is used. What is left in the other boxes is dropped, and counted.
 * A shutdownMicroprocess from any producer stops it at once.
 *
 * @throws RangeError when a name comes twice, or is taken: "control"
 * @example
 * const pairs = Zip<{ picture: string; sound: string }>(["picture", "sound"]);
 * (await drive(pairs, { picture: ["a cat"], sound: ["meow"] })).outbox; // [{ picture: "a cat", sound: "meow" }]
 */
export function Zip<B extends Boxes = Boxes>(names: readonly (keyof B & string)[]): Component<InputsOf<B>, { outbox: B }> {
  const inputs = new Inputs("Zip", names);
  if (names.length === 0) throw new RangeError("Cannot make a Zip of nothing: name its inboxes");
  return component(Zip, {
    inboxes: inputs.docs,
    outboxes: { outbox: "one message from each inbox" },
    *main(boxes, { outbox }, self) {
      const data: readonly (readonly [string, Inbox])[] = names.map((name) => [name, boxes[name]!]);
      const open = inputs.from(boxes);
      const isOver = ([name, box]: readonly [string, Inbox]): boolean => box.length === 0 && !open.has(name);
      const listen = (): boolean => {
        const told = open.read();
        if (told !== undefined) self.stop(told);
        return !self.toldToStop;
      };
      while (listen()) {
        for (const [, box] of data)
          while (box.length === 0) if (data.some(isOver) || !(yield anyOf(box, ...open.controls)) || !listen()) return;
        outbox.send(Object.fromEntries(data.map(([name, box]) => [name, box.recv()])));
        if (outbox.full) yield;
      }
    },
  }) as unknown as Component<InputsOf<B>, { outbox: B }>;
}
