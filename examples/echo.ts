// SPDX-License-Identifier: Apache-2.0
// A first component: ten lines, and it can be used anywhere.
import { component, type Component } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer, ConsoleReader } from "kamaelia/util";

/** Sends back whatever it receives. */
function Echo<T = any>(): Component<{ inbox: T }, { outbox: T }> {
  return component(Echo, {
    inboxes: { inbox: "some data in" },
    outboxes: { outbox: "the same data out" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

await Pipeline(ConsoleReader(), Echo(), ConsoleEchoer()).run();

// Input:
// is anybody there?
// Output:
// is anybody there?
