// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { type Component, type Ended, producerFinished, shutdownMicroprocess, System } from "../index.ts";
import { chain, Deaf, inThread, Keep, Source } from "./parts.ts";

const crossed = { inboxes: ["a", "b"], outboxes: ["x", "y"] };

/** Activates a component that says when it has started, tells it to stop, and answers what it sent. */
async function stopped(component: Component<any, any>, how: "producerFinished" | "shutdownMicroprocess"): Promise<unknown[]> {
  const system = new System();
  const list: unknown[] = [];
  await new Promise<void>((resolve) => chain(system, component, Keep(list, resolve)));
  component.stop(how === "producerFinished" ? producerFinished() : shutdownMicroprocess());
  await component.ended;
  await system.stop();
  return list;
}

test("self.wait() is answered as a yield is: true for a message or the end of a time, false once the component should stop", async () => {
  const system = new System();
  const waits = inThread("waits", { inboxes: ["inbox", "other"] });
  const list: unknown[] = [];
  const keep = Keep(list, () => {
    if (list.length === 4) waits.stop(producerFinished());
  });
  chain(system, Source(["first"]), waits, keep);
  await waits.ended;
  await system.stop();
  assert.deepEqual(list, [
    ["nothing", true],
    ["inbox", true, 1, 0],
    ["time", true, 0],
    ["sleep", true],
    ["finished", false, false],
  ]);
});
test("self.wait() is answered false for a time that is over, and for nothing at all, once the data has ended", async () => {
  const { outbox } = await drive(inThread("waits", { inboxes: ["inbox", "other"] }), { inbox: ["first"] });
  assert.deepEqual(outbox, [
    ["nothing", false],
    ["inbox", true, 1, 0],
    ["time", false, 0],
    ["sleep", false],
    ["finished", false, false],
  ]);
});
test("recv() that finds nothing more is an ordinary end", async () => {
  const { outbox } = await drive(inThread("waits", { inboxes: ["inbox", "other"] }), { inbox: ["first"] });
  assert.equal(outbox!.includes("never"), false);
});
test("several boxes are read as they come, each in its order", async () => {
  const [a, b] = [Array.from({ length: 500 }, (_, i) => i), Array.from({ length: 300 }, (_, i) => ({ i }))];
  await drive(inThread("cross", { ...crossed, bound: 7 }), { a, b }).expect({ x: b, y: a });
});
test("a thread that lists control and signal reads and sends them itself", async () => {
  const governs = inThread("governs", { inboxes: ["inbox", "control"], outboxes: ["outbox", "signal"] });
  await drive(governs, { inbox: [1, 2, 3] }).expect({
    outbox: [1, 2, 3],
    signal: [{ type: "producerFinished", message: { type: "producerFinished" } }],
  });
});

test("an async body waits for messages with for await, and for anything else meanwhile", async () => {
  const inbox = Array.from({ length: 300 }, (_, i) => i);
  await drive(inThread("async", { bound: 10 }), { inbox }).expect({ outbox: inbox });
});
test("an async body may wait for several boxes at the same time", async () => {
  await drive(inThread("both", crossed), { a: [1, 2, 3], b: ["x"] }).expect({ x: ["x"], y: [1, 2, 3] });
});
test("an async body that rejects fails its component", async () => {
  const rejects = inThread("rejects");
  rejects.inboxes["inbox"]!.deliver("that");
  await assert.rejects(new System().run(rejects), { name: "ComponentFailure", message: "rejects_1 failed: cannot take that" });
});
test("an async body that waits for something that never comes fails its component", async () => {
  const never = inThread("never");
  never.inboxes["inbox"]!.deliver("that");
  await assert.rejects(new System().run(never), /its thread exited with code 0 before its function had returned/);
});

test("a component runs in a thread, in a system of its own", async () => {
  const inbox = Array.from({ length: 1000 }, (_, i) => ({ i }));
  await drive(inThread("component"), { inbox }).expect({ outbox: inbox });
});
test("a component in a thread is held by a full box outside", async () => {
  const system = new System();
  const sent = { count: 0 };
  const part = inThread("component", { bound: 3 });
  const deaf = Deaf();
  chain(system, Source(Array(100_000).keys(), sent), part, deaf);
  deaf.setInboxSize("inbox", 3);
  await assert.rejects(system.run(), { name: "Deadlock" });
  assert.ok(sent.count > 3 && sent.count < 1000, `${sent.count} were sent`);
});
test("a component that fails in a thread fails the component outside with the same error, after what it sent before", async () => {
  const system = new System();
  const list: unknown[] = [];
  const failing = inThread("componentThatFails");
  const keep = Keep(list);
  chain(system, failing, keep);
  failing.inboxes["inbox"]!.deliver("before");
  const ended = await new Promise<Ended>((resolve) => keep.watch(failing, resolve));
  await system.stop();
  assert.equal(ended.failure?.message, "componentThatFails_1 failed: cannot go on");
  assert.ok(ended.failure.cause instanceof RangeError);
  assert.deepEqual(list, ["before"]);
});
test("a component in a thread is told to stop, also while it sleeps", async () => {
  assert.deepEqual(await stopped(inThread("componentThatTells"), "shutdownMicroprocess"), ["started", true]);
  assert.deepEqual(await stopped(inThread("componentThatTells"), "producerFinished"), ["started", false]);
});
test("a thread in a thread works like any other", async () => {
  const inbox = Array.from({ length: 100 }, (_, i) => i);
  await drive(inThread("nested"), { inbox }).expect({ outbox: inbox });
});
