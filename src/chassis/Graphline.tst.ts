// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "tstyche";
import type { Component } from "../axon/index.ts";
import { Graphline } from "./Graphline.ts";
import { Pipeline } from "./Pipeline.ts";

declare function Source<T>(items: readonly T[]): Component<{}, { outbox: T }>;
declare function Sink<T>(): Component<{ inbox: T }, {}>;
declare function Lines(): Component<{ inbox: string }, { outbox: string }>;
declare function Lengths(): Component<{ inbox: string }, { outbox: number }>;
declare function Button<const M>(options: { readonly msg: M }): Component<{}, { outbox: M }>;
declare function Chooser<T>(items: readonly T[]): Component<{ inbox: "NEXT" | "PREV" }, { outbox: T }>;
type In<C> = C extends Component<infer I, infer _> ? I : never;
type Out<C> = C extends Component<infer _, infer O> ? O : never;

describe("Graphline()", () => {
  test("takes linkages whose messages fit", () => {
    const graph = Graphline({
      components: { NEXT: Button({ msg: "NEXT" }), PREVIOUS: Button({ msg: "PREV" }), CHOOSER: Chooser([1]), OUT: Sink<number | string>() },
      linkages: {
        "NEXT.outbox": "CHOOSER.inbox",
        "PREVIOUS.outbox": "CHOOSER.inbox",
        "CHOOSER.outbox": "OUT.inbox",
        "NEXT.signal": "OUT.control",
      },
      boxSizes: { "OUT.inbox": 5 },
    });
    expect<In<typeof graph>>().type.toBe<{}>();
    expect<Out<typeof graph>>().type.toBe<{}>();
  });
  test("has the boxes that linkages name as its own, and they carry what is at the other end", () => {
    const graph = Graphline({
      components: { A: Lines(), B: Lengths() },
      linkages: {
        "self.text": "A.inbox",
        "A.outbox": "self.lines",
        "self.more": "B.inbox",
        "B.outbox": "self.outbox",
        "self.control": "A.control",
      },
    });
    expect<In<typeof graph>>().type.toBe<{ text: string; more: string }>();
    expect<Out<typeof graph>>().type.toBe<{ lines: string; outbox: number }>();
  });
  test("nests, checked, in other chassis", () => {
    const inner = Graphline({ components: { A: Lengths() }, linkages: { "self.inbox": "A.inbox", "A.outbox": "self.outbox" } });
    const pipeline = Pipeline(Source(["a"]), inner, Sink<number>());
    expect<In<typeof pipeline>>().type.toBe<{}>();
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    Pipeline(Source(["a"]), inner, Sink<string>());
  });
  test("names a box that there is not, and those that there are", () => {
    const components = { NEXT: Button({ msg: "NEXT" }), CHOOSER: Chooser([1]) };
    // @ts-expect-error Type 'string' is not assignable to type 'NoSuchOutbox<"NEXT.outbx", "NEXT.outbox" | "NEXT.signal">'.
    Graphline({ components, linkages: { "NEXT.outbx": "CHOOSER.inbox" } });
    // @ts-expect-error Did you mean '"CHOOSER.inbox"'?
    Graphline({ components, linkages: { "NEXT.outbox": "CHOSER.inbox" } });
    // @ts-expect-error Type 'string' is not assignable to type 'NoSuchComponent<"NXT",
    Graphline({ components, linkages: { "NXT.outbox": "CHOOSER.inbox" } });
    // @ts-expect-error is not assignable to type
    Graphline({ components, linkages: { "self.x": "CHOOSER.outbox" } });
    // @ts-expect-error '"CHOOSER.outbox"' does not exist in type
    Graphline({ components, linkages: {}, boxSizes: { "CHOOSER.outbox": 5 } });
  });
  test("says what does not fit, and why", () => {
    Graphline({
      components: { CHOOSER: Chooser(["a.png"]), SHOW: Sink<URL>() },
      // @ts-expect-error Type 'string' is not assignable to type 'MessagesDoNotFit<"CHOOSER.outbox sends", string, "SHOW.inbox takes", URL>'.
      linkages: { "CHOOSER.outbox": "SHOW.inbox" },
    });
    Graphline({
      components: { NEXT: Button({ msg: "NXT" }), CHOOSER: Chooser([1]) },
      // @ts-expect-error 'MessagesDoNotFit<"NEXT.outbox sends", "NXT", "CHOOSER.inbox takes", "NEXT" | "PREV">'.
      linkages: { "NEXT.outbox": "CHOOSER.inbox" },
    });
    const inner = Graphline({ components: { A: Lines() }, linkages: { "self.text": "A.inbox" } });
    Graphline({
      components: { IN: Source([1]), G: inner },
      // @ts-expect-error 'MessagesDoNotFit<"IN.outbox sends", number, "G.text takes", string>'.
      linkages: { "IN.outbox": "G.text" },
    });
    Graphline({
      components: { A: Lines(), B: Lines() },
      // @ts-expect-error 'MessagesDoNotFit<"A.outbox sends", string, "B.control takes", Shutdown>'.
      linkages: { "A.outbox": "B.control" },
    });
  });
  test("needs components and linkages", () => {
    expect(Graphline).type.not.toBeCallableWith({ components: {} });
    expect(Graphline).type.not.toBeCallableWith({ linkages: {} });
  });
});
