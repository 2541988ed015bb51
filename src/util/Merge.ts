// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, type Inbox } from "../axon/index.ts";
import { Inputs, type InputsOf } from "./inputs.ts";

/**
 * Sends on what comes to inboxes of these names, one message from each in turn while there are any. Each has a control of its own, `<name>_control`:
 * when the producers of all have finished, and all is sent, the Merge ends. (Any number of outboxes may be linked to one inbox, too; but then the first
 * producer that finishes ends its reader.) A shutdownMicroprocess from any of them stops it at once.
 *
 * With a type, name the boxes in it, too, so that the compiler knows them: `Merge<number, "a" | "b">(["a", "b"])`.
 *
 * @throws RangeError when a name comes twice, or is taken: "control"
 * @example
 * await drive(Merge<number, "a" | "b">(["a", "b"]), { a: [1, 2, 3], b: [10] }).expect({ outbox: [1, 10, 2, 3] });
 */
export function Merge<T = any, const N extends string = string>(names: readonly N[]): Component<InputsOf<{ [K in N]: T }>, { outbox: T }> {
  const inputs = new Inputs("Merge", names);
  return component(Merge, {
    inboxes: inputs.docs,
    outboxes: { outbox: "all that comes" },
    *main(boxes, { outbox }, self) {
      const data: readonly Inbox<T>[] = names.map((name) => boxes[name]!);
      const open = inputs.from(boxes);
      const something = anyOf(...data, ...open.controls);
      let turn = 0;
      while (yield something) {
        const told = open.read();
        if (told !== undefined) self.stop(told);
        if (self.toldToStop) return;
        for (let empty = 0, isHeld = false; empty < data.length && !isHeld; turn = (turn + 1) % data.length) {
          const box = data[turn]!;
          if (box.length === 0) empty++;
          else {
            empty = 0;
            isHeld = outbox.full;
            outbox.send(box.recv());
          }
        }
        if (open.none && data.every((box) => box.length === 0)) return;
      }
    },
  }) as unknown as Component<InputsOf<{ [K in N]: T }>, { outbox: T }>;
}
