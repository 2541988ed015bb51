// SPDX-License-Identifier: Apache-2.0
// Mistakes that the compiler must find, each with one short message. tools/mistakes.ts compares what it says with golden.txt.
// What stands before the first number, and after "ok", must compile.
import { Component, type Component as Made, component, type Main } from "../../src/axon/index.ts";
import { Graphline, Pipeline } from "../../src/chassis/index.ts";
import { SimpleServer } from "../../src/internet/index.ts";
import { drive, Echo, Feed, ToList } from "../../src/testing/index.ts";
import { Chooser } from "../../src/util/index.ts";

declare function LineSplit(options?: { readonly maxLength?: number }): Made<{ inbox: string }, { outbox: string }>;
declare function PureTransformer<A = any, B = any>(transform: (message: A) => B): Made<{ inbox: A }, { outbox: B }>;
declare function Greeter(): Made<{ inbox: Uint8Array }, { outbox: Uint8Array }>;
declare function Turnstile<T = any>(options: { readonly limit: number }): Made<{ inbox: T; next: unknown }, { outbox: T; overflow: T }>;
declare function Show(): Made<{ inbox: URL }, {}>;
declare function Button<const M>(options: { readonly msg: M }): Made<{}, { outbox: M }>;
interface Backplane<in out T> { readonly "~carries": (message: T) => T }
declare function Backplane<T>(name: string): Backplane<T>;
declare function PublishTo<T>(backplane: Backplane<T>): Made<{ inbox: T }, {}>;
class MyComponent<T = any> extends Component<{ inbox: T }, { outbox: T }> {
  *main(): Main {
    while (yield this.inboxes.inbox) this.send(this.recv("inbox"), "outbox");
  }
}

// ok
Pipeline(Feed(["a"]), Echo(), LineSplit(), PureTransformer((s) => s.length), ToList<number>([]));
Pipeline(Feed(["a"]), new MyComponent(), LineSplit());
Pipeline(Feed(["a"]), PublishTo(Backplane<string>("DATA")));
Graphline({ components: { NEXT: Button({ msg: "NEXT" }), CHOOSER: Chooser([1]) }, linkages: { "NEXT.outbox": "CHOOSER.inbox" } });
SimpleServer({ port: 1, protocol: Greeter });
SimpleServer({ port: 1, protocol: () => Pipeline(Greeter(), Echo()) });
drive(Turnstile<string>({ limit: 1 }), { inbox: ["a"], next: [1] });

// 1 outbox and next inbox carry different messages
Pipeline(Feed([1, 2]), LineSplit());

// 2 the same, three stages in, past generics
Pipeline(Feed(["a"]), Echo(), PureTransformer((s) => s.length), LineSplit(), ToList([]));

// 3 a component without an inbox in the middle
Pipeline(Feed(["a"]), Feed(["b"]), ToList([]));

// 4 a lambda gets its type from the stage before
Pipeline(Feed([1]), PureTransformer((n) => n.toUpperCase()), ToList<string>([]));

// 5 misspelt source box
Graphline({ components: { NEXT: Button({ msg: "NEXT" }), CHOOSER: Chooser([1]) }, linkages: { "NEXT.outbx": "CHOOSER.inbox" } });

// 6 misspelt destination component
Graphline({ components: { NEXT: Button({ msg: "NEXT" }), CHOOSER: Chooser([1]) }, linkages: { "NEXT.outbox": "CHOSER.inbox" } });

// 7 misspelt source component
Graphline({ components: { NEXT: Button({ msg: "NEXT" }), CHOOSER: Chooser([1]) }, linkages: { "NXT.outbox": "CHOOSER.inbox" } });

// 8 messages do not fit
Graphline({ components: { CHOOSER: Chooser(["a.png"]), SHOW: Show() }, linkages: { "CHOOSER.outbox": "SHOW.inbox" } });

// 9 a literal message the other side does not know
Graphline({ components: { NEXT: Button({ msg: "NXT" }), CHOOSER: Chooser([1]) }, linkages: { "NEXT.outbox": "CHOOSER.inbox" } });

// 10 one outbox linked twice
Graphline({ components: { A: Feed([1]), B: ToList([1]), C: ToList([1]) }, linkages: { "A.outbox": "B.inbox", "A.outbox": "C.inbox" } });

// 11 wrong protocol for a server
SimpleServer({ port: 1, protocol: LineSplit });

// 12 a box documented but not declared
function Bad(): Made<{ inbox: string }, { outbox: string }> {
  return component(Bad, {
    inboxes: { inbox: "x" },
    outboxes: { outbox: "y", extra: "z" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

// 13 a box declared but not documented
function Bad2(): Made<{ inbox: string; next: string }, { outbox: string }> {
  return component(Bad2, {
    inboxes: { inbox: "x" },
    outboxes: { outbox: "y" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

// 14 sending the wrong message from inside
function Bad3(): Made<{ inbox: string }, { outbox: number }> {
  return component(Bad3, {
    inboxes: { inbox: "x" },
    outboxes: { outbox: "y" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

// 15 class style: wrong name
class Bad4 extends Component<{ inbox: number }, { outbox: number }> {
  *main(): Main {
    this.send(1, "outbx");
  }
}

// 16 backplane of another type
Pipeline(Feed([1]), PublishTo(Backplane<string>("DATA")));

// 17 test driver: no such inbox
drive(Turnstile<string>({ limit: 1 }), { inbox: ["a"], nxt: [1] });

// 18 nested Graphline's own boxes are checked too
const inner = Graphline({ components: { S: LineSplit() }, linkages: { "self.text": "S.inbox", "S.outbox": "self.lines" } });
Graphline({ components: { IN: Feed([1]), G: inner, OUT: ToList([""]) }, linkages: { "IN.outbox": "G.text", "G.lines": "OUT.inbox" } });

// 19 protocol made of a pipeline
SimpleServer({ port: 1, protocol: () => Pipeline(Greeter(), PureTransformer((b) => b.byteLength)) });
