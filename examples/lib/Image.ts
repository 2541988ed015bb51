// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "kamaelia/axon";

/** A picture frame for a terminal: it shows the name. */
export function Image({ size: [width] = [24, 1] }: { size?: readonly [width: number, height: number] } = {}): Component<
  { inbox: string },
  {}
> {
  return component(Image, {
    inboxes: { inbox: "names of pictures" },
    *main({ inbox }) {
      while (yield inbox) {
        const name = inbox.recv();
        const left = " ".repeat(Math.floor((width - name.length) / 2));
        process.stdout.write(`┌${"─".repeat(width)}┐\n│${(left + name).padEnd(width)}│\n└${"─".repeat(width)}┘\n`);
      }
    },
  });
}
