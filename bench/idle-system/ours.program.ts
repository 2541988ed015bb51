// SPDX-License-Identifier: Apache-2.0
// A thousand components asleep, and one that sleeps for a day, which keeps the process alive. It says "asleep" when all of them are.
import { type Component, component, sleep, System } from "../../src/axon/index.ts";

const DAY = 86_400_000;

function Sleeper(): Component<{ inbox: number }, { outbox: number }> {
  return component(Sleeper, {
    inboxes: { inbox: "nothing comes" },
    outboxes: { outbox: "what came" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

function LongSleeper(asleep: () => void): Component<{}, {}> {
  return component(LongSleeper, {
    *main() {
      asleep();
      yield sleep(DAY);
    },
  });
}

const system = new System();
for (let i = 0; i < 1000; i++) system.activate(Sleeper());
system.activate(LongSleeper(() => console.log("asleep")));
