// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "tstyche";
import { type Component, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { Feed, ToList } from "../testing/index.ts";
import {
  Behaviour,
  ByteRate_RequestControl,
  Cache,
  cartesianPingPong,
  ConsoleEchoer,
  DataSource,
  type Failed,
  ForwardIteratingChooser,
  MapAsync,
  MessageRateLimit,
  Retry,
  Ticker,
  Timeout,
} from "./index.ts";

describe("MapAsync()", () => {
  test("sends what its function promises, and tells errors with their messages", () => {
    const lengths = MapAsync(async (text: string) => text.length);
    expect(lengths).type.toBe<Component<{ inbox: string }, { outbox: number; error: Failed<string> }>>();
    expect(MapAsync((text: string) => text.length)).type.toBe<typeof lengths>();
    Pipeline(Feed(["a"]), lengths, ToList<number>([]));
  });
  test("gives its function a signal and a sleep", () => {
    MapAsync(async (_: string, { signal, sleep, attempt }) => {
      expect(signal).type.toBe<AbortSignal>();
      expect(sleep(1)).type.toBe<Promise<void>>();
      expect(attempt).type.toBe<number>();
    });
  });
  test("does not take what its function does not", () => {
    expect(Pipeline).type.not.toBeCallableWith(
      Feed([1]),
      MapAsync(async (text: string) => text.length),
      ConsoleEchoer(),
    );
  });
});
describe("Retry()", () => {
  test("sends the results of a function", () => {
    expect(Retry(async (text: string) => text.length)).type.toBe<Component<{ inbox: string }, { outbox: number; error: Failed<string> }>>();
  });
  test("sends what the components that it makes send", () => {
    expect(Retry((text: string, { attempt }) => DataSource([text.length, attempt]))).type.toBe<
      Component<{ inbox: string }, { outbox: number; error: Failed<string> }>
    >();
    expect(Retry((_: string) => ToList<string>([]))).type.toBe<Component<{ inbox: string }, { outbox: never; error: Failed<string> }>>();
  });
});
describe("Cache()", () => {
  test("has keys made of its messages", () => {
    Cache(async (question: { readonly name: string }) => question.name.length, { key: ({ name }) => name });
  });
});
describe("Ticker()", () => {
  test("sends true, or what it is given", () => {
    expect(Ticker({ every: 1 })).type.toBe<Component<{}, { outbox: true }>>();
    expect(Ticker({ every: 1, message: "tick" })).type.toBe<Component<{}, { outbox: string }>>();
  });
});
describe("components that pass messages on", () => {
  test("keep their type", () => {
    Pipeline(Feed(["a"]), MessageRateLimit<string>(1), Timeout<string>({ after: 1 }), ToList<string>([]));
    expect(Timeout<string>({ after: 1 }).outboxes.timeout.send).type.toBe<(message: number) => void>();
    expect(ForwardIteratingChooser([1, 2]).outboxes.outbox.send).type.toBe<(message: number) => void>();
    expect(Behaviour(cartesianPingPong([0, 0], 1, 1, 0)).outboxes.outbox.send).type.toBe<(message: [x: number, y: number]) => void>();
    expect(new System().activate(ByteRate_RequestControl()).outboxes.outbox.send).type.toBe<(message: number) => void>();
  });
});
