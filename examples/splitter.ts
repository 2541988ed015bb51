// SPDX-License-Identifier: Apache-2.0
// A speech, and tape recorders that are plugged in while it is held. One that is full ends, and is forgotten. The speech does not notice.
import { type Component, component, sleep, System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { VirtualClock } from "kamaelia/testing";
import { ConsoleEchoer, Plug, Splitter, Tap } from "kamaelia/util";

/** Says a word each second. */
function Speech(words: string): Component<{}, { outbox: string }> {
  return component(Speech, {
    outboxes: { outbox: "words" },
    *main(_, { outbox }) {
      for (const word of words.split(" ")) {
        yield sleep(1000);
        outbox.send(word);
      }
    },
  });
}

/** Records so many words, and shows them when it has them, or when no more come. */
function Recorder(name: string, { length }: { readonly length: number }): Component<{ inbox: string }, { outbox: string }> {
  return component(Recorder, {
    inboxes: { inbox: "words" },
    outboxes: { outbox: "the tape" },
    *main({ inbox }, { outbox }) {
      const tape: string[] = [];
      while (tape.length < length && (yield inbox)) tape.push(inbox.recv());
      outbox.send(`${name}: ${tape.join(" ")}\n`);
    },
  });
}

const system = new System({ clock: new VirtualClock() });
const microphone = Splitter<string>();
const record = (recorder: ReturnType<typeof Recorder>): unknown => system.activate(Pipeline(Plug(microphone, recorder), ConsoleEchoer()));

let words = 0;
const speech = Pipeline(
  Speech("I have nothing to say and I am saying it and that is poetry"),
  microphone,
  Tap(() => {
    if (++words === 5) record(Recorder("came late", { length: 100 }));
  }),
);
record(Recorder("short tape", { length: 4 }));
record(Recorder("long tape", { length: 100 }));
await system.run(speech);
await system.run();

// Output:
// short tape: I have nothing to
// long tape: I have nothing to say and I am saying it and that is poetry
// came late: and I am saying it and that is poetry
