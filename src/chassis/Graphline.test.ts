// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BoxAlreadyLinkedToDestination,
  type Component,
  component,
  ComponentFailure,
  isShutdown,
  producerFinished,
  shutdownMicroprocess,
  System,
} from "../axon/index.ts";
import { drive, Echo, Fails, Feed, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { Graphline } from "./Graphline.ts";
import { Pipeline } from "./Pipeline.ts";

/** Writes down what comes to its control, ends with it, and passes it on. */
function Ear(log: unknown[]): Component<{ inbox: any; control: any }, { outbox: any; other: any; signal: any }> {
  return component(Ear, {
    inboxes: { inbox: "not read", control: "written down" },
    outboxes: { outbox: "not used", other: "not used", signal: "what came" },
    *main({ control }, { signal }) {
      for (;;) {
        yield control;
        const message: unknown = control.recv();
        log.push(message);
        if (!isShutdown(message)) continue;
        signal.send(message);
        return;
      }
    },
  });
}

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
test("Graphline() does not leak box names into later ones (defect 11: the original wrote them to its class)", () => {
  Graphline({ components: { A: Echo() }, linkages: { "self.video": "A.inbox" } });
  assert.deepEqual(Object.keys(Graphline({ components: { A: Echo() }, linkages: {} }).inboxes), ["inbox", "control"]);
});
test("Graphline() activates its components only when it runs", () => {
  const [a, b] = [Echo(), Echo()];
  const graph = Graphline({ components: { A: a, B: b }, linkages: { "A.outbox": "B.inbox" } });
  assert.deepEqual([a.id, b.id], [0, 0]);
  const system = new System({ manual: true });
  system.activate(graph);
  stepper(system).rest();
  assert.ok(a.id > 0 && b.id > 0);
});
test("Graphline() ends when all its components have ended, and not before", () => {
  const system = new System({ manual: true });
  const [a, b] = [Ear([]), Ear([])];
  const graph = system.activate(Graphline({ components: { A: a, B: b }, linkages: {} }));
  const { rest } = stepper(system);
  rest();
  a.stop();
  rest();
  assert.equal(graph.isStopped, false);
  b.stop();
  rest();
  assert.equal(graph.isStopped, true);
});

/** What each of three components heard of what came to the control of a Graphline with these linkages, and what it signalled. */
async function heard(linkages: object, ...messages: unknown[]): Promise<Record<"A" | "B" | "C" | "signal", unknown[]>> {
  const logs: Record<"A" | "B" | "C" | "signal", unknown[]> = { A: [], B: [], C: [], signal: [] };
  const graph = unchecked({
    components: { A: Ear(logs.A), B: Ear(logs.B), C: Ear(logs.C) },
    linkages: { "A.signal": "B.control", ...linkages },
  });
  for (const message of messages) graph.inboxes["control"]!.deliver(message);
  const system = new System({ clock: new VirtualClock() });
  const listener = system.activate(ToList(logs.signal));
  listener.link([graph, "signal"], [listener, "inbox"]);
  system.activate(graph);
  await system.run();
  if (!graph.isStopped) for (const part of graph.childComponents()) part.kill();
  await system.run();
  return logs;
}
test("Graphline() stops components also when the one that would tell them has ended", () => {
  const system = new System({ manual: true });
  const log: unknown[] = [];
  const feed = Feed([1]);
  const graph = system.activate(
    Graphline({
      components: { A: feed, B: Echo(), C: Ear(log) },
      linkages: { "A.signal": "B.inbox", "B.signal": "C.control", "A.outbox": "B.inbox" },
    }),
  );
  const { rest } = stepper(system);
  rest();
  assert.equal(feed.isStopped, true);
  graph.stop(shutdownMicroprocess());
  rest();
  assert.deepEqual([log, graph.isStopped], [[shutdownMicroprocess()], true]);
});
const [finished, stop] = [producerFinished("why"), shutdownMicroprocess("why")];
const unwired = {};
const controlWired = { "self.control": "C.control" };
const signalWired = { "C.signal": "self.signal" };

test("Graphline() without a wired control tells each component once whose control nobody is linked to", async () => {
  const { A, B, C } = await heard(unwired, finished);
  assert.deepEqual([A, B, C], [[finished], [finished], [finished]]); // B from A
  const { A: a, B: b, C: c } = await heard({ "C.signal": "A.control" }, finished);
  assert.deepEqual([a, b, c], [[finished], [finished], [finished]]); // one after the other: C, A, B
});
test("Graphline() without a wired control passes on messages of any kind, in order, but not to those that another one tells", async () => {
  const { A, B, C } = await heard(unwired, "hello", { kind: "status" }, finished);
  assert.deepEqual([A, C], Array(2).fill(["hello", { kind: "status" }, finished]));
  assert.deepEqual(B, [finished]); // from A
});
test("Graphline() with a wired control passes messages there and nowhere else", async () => {
  const { A, B, C } = await heard(controlWired, finished);
  assert.deepEqual([A, B, C], [[], [], [finished]]);
});
test("Graphline() without a wired signal signals a new producerFinished, whatever producerFinished it was told", async () => {
  assert.deepEqual((await heard(unwired, finished)).signal, [producerFinished()]);
});
test("Graphline() without a wired signal signals the shutdownMicroprocess that it was told, also after a producerFinished", async () => {
  assert.deepEqual((await heard(unwired, stop)).signal, [stop]);
  assert.deepEqual((await heard(unwired, finished, stop)).signal, [stop]);
});
test("Graphline() without a wired signal signals a shutdownMicroprocess also if it came when all had just ended", () => {
  const system = new System({ manual: true });
  const signal: unknown[] = [];
  const feed = Feed([]);
  const graph = Graphline({ components: { A: feed }, linkages: {} });
  const listener = system.activate(ToList(signal));
  listener.link([graph, "signal"], [listener, "inbox"]);
  system.activate(graph);
  while (!feed.isStopped) system.step();
  graph.stop(stop);
  stepper(system).rest();
  assert.deepEqual(signal, [stop]);
});
test("Graphline() with a wired control and no wired signal always signals producerFinished", async () => {
  assert.deepEqual((await heard(controlWired, stop)).signal, [producerFinished()]);
});
test("Graphline() with a wired signal never signals by itself", async () => {
  assert.deepEqual((await heard(signalWired, finished)).signal, [finished]);
  assert.deepEqual((await heard({ "self.unused": "A.inbox", "C.other": "self.signal" }, finished)).signal, []);
});
test("Graphline() with both wired never signals by itself", async () => {
  assert.deepEqual((await heard({ ...controlWired, ...signalWired }, stop)).signal, [stop]);
});
test("Graphline() that ends by itself signals producerFinished", async () => {
  await drive(Graphline({ components: { A: Feed([1]) }, linkages: {} }), {}, { shutdown: false }).expect({ signal: [producerFinished()] });
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
  assert.throws(() => unchecked({ components: parts(), linkages: { "self.inbox": "self.outbox" } }), {
    message: "Cannot link self.inbox to self.outbox: put a component between",
  });
  assert.throws(() => unchecked({ components: parts(), linkages: { "A.outbox": undefined } }), {
    name: "RangeError",
    message: 'Cannot link undefined: write "NAME.box", or "self.box"',
  });
  for (const name of ["a.b", "self", ""]) {
    assert.throws(() => unchecked({ components: { [name]: Echo() }, linkages: {} }), {
      name: "RangeError",
      message: `Cannot name a component ${JSON.stringify(name)}: "self" is the chassis itself, and a dot ends the name`,
    });
  }
});
test("Graphline() says what is missing, and what is no component", () => {
  assert.throws(() => unchecked({ components: {} }), {
    name: "TypeError",
    message: "Cannot make a Graphline: linkages are missing; give it { components, linkages }",
  });
  assert.throws(() => unchecked({ linkages: {} }), { name: "TypeError", message: /components are missing/ });
  assert.throws(() => unchecked({ components: { A: Echo }, linkages: {} }), {
    name: "TypeError",
    message: "Cannot make a Graphline: A is the function Echo, not a component; call it: Echo()",
  });
});
test("Graphline() refuses a second linkage from one box", () => {
  const a = Echo();
  const elsewhere = Echo();
  elsewhere.link([a, "outbox"], [elsewhere, "inbox"]);
  assert.throws(() => Graphline({ components: { A: a, B: Echo() }, linkages: { "A.outbox": "B.inbox" } }), BoxAlreadyLinkedToDestination);
});
test("Graphline({ boxSizes }) sets how much an inbox holds, also that of a Pipeline", () => {
  const [a, b] = [Echo(), Echo()];
  Graphline({ components: { A: a, P: Pipeline(b, Echo()) }, linkages: {}, boxSizes: { "A.inbox": 3, "P.inbox": 4 } });
  assert.deepEqual([a.inboxes.inbox.bound, b.inboxes.inbox.bound], [3, 4]);
  assert.throws(() => unchecked({ components: { A: Echo() }, linkages: {}, boxSizes: { "B.inbox": 3 } }), RangeError);
  assert.throws(() => unchecked({ components: { A: Echo() }, linkages: {}, boxSizes: { "A.inbx": 3 } }), RangeError);
});
test("Graphline() documents its own boxes", () => {
  const { docs } = Graphline({ components: { A: Echo() }, linkages: { "self.words": "A.inbox", "A.outbox": "self.said" } });
  assert.equal(docs.inboxes["words"], "for A.inbox");
  assert.equal(docs.outboxes["said"], "from A.outbox");
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
