// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { threadId } from "node:worker_threads";
import fc from "fast-check";
import { drive, seedOf } from "../../testing/index.ts";
import { make } from "../../testing/make.ts";
import { type Component, type Ended, producerFinished, sleep, snapshot, System, thread, worker } from "../index.ts";
import { chain, Deaf, inThread, Keep, Source } from "./parts.ts";

const twoWays = { inboxes: ["a", "b"], outboxes: ["x", "y"] };

test("thread() runs the body in another thread", async () => {
  const { outbox } = await drive(inThread("who"));
  assert.equal(outbox!.length, 1);
  assert.notEqual(outbox![0], threadId);
});
test("thread() makes a component like any other: kind, name, boxes and their documentation", async () => {
  const system = new System();
  const echo = inThread("echo");
  assert.equal(echo.kind.name, "echo");
  assert.deepEqual(Object.keys(echo.inboxes), ["inbox", "control"]);
  assert.deepEqual(Object.keys(echo.outboxes), ["outbox", "signal"]);
  assert.deepEqual(echo.docs, { inboxes: { inbox: "for inbox" }, outboxes: { outbox: "for outbox" } });
  echo.stop(producerFinished());
  await system.run(echo);
  assert.equal(echo.name, "echo_1");
  assert.equal(echo.isStopped, true);
});
test("thread() refuses a bound of less than one message", () => {
  assert.throws(() => inThread("echo", { bound: 0 }), {
    name: "RangeError",
    message: "Cannot make thread echo: its bound is 0; give 1 message or more, Infinity for no bound",
  });
});
test("worker() does nothing in the main program", () => {
  worker(() => assert.fail("it ran"));
});

test("messages of every kind arrive as structuredClone would have them", async () => {
  const messages = [
    ...[undefined, null, true, false, 0, -0, 1.5, NaN, Infinity, -(2 ** 53), 10n ** 30n, "", "text", "\u{1f600} \ud800 lone"],
    ...[new Date(0), new Map([[{ a: 1 }, new Set([1])]]), { deep: [{ er: { x: [1, "2", null] } }] }, /x/g, new RangeError("as data")],
    ...[new Uint8Array(0), Uint8Array.of(1, 2, 3), new Uint8Array(2 ** 15).fill(1), new Uint8Array(2 ** 15 + 1).fill(2)],
    ...[new Uint8Array(2 ** 21).fill(3), Float64Array.of(1, 2), new ArrayBuffer(5), new Uint8Array(100).subarray(90, 95)],
  ];
  const { outbox } = await drive(inThread("echo"), { inbox: messages });
  assert.deepEqual(
    outbox,
    messages.map((message) => structuredClone(message)),
  );
  assert.equal(Object.is(outbox![5], -0), true);
});
test("a byte array arrives alone: what it was a part of stays here", async () => {
  const whole = new Uint8Array(1_000_000).fill(7);
  const { outbox } = await drive(inThread("echo"), { inbox: [whole.subarray(10, 20), Buffer.from("text")] });
  const [part, text] = outbox as [Uint8Array, Uint8Array];
  assert.deepEqual(part, new Uint8Array(10).fill(7));
  assert.ok(part.buffer.byteLength < 1000);
  assert.equal(text.constructor, Uint8Array);
  assert.deepEqual(text, new Uint8Array(Buffer.from("text")));
});
test("shared memory stays shared", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  const { outbox } = await drive(inThread("echo"), { inbox: [shared, shared.buffer] });
  shared[0] = 42;
  assert.equal(outbox![0][0], 42);
  assert.equal(new Uint8Array(outbox![1])[0], 42);
});
test("messages that arrive together can each be changed, kept and passed on alone", async () => {
  const inbox = Array.from({ length: 100 }, (_, i) => new Uint8Array(10).fill(i));
  const { outbox } = await drive(inThread("echo"), { inbox });
  for (const bytes of outbox as Uint8Array[]) bytes[0] = 255;
  assert.deepEqual(
    outbox,
    inbox.map((bytes) => Uint8Array.of(255, ...bytes.subarray(1))),
  );
});

test("messages arrive once and in order, whatever their sizes and the bounds, in both directions", async () => {
  const size = fc.oneof(fc.nat(64), fc.nat(5000), fc.nat(40_000));
  const message = fc.oneof(
    size.map((length) => new Uint8Array(length).fill(length)),
    fc.double(),
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.record({ n: fc.nat(), list: fc.array(fc.nat(), { maxLength: 5 }) }, { noNullPrototype: true }),
  );
  const messages = fc.array(message, { maxLength: 300 });
  const bound = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 }), fc.constant(Infinity));
  const property = fc.asyncProperty(messages, messages, bound, bound, fc.boolean(), async (a, b, bound, boxes, async) => {
    const cross = inThread(async ? "both" : "cross", { ...twoWays, bound });
    const { x, y } = await drive(cross, { a, b }, { bound: boxes });
    assert.deepEqual(y, a);
    assert.deepEqual(x, b);
  });
  await fc.assert(property, { numRuns: 25, seed: seedOf() });
});
test("a million small messages go there and back", async () => {
  const count = 1_000_000;
  let got = 0;
  const system = new System();
  const numbers = (function* () {
    for (let i = 0; i < count; i++) yield i;
  })();
  const list: unknown[] = [];
  const echo = inThread("echo");
  chain(
    system,
    Source(numbers),
    echo,
    Keep(list, () => {
      if (list.pop() !== got++) assert.fail("out of order");
      if (got === count) void system.stop();
    }),
  );
  await system.run();
  assert.equal(got, count);
});

/** Runs a system until it reports that it cannot go on, and answers how. */
async function deadlock(system: System): Promise<string> {
  try {
    await system.run();
  } catch (error) {
    assert.equal((error as Error).name, "Deadlock");
    return (error as Error).message;
  }
  return assert.fail("it did go on");
}

/** Boxes are full at their bound, and take one more, whose sender is held. Here they are full at 4, and go on at 2. */
const BOX = 5;

for (const take of [0, 1, 2, 3, 10]) {
  test(`a slow thread that has taken ${take} holds who sends to it: its own bound and that of its box add up`, async () => {
    const system = new System();
    const sent = { count: 0 };
    const source = Source(Array(1000).keys(), sent);
    const taker = inThread("taker", { inboxes: ["inbox", "take"], outboxes: [], bound: 3 });
    taker.setInboxSize("inbox", 4);
    chain(system, source, taker);
    taker.inboxes["take"]!.deliver(take);
    assert.match(await deadlock(system), /Source_1 waits for room in taker_2\.inbox \([345] of 4\), and taker_2 does not read it/);
    if (take === 0) assert.equal(sent.count, 3 + BOX);
    assert.ok(sent.count >= take + 2 + 3 && sent.count <= take + 3 + BOX, `${sent.count} were sent`);
  });
}
test("a full box downstream holds the thread: the thread's bound and that of the box add up", async () => {
  const system = new System();
  const count = new Int32Array(new SharedArrayBuffer(4));
  const source = inThread("source", { bound: 3 });
  const deaf = Deaf();
  deaf.setInboxSize("inbox", 4);
  chain(system, source, deaf);
  source.inboxes["inbox"]!.deliver(count.buffer);
  assert.match(await deadlock(system), /source_1 waits for room in Deaf_2\.inbox \(5 of 4\)/);
  const got = count[0]! - 3 - BOX; // one more waited for room when the system stopped; the thread may or may not have counted it since
  assert.ok(got === 0 || got === 1, `${count[0]} were sent`);
});
test("a thread that is held by a full box goes on at once when it is told to stop", async () => {
  const system = new System();
  const count = new Int32Array(new SharedArrayBuffer(4));
  const source = inThread("source", { bound: 3 });
  const deaf = Deaf();
  deaf.setInboxSize("inbox", 4);
  chain(system, source, deaf);
  source.inboxes["inbox"]!.deliver(count.buffer);
  system.observe((change) => {
    if (change.type === "held" && change.component === source) source.stop();
    if (change.type === "ended" && change.component === source) deaf.stop();
  });
  await system.run();
  assert.ok(count[0]! >= 4, `${count[0]} were sent`);
});
test("a slow thread holds a pipeline of threads to its source", async () => {
  const system = new System();
  const sent = { count: 0 };
  const parts = [inThread("echo", { bound: 2 }), inThread("echo", { bound: 2 })];
  for (const part of [...parts]) part.setInboxSize("inbox", 2);
  const deaf = Deaf();
  deaf.setInboxSize("inbox", 2);
  chain(system, Source(Array(1000).keys(), sent), ...parts, deaf);
  assert.match(
    await deadlock(system),
    /Source_1 waits for room in echo_2\.inbox .*echo_2 waits for room in echo_3\.inbox .*echo_3 waits for room in Deaf_4\.inbox/,
  );
  // Boxes are full with 3. At most there are, for each thread, also 2 on their way to it, 1 in its hands, 2 on their way from it.
  assert.ok(sent.count >= 3 * 3 && sent.count <= 3 * 3 + 2 * 5, `${sent.count} were sent`);
});
test("a thread that ends without reading what came for it ends its component", async () => {
  const inbox = Array.from({ length: 1000 }, (_, i) => i);
  const { outbox } = await drive(inThread("who", { bound: 10 }), { inbox });
  assert.equal(outbox!.length, 1);
});
test("a thread's component does not end before all that the thread has sent is delivered", async () => {
  const system = new System();
  const list: [unknown, boolean][] = [];
  const ten = inThread("ten", { bound: 3 });
  const slow = make("Slow", function* ({ inbox }) {
    yield sleep(1); // until the thread is held
    while (yield inbox) {
      list.push([inbox.recv(), ten.isStopped]);
      yield;
    }
  });
  slow.setInboxSize("inbox", 1);
  chain(system, ten, slow);
  await ten.ended;
  slow.stop(producerFinished());
  await system.run(slow);
  assert.deepEqual(
    list.map(([n]) => n),
    [...Array(10).keys()],
  );
  assert.equal(
    list.slice(0, 8).every(([, isStopped]) => !isStopped),
    true,
  );
});
test("control is never bounded, also for a thread that reads it itself", async () => {
  const system = new System();
  const echo = system.activate(inThread("echo", { inboxes: ["control", "inbox"], bound: 1 }));
  for (const box of ["control", "inbox"]) for (let i = 0; i < 1000; i++) echo.inboxes[box]!.deliver(i);
  await system.run();
  assert.deepEqual([echo.inboxes["control"]!.length, echo.inboxes["inbox"]!.length], [0, 0]);
  echo.kill();
});

test("transfer lists what moves to the thread instead of being copied, and so does send's second argument", async () => {
  const large = new Uint8Array(100_000).fill(1);
  const small = new Uint8Array(10).fill(2);
  const gives = inThread("gives", { transfer: (message: Uint8Array) => [message.buffer] });
  const { outbox } = await drive(gives, { inbox: [large, small] });
  assert.deepEqual(outbox, [new Uint8Array(100_000).fill(1), 0, new Uint8Array(10).fill(2), 0]);
  assert.deepEqual([large.length, small.length], [0, 0]);
});
test("a buffer that messages share cannot be given away: it is copied, and the others keep theirs", async () => {
  const inbox = Array.from({ length: 50 }, (_, i) => new Uint8Array(10).fill(i));
  const { outbox } = await drive(inThread("gives"), { inbox });
  assert.deepEqual(
    outbox,
    inbox.flatMap((bytes) => [bytes, 10]),
  );
});

test("a message that cannot be copied to the thread ends the component with an error that names it and the box, after all that came before", async () => {
  const list: unknown[] = [];
  const system = new System();
  const echo = inThread("echo");
  const keep = Keep(list);
  chain(system, Source([1, { two: 2 }, { nested: () => 3 }, 4]), echo, keep);
  const ended = await new Promise<Ended>((resolve) => keep.watch(echo, resolve));
  await system.stop();
  assert.deepEqual(list, [1, { two: 2 }]);
  assert.deepEqual([ended.reason, ended.failure?.component], ["failed", "echo_2"]);
  assert.equal(
    (ended.failure!.cause as Error).message,
    "Cannot pass a message of echo_2.inbox to another thread: () => 3 could not be cloned; send plain data",
  );
});
test("a message that cannot be copied from the thread is an error where it is sent, and nothing else is lost", async () => {
  const { outbox } = await drive(inThread("uncopyable"));
  assert.deepEqual(outbox, [
    "before",
    "Cannot pass a message of uncopyable_1.outbox to another thread: () => 0 could not be cloned; send plain data",
    "after",
  ]);
});
test("what a thread posts by itself does not disturb it", async () => {
  await drive(inThread("garbage"), { inbox: [1, 2, 3] }).expect({ outbox: [1, 2, 3] });
});

test("the types of a thread's boxes are those of the component", () => {
  function Typed(): Component<{ inbox: number }, { outbox: string }> {
    return thread(Typed, new URL("./bodies.worker.ts", import.meta.url), { inboxes: { inbox: "" }, outboxes: { outbox: "" } });
  }
  worker<typeof Typed>(({ inbox }, { outbox }) => {
    for (const n of inbox) outbox.send(n.toFixed());
    // @ts-expect-error -- a number is not a string
    outbox.send(1);
    // @ts-expect-error -- there is no such box
    void outbox.other;
  });
  function Misspelt(): Component<{ inbox: number }, {}> {
    // @ts-expect-error -- there is no such box
    return thread(Misspelt, new URL("./bodies.worker.ts", import.meta.url), { inboxes: { inbox: "", inbx: "" } });
  }
  assert.equal(Typed().kind, Typed);
  assert.equal(Misspelt().kind, Misspelt);
});
test("a snapshot shows a thread's boxes, and what the system expects of it", async () => {
  const system = new System();
  const endless = inThread("endless", { inboxes: [] });
  system.activate(endless);
  const [expected] = await new Promise<readonly string[]>((resolve) => {
    endless.link(endless.outboxes["outbox"]!, Keep([]).inboxes["inbox"]);
    const sink = Keep([], () => resolve(snapshot(system).expectations));
    endless.unlink(endless);
    chain(system, endless, sink);
  });
  assert.equal(expected, "thread endless_1");
  endless.kill();
  await system.stop();
});
