// SPDX-License-Identifier: Apache-2.0
// What a component throws is thrown at its parent's `yield`. So `try` and `catch` work across components, too.
import { type Component, component, ComponentFailure } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { Feed, ToList } from "kamaelia/testing";

/** Halves numbers, and insists on even ones. */
function Halves(): Component<{ inbox: number }, { outbox: number }> {
  return component(Halves, {
    inboxes: { inbox: "even numbers" },
    outboxes: { outbox: "half of each" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        const number = inbox.recv();
        if (number % 2 !== 0) throw new RangeError(`${number} is odd`);
        outbox.send(number / 2);
      }
    },
  });
}

function Main(): Component<{}, {}> {
  return component(Main, {
    *main(_inboxes, _outboxes, self) {
      for (const numbers of [
        [2, 4, 6],
        [8, 9, 10],
      ]) {
        const halves: number[] = [];
        try {
          const pipeline = Pipeline(Feed(numbers), Halves(), ToList(halves)).activate();
          yield pipeline.ended;
          console.log(`${numbers.join(", ")}: ${halves.join(", ")}`);
        } catch (error) {
          console.log(`${numbers.join(", ")}: ${error instanceof ComponentFailure ? error.message : String(error)}`);
        }
      }
      console.log(`${self.name} goes on`);
    },
  });
}

await Main().run();

// Output:
// 2, 4, 6: 1, 2, 3
// 8, 9, 10: Main_1/Pipeline_6/Halves_8 failed: 9 is odd
// Main_1 goes on
