// SPDX-License-Identifier: Apache-2.0
// Somebody's program, as the compiler sees it: all declarations of the package are checked, and the types arrive.
import { type Component, component } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import * as internet from "kamaelia/internet";
import * as all from "kamaelia";
import * as protocol from "kamaelia/protocol";
import { drive, Feed, ToList } from "kamaelia/testing";
import * as util from "kamaelia/util";

function Lengths(): Component<{ inbox: string }, { outbox: number }> {
  return component(Lengths, {
    inboxes: { inbox: "texts" },
    outboxes: { outbox: "their lengths" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv().length);
    },
  });
}

const lengths: number[] = [];
await Pipeline(Feed(["a", "bc"]), Lengths(), ToList(lengths)).run();
const { outbox }: { outbox: number[] } = await drive(Lengths(), { inbox: ["abc"] });
// @ts-expect-error numbers are no texts
Pipeline(Feed([1]), Lengths());
export { all, internet, outbox, protocol, util };
