// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { at, drive, Feed } from "../testing/index.ts";
import { InboxControlledCarousel } from "./InboxControlledCarousel.ts";
import { Pipeline } from "./Pipeline.ts";

/** Puts a prefix before each word. */
function Prefix(prefix: string): Component<{ inbox: string }, { outbox: string }> {
  return component(Prefix, {
    inboxes: { inbox: "words" },
    outboxes: { outbox: "the words with a prefix" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(prefix + inbox.recv());
    },
  });
}

test("InboxControlledCarousel() takes its orders on inbox, so that it fits into a Pipeline", async () => {
  const player = InboxControlledCarousel((n: number) => Feed([n]));
  await drive(Pipeline(Feed([1]), player), {}, { shutdown: false }).expect({ outbox: [1] });
});
test("InboxControlledCarousel() passes data_inbox to the child, and asks for orders", async () => {
  await drive(InboxControlledCarousel(Prefix, { make1stRequest: true }), {
    inbox: at({ 0: "a", 20: "b" }),
    data_inbox: at({ 10: "1", 30: "2" }),
  }).expect({ outbox: ["a1", "b2"], requestNext: ["NEXT"], signal: [producerFinished()] });
});
test("InboxControlledCarousel() stops with its child", async () => {
  await drive(InboxControlledCarousel(Prefix), { inbox: ["a"] }, { shutdown: "shutdownMicroprocess" }).expect({
    signal: [shutdownMicroprocess()],
  });
});
test("InboxControlledCarousel({ boxSize }) sets how much a child's inbox holds", async () => {
  const made: ReturnType<typeof Prefix>[] = [];
  const make = (prefix: string): ReturnType<typeof Prefix> => {
    made.push(Prefix(prefix));
    return made.at(-1)!;
  };
  await drive(InboxControlledCarousel(make, { boxSize: 3 }), { inbox: ["a"] });
  assert.equal(made[0]!.inboxes.inbox.bound, 3);
});
