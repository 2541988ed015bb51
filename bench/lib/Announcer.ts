// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Endpoint } from "../../src/axon/index.ts";

/** Prints the port that is listened on. */
export function Announcer(): Component<{ inbox: Endpoint }, {}> {
  return component(Announcer, {
    inboxes: { inbox: "the address that is listened on" },
    *main({ inbox }) {
      while (yield inbox) console.log(inbox.recv().port);
    },
  });
}
