// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../testing/index.ts";
import { type Action, type Graph, type Life, type Name, type Step, World } from "../testing/world.ts";

const box = fc.constantFrom<Name>("a", "b");
const part = fc.nat({ max: 7 });
const bound = fc.integer({ min: 1, max: 8 });
const link: fc.Arbitrary<Action> = fc.record({
  type: fc.constant("link"),
  from: part,
  outbox: box,
  to: part,
  inbox: box,
  bound: fc.option(bound, { nil: undefined }),
  maker: fc.option(part, { nil: undefined }),
});
const pass: fc.Arbitrary<Action> = fc.record({ type: fc.constantFrom("pass", "passOut"), from: part, to: part, box });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("deliver"), part, box }) },
  { weight: 3, arbitrary: link },
  { weight: 2, arbitrary: pass },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("unlink"), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("size"), part, box, bound }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("stop"), part, gently: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("kill"), part }) },
);
const how = fc.constantFrom("forward", "drop", "duplicate");
const time = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("read", "drain"), from: box, how, to: box }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("send"), count: fc.integer({ min: 1, max: 3 }), to: box }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("trySend"), to: box }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleep"), time }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait"), time, from: box }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause"), before: fc.option(action, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("act"), action }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("yield", "end") }) },
);
const life: fc.Arbitrary<Life> = fc.record({
  parent: fc.integer({ min: -8, max: 7 }),
  bounds: fc.record({ a: bound, b: bound }),
  rounds: fc.integer({ min: 1, max: 6 }),
  steps: fc.array(step, { maxLength: 6 }),
  lastWords: fc.boolean(),
});
/** All that may come, cyclic or not. */
const graph: fc.Arbitrary<Graph> = fc.record({
  parts: fc.array(life, { minLength: 1, maxLength: 8 }),
  wiring: fc.array(fc.oneof({ weight: 5, arbitrary: link }, { weight: 1, arbitrary: pass }), { maxLength: 12 }),
  actions: fc.array(fc.record({ after: fc.nat({ max: 60 }), action }), { maxLength: 12 }),
});
/** Only what messages and back-pressure are about: senders and readers in a row, nobody told anything. No reader lives, but it reads what it has. */
const row: fc.Arbitrary<Graph> = fc
  .array(
    fc.record({
      parent: fc.constant(-1),
      bounds: fc.record({ a: bound, b: bound }),
      rounds: fc.integer({ min: 1, max: 6 }),
      steps: fc.array(
        fc.oneof(
          fc.record({ do: fc.constant("send" as const), count: fc.integer({ min: 1, max: 3 }), to: fc.constant<Name>("a") }),
          fc.record({ do: fc.constant("sleep" as const), time }),
          fc.record({ do: fc.constant("yield" as const) }),
          fc.record({
            do: fc.constantFrom("read" as const, "drain" as const),
            from: fc.constant<Name>("a"),
            how,
            to: fc.constant<Name>("a"),
          }),
        ),
        { maxLength: 6 },
      ),
      lastWords: fc.boolean(),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map(([source, ...rest]) => ({
    parts: [{ ...source!, steps: source!.steps.filter((one) => one.do === "send" || one.do === "yield" || one.do === "sleep") }, ...rest],
    wiring: rest.map((_, i) => ({
      type: "link" as const,
      from: i,
      outbox: "a" as const,
      to: i + 1,
      inbox: "a" as const,
      bound: undefined,
      maker: undefined,
    })),
    actions: [],
  }));
const numRuns = Number(process.env["KAMAELIA_RUNS"] ?? 1000);

test("random graphs: each message is delivered once, in order, or waits, or is counted as dropped; nobody runs when it should not; no box overflows; nothing hangs", async () => {
  let deadlocks = 0;
  await fc.assert(
    fc.asyncProperty(graph, async (given) => {
      const world = new World(given);
      const deadlock = await world.run();
      if (deadlock === undefined) world.checkRest();
      else deadlocks++;
      world.checkBoxes();
      await world.stop();
    }),
    { seed: seedOf("random graphs"), numRuns },
  );
  assert(deadlocks > 0, "among so many graphs some deadlock");
});
test("random rows: without cycles there is no deadlock, and nothing is left when all have read", async () => {
  await fc.assert(
    fc.asyncProperty(row, async (given) => {
      const world = new World(given);
      assert.equal(await world.run(), undefined);
      world.checkRest();
      for (const one of world.parts.slice(1)) assert.equal(one.inboxes["a"]!.length, 0);
      await world.stop();
    }),
    { seed: seedOf("random rows"), numRuns },
  );
});
