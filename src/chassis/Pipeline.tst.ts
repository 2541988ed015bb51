// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "tstyche";
import type { Component } from "../axon/index.ts";
import { Pipeline } from "./Pipeline.ts";

declare function Source<T>(items: readonly T[]): Component<{}, { outbox: T }>;
declare function Sink<T = any>(): Component<{ inbox: T }, {}>;
declare function Echo<T = any>(): Component<{ inbox: T }, { outbox: T }>;
declare function Map<A = any, B = any>(transform: (message: A) => B): Component<{ inbox: A }, { outbox: B }>;
declare function Lines(): Component<{ inbox: string }, { outbox: string }>;
declare function Lengths(): Component<{ inbox: string }, { outbox: number }>;
declare function Turnstile(): Component<{ inbox: string; next: unknown }, { outbox: string; overflow: string }>;
type In<C> = C extends Component<infer I, infer _> ? I : never;
type Out<C> = C extends Component<infer _, infer O> ? O : never;

describe("Pipeline()", () => {
  test("has the inbox of its first component and the outbox of its last", () => {
    const pipeline = Pipeline(Lines(), Lengths());
    expect<In<typeof pipeline>>().type.toBe<{ inbox: string }>();
    expect<Out<typeof pipeline>>().type.toBe<{ outbox: number }>();
    expect(pipeline.inboxes.inbox.recv()).type.toBe<string>();
  });
  test("has no box that its first or last component lacks", () => {
    const pipeline = Pipeline(Source(["a"]), Sink());
    expect<In<typeof pipeline>>().type.toBe<{}>();
    expect<Out<typeof pipeline>>().type.toBe<{}>();
  });
  test("has only inbox and outbox, whatever its components have beside them", () => {
    const pipeline = Pipeline(Turnstile(), Turnstile());
    expect<In<typeof pipeline>>().type.toBe<{ inbox: string }>();
    expect<Out<typeof pipeline>>().type.toBe<{ outbox: string }>();
    const one = Pipeline(Turnstile());
    expect<In<typeof one>>().type.toBe<{ inbox: string }>();
  });
  test("infers messages from left to right, through generic components and functions", () => {
    const pipeline = Pipeline(
      Source(["a", "b"]),
      Echo(),
      Map((text) => {
        expect(text).type.toBe<string>();
        return text.length;
      }),
      Echo(),
      Map((n) => {
        expect(n).type.toBe<number>();
        return [n];
      }),
    );
    expect<Out<typeof pipeline>>().type.toBe<{ outbox: number[] }>();
  });
  test("takes twelve components, and any number in other Pipelines", () => {
    const e = (): Component<{ inbox: string }, { outbox: string }> => Echo<string>();
    const eleven = Pipeline(e(), e(), e(), e(), e(), e(), e(), e(), e(), e(), e());
    const twelve = Pipeline(e(), e(), e(), e(), e(), e(), e(), e(), e(), e(), e(), Lengths());
    expect<Out<typeof eleven>>().type.toBe<{ outbox: string }>();
    expect<Out<typeof twelve>>().type.toBe<{ outbox: number }>();
    expect(Pipeline).type.not.toBeCallableWith(e(), e(), e(), e(), e(), e(), e(), e(), e(), e(), e(), e(), e());
    const nested = Pipeline(eleven, twelve);
    expect<In<typeof nested>>().type.toBe<{ inbox: string }>();
  });
  test("takes an array of components, unchecked", () => {
    const list: Component<any, any>[] = [];
    expect(Pipeline(list)).type.toBe<Component<any, any>>();
    expect(Pipeline.with({ boxSize: 5 })(list)).type.toBe<Component<any, any>>();
  });
  test("says what does not fit, at the component that does not", () => {
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    Pipeline(Source([1, 2]), Lines());
    Pipeline(
      Source(["a"]),
      Echo(),
      Map((s) => s.length),
      // @ts-expect-error Type 'number' is not assignable to type 'string'.
      Lines(),
      Sink(),
    );
    // @ts-expect-error Property 'inbox' is missing in type 'Inboxes<{}>' but required in type '{ readonly inbox: Destination<string>; }'.
    Pipeline(Source(["a"]), Source(["b"]), Sink());
    // @ts-expect-error Property 'outbox' is missing in type 'Outboxes<{}>' but required in type '{ readonly outbox: Origin<...>; }'.
    Pipeline(Sink<string>(), Lines());
    Pipeline(
      Source([1]),
      // @ts-expect-error Property 'toUpperCase' does not exist on type 'number'.
      Map((n) => n.toUpperCase()),
      Sink(),
    );
  });
});

describe("Pipeline.with()", () => {
  test("makes Pipelines that are checked in the same way", () => {
    const pipeline = Pipeline.with({ boxSize: 5, boxSizes: [undefined, 2] })(Lines(), Lengths());
    expect<In<typeof pipeline>>().type.toBe<{ inbox: string }>();
    expect<Out<typeof pipeline>>().type.toBe<{ outbox: number }>();
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    Pipeline.with({ boxSize: 5 })(Lengths(), Lines());
    // @ts-expect-error 'boxsize' does not exist in type 'PipelineOptions'
    Pipeline.with({ boxsize: 5 });
  });
  test("makes circular Pipelines without an outbox, whose last component has to fit the first", () => {
    const ring = Pipeline.with({ circular: true })(Lines(), Echo());
    expect<In<typeof ring>>().type.toBe<{ inbox: string }>();
    expect<Out<typeof ring>>().type.toBe<{}>();
    // @ts-expect-error Property 'run' does not exist on type 'MessagesDoNotFit<"the last component sends", number, "the first component takes", string>'.
    void Pipeline.with({ circular: true })(Lines(), Lengths()).run();
  });
});
