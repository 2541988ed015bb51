// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "tstyche";
import type { Component } from "../axon/index.ts";
import { Graphline, Pipeline } from "../chassis/index.ts";
import { Feed, ToList } from "../testing/index.ts";
import {
  Batch,
  Comparator,
  DataSource,
  Dedupe,
  DeMarshaller,
  Detuple,
  Filter,
  FlatMap,
  LineSplit,
  Marshaller,
  Max,
  OneShot,
  PureTransformer,
  RangeFilter,
  Reduce,
  Scan,
  SequentialTransformer,
  Stringify,
  TagWithSequenceNumber,
  Transformer,
  UnseenOnly,
} from "./index.ts";

type Out<C> = C extends Component<infer _, infer O> ? O : never;
type In<C> = C extends Component<infer I, infer _> ? I : never;

describe("PureTransformer()", () => {
  test("knows what comes, and sends what its function makes of it, but nothing for nothing", () => {
    const lengths = Pipeline(
      Feed(["a"]),
      PureTransformer((text) => {
        expect(text).type.toBe<string>();
        return text === "" ? undefined : text.length;
      }),
    );
    expect<Out<typeof lengths>>().type.toBe<{ outbox: number }>();
    Pipeline(
      Feed([1]),
      // @ts-expect-error Property 'toUpperCase' does not exist on type 'number'.
      PureTransformer((n) => n.toUpperCase()),
    );
  });
});

describe("SequentialTransformer()", () => {
  test("infers from function to function", () => {
    const pipeline = Pipeline(
      Feed(["a"]),
      SequentialTransformer(
        (text) => (text === "" ? null : text.length),
        (n) => {
          expect(n).type.toBe<number>();
          return [n];
        },
      ),
    );
    expect<Out<typeof pipeline>>().type.toBe<{ outbox: number[] }>();
  });
});

describe("Transformer", () => {
  test("is checked like any component", () => {
    class Length extends Transformer<string, number> {
      processMessage(text: string): number {
        return text.length;
      }
    }
    const pipeline = Pipeline(Feed(["a"]), new Length());
    expect<Out<typeof pipeline>>().type.toBe<{ outbox: number }>();
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    Pipeline(Feed([1]), new Length());
  });
});

describe("Filter()", () => {
  test("sends what it gets, or what a guard or an object makes of it", () => {
    const some = Pipeline(
      Feed([1, 2]),
      Filter((n) => n > 1),
    );
    expect<Out<typeof some>>().type.toBe<{ outbox: number }>();
    const strings = Pipeline(
      Feed<string | number>([1, "a"]),
      Filter((item) => typeof item === "string"),
    );
    expect<Out<typeof strings>>().type.toBe<{ outbox: string }>();
    const object = Pipeline(Feed(["a"]), Filter({ filter: (text: string): number | undefined => text.length }));
    expect<Out<typeof object>>().type.toBe<{ outbox: number }>();
  });
});

describe("LineSplit()", () => {
  test("takes text and bytes, and nothing else", () => {
    Pipeline(Feed(["a"]), LineSplit());
    Pipeline(Feed([new Uint8Array(1)]), LineSplit());
    // @ts-expect-error Type 'number' is not assignable to type 'string | Uint8Array<ArrayBufferLike>'.
    Pipeline(Feed([1, 2]), LineSplit());
  });
});

describe("the others", () => {
  test("infer what they send from what they get", () => {
    const tagged = Pipeline(Feed(["a"]), TagWithSequenceNumber(), RangeFilter([[1, 2]]), Detuple(1));
    expect<Out<typeof tagged>>().type.toBe<{ outbox: string }>();
    // @ts-expect-error Type 'string' is not assignable to type 'number'.
    Pipeline(Feed(["a"]), TagWithSequenceNumber(), RangeFilter([[0, "2"]]));
    const lists = Pipeline(Feed(["a"]), Batch({ size: 2 }), Max());
    expect<Out<typeof lists>>().type.toBe<{ outbox: string }>();
    const words = Pipeline(
      Feed(["a b"]),
      FlatMap((line) => line.split(" ")),
      UnseenOnly({ key: (word) => word.length }),
      Dedupe({ key: (word) => word.length }),
    );
    expect<Out<typeof words>>().type.toBe<{ outbox: string }>();
    const sums = Pipeline(
      Feed(["a"]),
      Scan((sum, text) => sum + text.length, 0),
      Reduce((sum, n) => sum + n, 0),
      Stringify(),
    );
    expect<Out<typeof sums>>().type.toBe<{ outbox: string }>();
    const name = Pipeline(Feed([{ name: "a", age: 1 }]), Detuple("name"));
    expect<Out<typeof name>>().type.toBe<{ outbox: string }>();
    // @ts-expect-error Property 'age' is missing in type '{ name: string; }' but required in type '{ readonly age: unknown; }'.
    Pipeline(Feed([{ name: "a" }]), Detuple("age"));
    expect(OneShot("NEXT")).type.toBe<Component<{}, { outbox: "NEXT" }>>();
    Pipeline(OneShot("a"), ToList([""]));
    expect(DataSource([1])).type.toBe<Component<{}, { outbox: number }>>();
  });
  test("know both halves of a pair", () => {
    expect(Comparator<number>()).type.toBe<Component<{ inA: number; inB: number }, { outbox: boolean }>>();
    const added = Comparator((a: number, b: string) => a + b);
    expect<In<typeof added>>().type.toBe<{ inA: number; inB: string }>();
    Graphline({ components: { A: Feed([1]), C: added }, linkages: { "A.outbox": "C.inA", "C.outbox": "self.outbox" } });
  });
  test("know both sides of a format", () => {
    const format = { marshall: (n: number) => `${n}`, demarshall: (text: string) => Number(text) };
    const both = Pipeline(Feed([1]), Marshaller(format), DeMarshaller(format));
    expect<Out<typeof both>>().type.toBe<{ outbox: number }>();
    // @ts-expect-error Type 'string' is not assignable to type 'number'.
    Pipeline(Feed(["a"]), Marshaller(format));
  });
});
