// SPDX-License-Identifier: Apache-2.0
// Components take the time from their system. With a clock of virtual time an hour is over as soon as nothing is left to do in it.
import { type Component, component, sleep, System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { FortuneCookieProtocol } from "kamaelia/protocol";
import { SeededRandom, VirtualClock } from "kamaelia/testing";
import { ConsoleEchoer } from "kamaelia/util";

/** Strikes every quarter of an hour. */
function Belfry({ hours = 1 } = {}): Component<{}, { outbox: string }> {
  return component(Belfry, {
    outboxes: { outbox: "the strokes" },
    *main(_, { outbox }) {
      for (let quarter = 1; quarter <= 4 * hours; quarter++) {
        yield sleep(15 * 60_000);
        outbox.send(`${"ding ".repeat(((quarter - 1) % 4) + 1).trimEnd()}\n`);
      }
    },
  });
}

const system = new System({ clock: new VirtualClock(), random: new SeededRandom(1) });
await system.run(Pipeline(Belfry(), ConsoleEchoer()));
console.log(`${system.clock.now() / 60_000} minutes`);

// A protocol that takes its time: a letter each fortieth of a second. With the same seed, the same cookie.
const before = system.clock.now();
await system.run(Pipeline(FortuneCookieProtocol({ program: "no such program" }), ConsoleEchoer()));
console.log(`${(system.clock.now() - before) / 1000} seconds`);

// Output:
// ding
// ding ding
// ding ding ding
// ding ding ding ding
// 60 minutes
// I am a man: nothing human is alien to me.
// 		-- Terence
// 1.375 seconds
