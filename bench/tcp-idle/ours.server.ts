// SPDX-License-Identifier: Apache-2.0
// A component for each connection. Says its port.
import { type Component, component } from "../../src/axon/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { serve } from "../lib/serve.ts";
import { costCounter } from "./cost.ts";

const count = costCounter();

function CountingEcho(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(CountingEcho, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "the same bytes" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        count();
        outbox.send(inbox.recv());
      }
    },
  });
}

await serve(SimpleServer({ port: 0, host: "127.0.0.1", protocol: CountingEcho }));
