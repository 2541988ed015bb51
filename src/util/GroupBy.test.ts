// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Echo, Fails, Feed, ToList } from "../testing/index.ts";
import { GroupBy } from "./GroupBy.ts";
import { Take } from "./Take.ts";

/** Adds up, and says at its end what came out. */
function Sum(name: string): Component<{ inbox: number }, { outbox: string }> {
  return component(Sum, {
    inboxes: { inbox: "numbers" },
    outboxes: { outbox: "their sum" },
    *main({ inbox }, { outbox }) {
      let sum = 0;
      while (yield inbox) sum += inbox.recv();
      outbox.send(`${name} ${sum}`);
    },
  });
}
const parity = (n: number): string => (n % 2 === 0 ? "even" : "odd");

test("GroupBy() gives each key a component of its own, and ends when all of them have", async () => {
  await drive(GroupBy(parity, Sum), { inbox: [1, 2, 3, 4, 5] }).expect({ outbox: ["odd 9", "even 6"], signal: [producerFinished()] });
});
test("GroupBy() stops all of them on shutdownMicroprocess", async () => {
  const { outbox } = await drive(
    GroupBy(parity, () => Echo<number>()),
    { inbox: [1] },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual(outbox, []);
});
test("GroupBy() makes a new one for a key whose component has ended", async () => {
  const made: string[] = [];
  const system = new System();
  const list: number[] = [];
  const groups = GroupBy(parity, (key) => (made.push(key), Take<number>(1)));
  system.activate(Pipeline(groups, ToList(list)));
  for (const n of [1, 2, 3]) {
    groups.inboxes.inbox.deliver(n);
    await system.run();
  }
  assert.deepEqual(
    [made, list],
    [
      ["odd", "even", "odd"],
      [1, 2, 3],
    ],
  );
  assert.deepEqual(Object.keys(groups.outboxes), ["outbox", "signal"], "nothing is left of those that have ended");
});
test("GroupBy({ max }) finishes the group whose last message is oldest", async () => {
  const groups = GroupBy(
    (word: string) => word[0]!,
    (key) => Words(key),
    { max: 2 },
  );
  const { outbox } = await drive(groups, { inbox: ["a1", "b1", "a2", "c1", "b2"] });
  assert.deepEqual(outbox.toSorted(), ["a: a1 a2", "b: b1", "b: b2", "c: c1"]);
});
test("GroupBy() fails when a component does, and when a function does", async () => {
  await assert.rejects(
    drive(
      GroupBy(parity, () => Fails<number>()),
      { inbox: [1] },
    ),
    { message: "GroupBy_1/Fails_2 failed: cannot take 1" },
  );
  const oops = (): never => {
    throw new Error("no key");
  };
  await assert.rejects(
    drive(
      GroupBy(oops, () => Echo<number>()),
      { inbox: [1] },
    ),
    { message: "GroupBy_1 failed: no key" },
  );
});
test("GroupBy() loses nothing and keeps the order of each group, however many there are", async () => {
  const list: number[] = [];
  const numbers = Array.from({ length: 3000 }, (_, i) => i);
  await new System().run(
    Pipeline.with({ boxSize: 3 })(
      Feed(numbers),
      GroupBy(
        (n: number) => n % 100,
        () => Echo<number>(),
      ),
      ToList(list),
    ),
  );
  for (let key = 0; key < 100; key++)
    assert.deepEqual(
      list.filter((n) => n % 100 === key),
      numbers.filter((n) => n % 100 === key),
    );
});
test("GroupBy() refuses no groups at all", () => {
  assert.throws(() => GroupBy(parity, Sum, { max: 0 }), {
    name: "RangeError",
    message: "Cannot group messages: 0 is no number of them; give a whole number from 1, or Infinity",
  });
});

function Words(key: string): Component<{ inbox: string }, { outbox: string }> {
  return component(Words, {
    inboxes: { inbox: "words" },
    outboxes: { outbox: "all of them, at the end" },
    *main({ inbox }, { outbox }) {
      const words: string[] = [];
      while (yield inbox) words.push(inbox.recv());
      outbox.send(`${key}: ${words.join(" ")}`);
    },
  });
}
