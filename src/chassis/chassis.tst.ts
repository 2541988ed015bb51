// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "tstyche";
import type { Component, Shutdown } from "../axon/index.ts";
import { Carousel } from "./Carousel.ts";
import { InboxControlledCarousel } from "./InboxControlledCarousel.ts";
import { JoinChooserToCarousel } from "./JoinChooserToCarousel.ts";
import { PAR } from "./PAR.ts";
import { Pipeline } from "./Pipeline.ts";
import { Seq } from "./Seq.ts";
import type { Lost, Restarted } from "./supervision.ts";
import { Supervisor } from "./Supervisor.ts";

declare function Source<T>(items: readonly T[]): Component<{}, { outbox: T }>;
declare function Lines(): Component<{ inbox: string }, { outbox: string }>;
declare function Lengths(): Component<{ inbox: string }, { outbox: number }>;
declare function Shout(): Component<{ inbox: "a" | "b" }, { outbox: "A" | "B" }>;
declare function Player(name: string): Component<{ inbox: boolean }, { outbox: Uint8Array }>;
declare function Chooser<T>(items: readonly T[]): Component<{ inbox: "NEXT" | "PREV" }, { outbox: T }>;
type In<C> = C extends Component<infer I, infer _> ? I : never;
type Out<C> = C extends Component<infer _, infer O> ? O : never;

describe("PAR() and Seq()", () => {
  test("take what all of their components take, and send what any of them sends", () => {
    const par = PAR(Lines(), Shout(), Source([1]));
    expect<In<typeof par>["inbox"]>().type.toBe<"a" | "b">();
    expect<Out<typeof par>["outbox"]>().type.toBe<string | number>();
    const seq = Seq(Lengths(), () => Shout());
    expect<In<typeof seq>["inbox"]>().type.toBe<"a" | "b">();
    expect<Out<typeof seq>["outbox"]>().type.toBe<number | "A" | "B">();
  });
  test("have no inbox when none of their components has", () => {
    const par = PAR(Source([1]), Source(["a"]));
    expect<In<typeof par>>().type.toBe<{ control: Shutdown }>();
    // @ts-expect-error Property 'inbox' is missing in type
    Pipeline(Source([1]), par);
  });
  test("fit into a Pipeline, checked", () => {
    Pipeline(Source(["x"]), PAR(Lines(), Lines()), Lengths());
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    Pipeline(Source(["x"]), Seq(Lengths()), Lines());
  });
});

describe("Carousel()", () => {
  test("has boxes for its orders, and those of its children", () => {
    const carousel = Carousel(Player);
    expect<In<typeof carousel>>().type.toBe<{ inbox: boolean; next: string; control: Shutdown }>();
    expect<Out<typeof carousel>>().type.toBe<{ outbox: Uint8Array; requestNext: "NEXT"; signal: Shutdown }>();
  });
  test("that is controlled by its inbox fits into a Pipeline", () => {
    const carousel = InboxControlledCarousel(Player);
    expect<In<typeof carousel>>().type.toBe<{ inbox: string; data_inbox: boolean }>();
    Pipeline(Source(["a.wav"]), carousel);
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    Pipeline(Source([1]), carousel);
  });
  test("can be joined to a chooser of its orders", () => {
    const show = JoinChooserToCarousel(Chooser(["a.wav"]), Carousel(Player));
    expect<In<typeof show>["inbox"]>().type.toBe<boolean>();
    expect<Out<typeof show>["outbox"]>().type.toBe<Uint8Array>();
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    JoinChooserToCarousel(Chooser([1]), Carousel(Player));
  });
});

describe("Supervisor()", () => {
  test("has the boxes that linkages name as its own, and tells of restarts", () => {
    const supervisor = Supervisor({
      children: { A: () => Lines(), B: { start: () => Lengths(), restart: "transient", shutdown: "brutal-kill" } },
      linkages: { "self.text": "A.inbox", "A.outbox": "B.inbox", "A.signal": "B.control", "B.outbox": "self.outbox" },
      strategy: "rest-for-one",
      backoff: { first: 100, factor: 2, max: 5000 },
    });
    expect<In<typeof supervisor>>().type.toBe<{ text: string }>();
    expect<Out<typeof supervisor>>().type.toBeAssignableTo<{ outbox: number; restarted: Restarted; lost: Lost }>();
  });
  test("needs no linkages", () => {
    const supervisor = Supervisor({ children: { A: () => Lines() } });
    expect<In<typeof supervisor>>().type.toBe<{}>();
  });
  test("says what is wrong with a linkage", () => {
    const children = { A: () => Lines(), B: { start: () => Source([1]) } };
    // @ts-expect-error 'MessagesDoNotFit<"B.outbox sends", number, "A.inbox takes", string>'.
    Supervisor({ children, linkages: { "B.outbox": "A.inbox" } });
    // @ts-expect-error 'NoSuchOutbox<"A.outbx", "A.outbox" | "A.signal">'.
    Supervisor({ children, linkages: { "A.outbx": "A.inbox" } });
    // @ts-expect-error Did you mean '"A.inbox"'?
    Supervisor({ children, linkages: { "A.outbox": "A.inbx" } });
    // @ts-expect-error Type '"always"' is not assignable to type 'Restart | undefined'
    Supervisor({ children: { A: { start: () => Lines(), restart: "always" } } });
  });
});
