// SPDX-License-Identifier: Apache-2.0
import { type Component, component, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { check, measure } from "../lib/measure.ts";

const MESSAGES = 200_000;

interface Game {
  last: number;
}

/** Serves 0 and returns every ball, until it has seen the last. */
function Ping(game: Game): Component<{ inbox: number }, { outbox: number }> {
  return component(Ping, {
    inboxes: { inbox: "balls" },
    outboxes: { outbox: "each plus one" },
    *main({ inbox }, { outbox }) {
      outbox.send(0);
      while (game.last < MESSAGES - 1 && (yield inbox)) {
        game.last = inbox.recv();
        outbox.send(game.last + 1);
      }
    },
  });
}

/** Returns every ball. */
function Pong(): Component<{ inbox: number }, { outbox: number }> {
  return component(Pong, {
    inboxes: { inbox: "balls" },
    outboxes: { outbox: "each plus one" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv() + 1);
    },
  });
}

await measure({ work: "ping-pong", row: "ours", unit: "million messages/s" }, async () => {
  const game: Game = { last: 0 };
  await new System().run(Pipeline.with({ circular: true })(Ping(game), Pong()));
  check("the last ball", game.last, MESSAGES - 1);
  return MESSAGES;
});
