// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "tstyche";
import type { Outbox } from "../axon/index.ts";
import { type Outcome, type Results, runExperiment, Trials } from "./index.ts";
import type sample from "./parts.ts";

type Where = { loss: number; congestion: "reno" | "cubic" };
declare function throughput(where: Where, seed: number): Promise<{ throughput: number; retransmissions: number }>;
declare const module: URL;

describe("runExperiment()", () => {
  test("takes its parameters and measures from the experiment", () => {
    expect(runExperiment(throughput, { grid: { loss: [0.1], congestion: ["reno", "cubic"] } })).type.toBe<
      Promise<Results<Where, { throughput: number; retransmissions: number }>>
    >();
    expect(runExperiment<typeof throughput>(module, { points: [{ loss: 0.1, congestion: "reno" }] })).type.toBe<
      Promise<Results<Where, { throughput: number; retransmissions: number }>>
    >();
    expect(runExperiment<typeof sample>).type.toBeCallableWith(module, { grid: { mean: [1], work: [1, 2] } }); // what may be left out may be left out
  });

  test("refuses parameters that the experiment does not have, values that it does not take, and grids without one that it needs", () => {
    expect(runExperiment<typeof throughput>).type.not.toBeCallableWith(module, {
      grid: { loss: [0.1], congestion: ["reno"], colour: [1] },
    });
    expect(runExperiment<typeof throughput>).type.not.toBeCallableWith(module, { grid: { loss: [0.1], congestion: ["vegas"] } });
    expect(runExperiment<typeof throughput>).type.not.toBeCallableWith(module, { grid: { loss: [0.1] } });
    expect(runExperiment<typeof throughput>).type.not.toBeCallableWith(module, { points: [{ loss: 0.1 }] });
  });

  test("refuses what is no experiment", () => {
    expect(runExperiment).type.not.toBeCallableWith(() => "done", { points: [{}] });
    expect(runExperiment).type.not.toBeCallableWith((_: object, seed: string) => ({ seed: seed.length }), { points: [{}] });
  });
});

describe("Results", () => {
  const results = {} as Results<Where, { throughput: number; retransmissions: number }>;

  test("knows the names of measures, and which parameters are numbers", () => {
    expect(results.points[0]!.measures.throughput.mean).type.toBe<number>();
    expect(results.series).type.toBeCallableWith({ x: "loss", y: "throughput", by: "congestion" });
    expect(results.series).type.not.toBeCallableWith({ x: "congestion", y: "throughput" });
    expect(results.series).type.not.toBeCallableWith({ x: "loss", y: "goodput" });
    expect(results.series).type.not.toBeCallableWith({ x: "loss", y: "throughput", by: "colour" });
  });
});

describe("Trials()", () => {
  test("sends outcomes with the types of the experiment", () => {
    const { outbox } = Trials(throughput, { points: [{ loss: 0.1, congestion: "reno" }] }).outboxes;
    expect(outbox).type.toBe<Outbox<Outcome<Where, { throughput: number; retransmissions: number }>>>();
  });
});
