// SPDX-License-Identifier: Apache-2.0
import { Echo, specimen, type Specimens } from "../testing/index.ts";
import { FromIterable } from "./FromIterable.ts";
import { Introspector } from "./Introspector.ts";
import { IntoWritable } from "./IntoWritable.ts";

const words = ["one", "two", "three", "four"];

async function* slowly(): AsyncGenerator<string> {
  for (const word of words) {
    await Promise.resolve();
    yield word;
  }
}

const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString();

export const specimens: Specimens = {
  AdaptiveCommsComponent: "a base class",
  Component: "the base class",
  FromIterable: [
    specimen(() => FromIterable(words)),
    specimen(() => FromIterable(slowly())),
    specimen(() => FromIterable(new Blob([words.join()]).stream()), {}, { compare: textOf }),
  ],
  Happening: "something that components wait for",
  Introspector: specimen(({ system }) => {
    system.activate(Echo());
    return Introspector();
  }),
  IntoWritable: specimen(() => IntoWritable(new WritableStream<string>()), { inbox: words }),
  RealClock: "a clock",
  SeededRandom: "a random source",
  Store: "shared values",
  StoreCollection: "shared values",
  StoreValue: "a shared value",
  System: "what components run in",
  TimerQueue: "calls by the time at which they are due",
};
