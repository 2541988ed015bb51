// SPDX-License-Identifier: Apache-2.0
import { type Component, component, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { check, measure } from "../lib/measure.ts";

const MEMBERS = 503;
const PASSES = 2_000_000;

/** Passes the token on, counted down, and ends the game when it is at 0. */
function Member(start: number | undefined, ended: (at: number) => void, place: number): Component<{ inbox: number }, { outbox: number }> {
  return component(Member, {
    inboxes: { inbox: "the token" },
    outboxes: { outbox: "the token" },
    *main({ inbox }, { outbox }) {
      if (start !== undefined) outbox.send(start);
      while (yield inbox) {
        const token = inbox.recv();
        if (token === 0) return ended(place);
        outbox.send(token - 1);
      }
    },
  });
}

await measure({ work: "ring", row: "ours", unit: "million passes/s" }, async () => {
  let winner = -1;
  const members = Array.from({ length: MEMBERS }, (_, i) => Member(i === 0 ? PASSES - 1 : undefined, (place) => (winner = place), i));
  await new System().run(Pipeline.with({ circular: true })(members));
  check("who had the token last", winner, PASSES % MEMBERS);
  return PASSES;
});
