// SPDX-License-Identifier: Apache-2.0
// A component that fails is started again. Lost is only the message that it failed at.
import { type Component, component } from "kamaelia/axon";
import { Graphline, Supervisor } from "kamaelia/chassis";
import { Feed } from "kamaelia/testing";
import { ConsoleEchoer } from "kamaelia/util";

/** Takes text for JSON. */
function Parser(): Component<{ inbox: string }, { outbox: unknown }> {
  return component(Parser, {
    inboxes: { inbox: "JSON" },
    outboxes: { outbox: "what it says" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(JSON.parse(inbox.recv()));
    },
  });
}

/** Says that something was started again. */
function Notes(): Component<{ inbox: { readonly child: string; readonly failure: Error | undefined } }, { outbox: string }> {
  return component(Notes, {
    inboxes: { inbox: "what was started again, and why" },
    outboxes: { outbox: "a line about it" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(`${inbox.recv().child} is started again\n`);
    },
  });
}

const supervised = Supervisor({
  children: { PARSER: Parser },
  linkages: { "self.inbox": "PARSER.inbox", "PARSER.outbox": "self.outbox" },
  intensity: 10,
});

await Graphline({
  components: {
    TEXTS: Feed(['{ "a": 1 }', "{ oops", "[2, 3]"]),
    PARSER: supervised,
    PRINTER: ConsoleEchoer(),
    NOTES: Notes(),
  },
  linkages: {
    "TEXTS.outbox": "PARSER.inbox",
    "TEXTS.signal": "PARSER.control",
    "PARSER.outbox": "PRINTER.inbox",
    "PARSER.restarted": "NOTES.inbox",
    "PARSER.signal": "NOTES.control",
    "NOTES.outbox": "PRINTER.inbox",
    "NOTES.signal": "PRINTER.control",
  },
}).run();

// Output:
// { a: 1 }
// PARSER is started again
// [ 2, 3 ]
