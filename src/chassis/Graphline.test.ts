// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, ComponentFailure, producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { drive, Echo, Fails, Feed, ToList } from "../testing/index.ts";
import { Graphline } from "./Graphline.ts";
import { Pipeline } from "./Pipeline.ts";

/** As a caller in plain JavaScript sees it. */
const unchecked = Graphline as (graph: any) => Component<any, any>;

test("Graphline() sends data along the linkages given, and nowhere else", async () => {
  const a: number[] = [];
  const b: number[] = [];
  await new System().run(
    Graphline({
      components: { ONE: Feed([1, 2]), TWO: Feed([3]), A: ToList(a), B: ToList(b) },
      linkages: { "ONE.outbox": "A.inbox", "ONE.signal": "A.control", "TWO.outbox": "B.inbox", "TWO.signal": "B.control" },
    }),
  );
  assert.deepEqual([a, b], [[1, 2], [3]]);
});
test("Graphline() takes many outboxes into one inbox", async () => {
  const { outbox } = await drive(
    Graphline({
      components: { A: Feed([1]), B: Feed([2]), C: Echo<number>() },
      linkages: { "A.outbox": "C.inbox", "B.outbox": "C.inbox", "C.outbox": "self.outbox" },
    }),
  );
  assert.deepEqual(outbox.toSorted(), [1, 2]);
});
test("Graphline() has boxes of its own where linkages name self, also new ones", async () => {
  const graph = Graphline({
    components: { A: Echo<number>(), B: Echo<string>() },
    linkages: { "self.numbers": "A.inbox", "A.outbox": "self.outbox", "self.words": "B.inbox", "B.outbox": "self.said" },
  });
  const { outbox, said } = await drive(graph, { numbers: [1], words: ["x"] });
  assert.deepEqual([outbox, said], [[1], ["x"]]);
});
test("Graphline() does not leak box names into later ones (the original wrote them to its class)", () => {
  Graphline({ components: { A: Echo() }, linkages: { "self.video": "A.inbox" } });
  assert.deepEqual(Object.keys(Graphline({ components: { A: Echo() }, linkages: {} }).inboxes), ["inbox", "control"]);
});
test("Graphline() without a wired control tells every component whose control nobody is linked to", async () => {
  const told: string[] = [];
  const Ear = (name: string): Component<any, any> => Object.assign(Echo(), { earName: name });
  const [a, b] = [Ear("A"), Ear("B")];
  for (const ear of [a, b]) void ear.ended.then(() => told.push((ear as unknown as { earName: string }).earName));
  const { signal } = await drive(Graphline({ components: { A: a, B: b }, linkages: { "A.signal": "B.control" } } as any));
  assert.deepEqual([told, signal], [["A", "B"], [producerFinished()]]);
});
test("Graphline() without a wired signal signals the shutdownMicroprocess that it was told", async () => {
  const graph = Graphline({ components: { A: Echo() }, linkages: {} });
  assert.deepEqual((await drive(graph, {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
test("Graphline() without a wired signal answers producerFinished with a new one", async () => {
  const graph = Graphline({ components: { A: Echo() }, linkages: {} });
  const reason = producerFinished("because");
  graph.stop(reason);
  assert.deepEqual((await drive(graph, {}, { shutdown: false })).signal, [producerFinished()]);
});
test("Graphline() with a wired control passes messages there and nowhere else", async () => {
  const lonely = Echo();
  const graph = Graphline({ components: { A: Echo(), B: lonely }, linkages: { "self.control": "A.control", "A.signal": "self.signal" } });
  const system = new System();
  graph.stop(shutdownMicroprocess());
  await system.run(graph);
  assert.equal(lonely.isStopped, false);
});
test("Graphline() with a wired signal never signals by itself", async () => {
  const graph = Graphline({ components: { A: Echo() }, linkages: { "A.signal": "self.signal" } });
  assert.deepEqual((await drive(graph, {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
test("Graphline() that ends by itself signals producerFinished", async () => {
  assert.deepEqual((await drive(Graphline({ components: { A: Feed([1]) }, linkages: {} }), {}, { shutdown: false })).signal, [
    producerFinished(),
  ]);
});
test("Graphline() activates components that no linkage names", async () => {
  const list: number[] = [];
  const ended = Feed([1]);
  await new System().run(Graphline({ components: { A: ended, B: Pipeline(Feed([2]), ToList(list)) }, linkages: {} }));
  assert.deepEqual([ended.isStopped, list], [true, [2]]);
});
test("Graphline() names what is wrong with a linkage, at run time too", () => {
  const parts = () => ({ A: Echo(), B: Echo() });
  assert.throws(() => unchecked({ components: parts(), linkages: { "A.outbx": "B.inbox" } }), {
    message: 'Cannot link A.outbx: A has no outbox "outbx", only "outbox", "signal"',
  });
  assert.throws(() => unchecked({ components: parts(), linkages: { "A.outbox": "B.inbx" } }), {
    message: 'Cannot link B.inbx: B has no inbox "inbx", only "inbox", "control"',
  });
  assert.throws(() => unchecked({ components: parts(), linkages: { "C.outbox": "B.inbox" } }), {
    message: 'Cannot link C.outbox: there is no component "C", only "A", "B", "self"',
  });
  assert.throws(() => unchecked({ components: parts(), linkages: { Aoutbox: "B.inbox" } }), {
    message: 'Cannot link "Aoutbox": write "NAME.box", or "self.box"',
  });
  assert.throws(() => unchecked({ components: { "a.b": Echo() }, linkages: {} }), RangeError);
  assert.throws(() => unchecked({ components: { self: Echo() }, linkages: {} }), RangeError);
  assert.throws(() => unchecked({ components: {} }), TypeError);
});
test("Graphline({ boxSizes }) sets how much an inbox holds", () => {
  const a = Echo();
  Graphline({ components: { A: a }, linkages: {}, boxSizes: { "A.inbox": 3 } });
  assert.equal(a.inboxes.inbox.bound, 3);
});
test("Graphline() fails with the component that failed", async () => {
  const run = new System().run(Graphline({ components: { A: Feed([1]), B: Fails<number>() }, linkages: { "A.outbox": "B.inbox" } }));
  await assert.rejects(run, (error: unknown) => error instanceof ComponentFailure && error.component === "Graphline_1/Fails_3");
});
test("Graphline() nests in a Pipeline in a Graphline", async () => {
  const inner = Graphline({
    components: { E: Echo<number>() },
    linkages: { "self.inbox": "E.inbox", "self.control": "E.control", "E.outbox": "self.outbox", "E.signal": "self.signal" },
  });
  const graph = Graphline({
    components: { P: Pipeline(Echo<number>(), inner, Echo()) },
    linkages: { "self.inbox": "P.inbox", "self.control": "P.control", "P.outbox": "self.outbox", "P.signal": "self.signal" },
  });
  assert.deepEqual((await drive(graph, { inbox: [1, 2] })).outbox, [1, 2]);
});
