// SPDX-License-Identifier: Apache-2.0
import { test } from "node:test";
import { type Component, component, producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { drive, Echo, Feed } from "../testing/index.ts";
import { Carousel } from "./Carousel.ts";
import { JoinChooserToCarousel } from "./JoinChooserToCarousel.ts";

/** Sends the next item whenever it is asked, and ends after the last. */
function Iterates<T>(items: readonly T[]): Component<{ inbox: "NEXT" }, { outbox: T }> {
  return component(Iterates, {
    inboxes: { inbox: "asks for the next" },
    outboxes: { outbox: "the next" },
    *main({ inbox }, { outbox }) {
      for (const item of items) {
        outbox.send(item);
        if (!(yield inbox)) return;
        inbox.recv();
      }
    },
  });
}

test("JoinChooserToCarousel() plays one choice after the other", async () => {
  const show = JoinChooserToCarousel(
    Iterates(["a", "b"]),
    Carousel((name: string) => Feed([`${name}1`, `${name}2`])),
  );
  await drive(show, {}, { shutdown: false }).expect({ outbox: ["a1", "a2", "b1", "b2"], signal: [producerFinished()] });
});
test("JoinChooserToCarousel() passes its inbox to what is played", async () => {
  const show = JoinChooserToCarousel(
    Iterates(["a"]),
    Carousel(() => Echo<number>()),
  );
  await drive(show, { inbox: [1, 2] }).expect({ outbox: [1, 2] });
});
test("JoinChooserToCarousel() tells the chooser to stop, and the chooser the Carousel", async () => {
  const show = JoinChooserToCarousel(
    Iterates(["a"]),
    Carousel(() => Echo()),
  );
  await drive(show, {}, { shutdown: "shutdownMicroprocess" }).expect({ signal: [shutdownMicroprocess()] });
});
