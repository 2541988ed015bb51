// SPDX-License-Identifier: Apache-2.0
// A baker who is faster than the guest. The table has room for two cakes; with a third one in hand the baker waits. Nobody wrote code for that.
import { type Component, component, sleep, System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { VirtualClock } from "kamaelia/testing";

function Baker(): Component<{}, { outbox: string }> {
  return component(Baker, {
    outboxes: { outbox: "cakes" },
    *main(_, { outbox }) {
      for (const cake of ["apple", "berry", "cherry", "date", "elder"]) {
        console.log(`baked ${cake}`);
        outbox.send(cake); // when the table is full, the next turn comes when there is room
        yield;
      }
    },
  });
}

function Guest(): Component<{ inbox: string }, {}> {
  return component(Guest, {
    inboxes: { inbox: "cakes" },
    *main({ inbox }) {
      while (yield inbox) {
        console.log(`            ate ${inbox.recv()}`);
        yield sleep(60_000); // minutes of the system's clock, which here is not the real one
      }
    },
  });
}

await new System({ clock: new VirtualClock() }).run(Pipeline.with({ boxSize: 2 })(Baker(), Guest()));

// Output:
// baked apple
//             ate apple
// baked berry
// baked cherry
// baked date
//             ate berry
//             ate cherry
// baked elder
//             ate date
//             ate elder
