// SPDX-License-Identifier: Apache-2.0
// Components with four boxes each (inbox, control, outbox, signal), made, activated, and asleep on their inboxes.
import { type Component, component, snapshot, System } from "../../src/axon/index.ts";
import { check } from "../lib/measure.ts";
import { measureIdle, UNITS } from "./job.ts";

function Sleeper(): Component<{ inbox: number }, { outbox: number }> {
  return component(Sleeper, {
    inboxes: { inbox: "nothing comes" },
    outboxes: { outbox: "what came" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

/** The last in the queue: when it has its turn, the others have had theirs. */
function Last(ready: () => void): Component<{}, {}> {
  return component(Last, {
    *main() {
      ready();
    },
  });
}

/** Whether the clock stops before their first turns. */
const ACTIVATED = process.argv[2] === "activated";

let system = new System();

function asleep(): Promise<void> {
  return new Promise<void>((ready) => void system.activate(Last(ready)));
}

await measureIdle(ACTIVATED ? "ours, made and activated" : "ours", async (units) => {
  system = new System();
  for (let i = 0; i < units; i++) system.activate(Sleeper());
  if (!ACTIVATED) await asleep();
  return system;
});
if (ACTIVATED) await asleep();
check("the number of components asleep", snapshot(system).components.filter(({ state }) => state === "asleep").length, UNITS);
