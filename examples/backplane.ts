// SPDX-License-Identifier: Apache-2.0
// A news desk. Anybody may publish and anybody may listen, by name: nobody knows who else is there, and it does not matter who comes first.
import { type Component, component, producerFinished, sleep, System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { VirtualClock } from "kamaelia/testing";
import { Backplane, backplaneName, ConsoleEchoer, PublishTo, SubscribeTo, type SubscribeToOptions } from "kamaelia/util";

// #region name
const NEWS = backplaneName<string>("news"); // its type, too: who publishes a number here does not get past the compiler
// #endregion
const MINUTE = 60_000;

/** Sends each story at its minute. */
function Reporter(stories: Readonly<Record<number, string>>): Component<{}, { outbox: string }> {
  return component(Reporter, {
    outboxes: { outbox: "stories" },
    *main(_, { outbox }, { system: { clock } }) {
      for (const [minute, story] of Object.entries(stories)) {
        yield sleep(Number(minute) * MINUTE - clock.now());
        outbox.send(story);
      }
    },
  });
}

/** Takes its time for each story. */
function Read(name: string, { minutes = 0 } = {}): Component<{ inbox: string }, { outbox: string }> {
  return component(Read, {
    inboxes: { inbox: "stories" },
    outboxes: { outbox: "what is said of it" },
    *main({ inbox }, { outbox }, { system: { clock } }) {
      while (yield inbox) {
        outbox.send(`${clock.now() / MINUTE} min, ${name}: ${inbox.recv()}\n`);
        yield sleep(minutes * MINUTE);
      }
    },
  });
}

const system = new System({ clock: new VirtualClock() });
const listen = (reader: ReturnType<typeof Read>, options: SubscribeToOptions = {}): unknown =>
  system.activate(Pipeline.with({ boxSizes: [undefined, 1] })(SubscribeTo(NEWS, options), reader, ConsoleEchoer()));

// #region news
const square = Pipeline(Reporter({ 1: "a cat on the town hall", 4: "the cat is down" }), PublishTo(NEWS));
const station = Pipeline(Reporter({ 2: "a fire engine sets out", 3: "it is stuck", 5: "it turns back" }), PublishTo(NEWS));
for (const publisher of [square, station]) system.activate(publisher);
listen(Read("radio"));
listen(Read("grandfather", { minutes: 10 }), { whenFull: "dropOldest", buffer: 1 }); // he wants the latest, and holds nobody
const desk = system.activate(Backplane(NEWS, { replay: 1 })); // the desk comes last: all have waited for it

await system.run(square);
listen(Read("latecomer")); // hears the last story first

await system.run();
desk.stop(producerFinished()); // and with the desk all who listen are done
await system.run();
// #endregion

// Output:
// 1 min, radio: a cat on the town hall
// 1 min, grandfather: a cat on the town hall
// 2 min, radio: a fire engine sets out
// 3 min, radio: it is stuck
// 4 min, radio: the cat is down
// 4 min, latecomer: the cat is down
// 5 min, radio: it turns back
// 5 min, latecomer: it turns back
// 11 min, grandfather: a fire engine sets out
// 21 min, grandfather: it turns back
