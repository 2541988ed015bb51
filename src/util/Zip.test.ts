// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Graphline } from "../chassis/index.ts";
import { at, drive, Feed, ToList } from "../testing/index.ts";
import { Zip } from "./Zip.ts";

interface Pair {
  n: number;
  word: string;
}
const pairs = (): ReturnType<typeof Zip<{ n: number; word: string }>> => Zip<{ n: number; word: string }>(["n", "word"]);

test("Zip() makes one message of one from each inbox, whenever they come", async () => {
  const outbox = [
    { n: 1, word: "a" },
    { n: 2, word: "b" },
  ];
  await drive(pairs(), { n: [1, 2, 3], word: ["a", "b"] }).expect({ outbox, signal: [producerFinished()] });
  await drive(pairs(), { n: at({ 0: 1, 10: 2 }), word: at({ 50: "a", 60: "b" }) }).expect({ outbox });
});
test("Zip() ends as soon as no more can come of it: when a producer has finished, and all of it is used", async () => {
  const list: Pair[] = [];
  await new System().run(
    Graphline({
      components: { N: Feed([1, 2]), WORDS: Feed(["a", "b", "c", "d"]), ZIP: pairs(), LIST: ToList(list) },
      linkages: {
        "N.outbox": "ZIP.n",
        "N.signal": "ZIP.n_control",
        "WORDS.outbox": "ZIP.word",
        "WORDS.signal": "ZIP.word_control",
        "ZIP.outbox": "LIST.inbox",
        "ZIP.signal": "LIST.control",
      },
    }),
  );
  assert.deepEqual(list, [
    { n: 1, word: "a" },
    { n: 2, word: "b" },
  ]);
  const { outbox } = await drive(pairs(), { n: [1], n_control: [producerFinished()], word: at({ 100: "late" }) }, { shutdown: false });
  assert.deepEqual(outbox, [{ n: 1, word: "late" }], "what has come before the end is used");
});
test("Zip() stops at once when one of its producers was told to", async () => {
  const { outbox, signal } = await drive(pairs(), { n: [1], word_control: [shutdownMicroprocess()] }, { shutdown: false });
  assert.deepEqual([outbox, signal], [[], [shutdownMicroprocess()]]);
  const ready = await drive(pairs(), { n: [1, 2], word: ["a", "b"], word_control: [shutdownMicroprocess()] }, { shutdown: false });
  assert.deepEqual([ready.outbox, ready.signal], [[], [shutdownMicroprocess()]], "even though all is there for two pairs");
});
test("Zip() holds who is ahead", async () => {
  const zip = pairs();
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  await new System().run(
    Graphline({
      components: { N: Feed(numbers), WORDS: Feed(numbers.map(String)), ZIP: zip, LIST: ToList<Pair>([]) },
      linkages: { "N.outbox": "ZIP.n", "WORDS.outbox": "ZIP.word", "ZIP.outbox": "LIST.inbox" },
    }),
  );
  assert(zip.inboxes.n.peak < 130 && zip.inboxes.word.peak < 130);
});
test("Zip() of nothing, or of one name twice, makes no sense", () => {
  assert.throws(() => Zip([]), { name: "RangeError", message: "Cannot make a Zip of nothing: name its inboxes" });
  assert.throws(() => Zip(["a", "a"]), { message: 'Cannot make a Zip of "a": there is a box "a" already' });
});
test("Zip() ends when a producer has finished, all of whose messages are used, though it waits for another one", async () => {
  for (const box of ["n", "word"] as const) {
    const zip = pairs();
    const system = new System();
    system.activate(zip);
    zip.inboxes[`${box}_control`].deliver(producerFinished());
    await zip.ended;
    assert.equal(system.live, 0);
  }
});
