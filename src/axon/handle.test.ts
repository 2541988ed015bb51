// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import {
  type AnyComponent,
  component,
  type Component,
  ComponentFailure,
  handle,
  producerFinished,
  shutdownMicroprocess,
  sleep,
  snapshot,
  System,
} from "./index.ts";

function PassThrough<T = any>(): Component<{ inbox: T }, { outbox: T }> {
  return component(PassThrough, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

/** Sends what it gets with a sum and the number of messages so far on another box. */
function Adder(): Component<{ inbox: number; factor: number }, { outbox: number; count: number }> {
  return component(Adder, {
    inboxes: { inbox: "numbers", factor: "what to multiply them by from now on" },
    outboxes: { outbox: "sums", count: "how many numbers there were" },
    *main({ inbox, factor }, { outbox, count }) {
      let sum = 0;
      let times = 1;
      for (let n = 1; yield inbox; n++) {
        for (const next of factor) times = next;
        outbox.send((sum += inbox.recv() * times));
        count.send(n);
      }
    },
  });
}

/** Takes nothing from its inbox before it is told to stop; its `finally` writes into a list. */
const Blocked = (log: string[] = []): AnyComponent =>
  make("Blocked", function* () {
    try {
      yield sleep(Infinity);
    } finally {
      log.push("cleaned up");
    }
  });

const Numbers = (count: number): Component<{}, { outbox: number }> =>
  make(
    "Numbers",
    function* (_, { outbox }) {
      for (let n = 0; n < count; n++) {
        outbox.send(n);
        if (!(yield)) return;
      }
    },
    { inboxes: [] },
  );

/** Lets components have their turns, and promises their callbacks. */
const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("handle(): what is put in comes out", async () => {
  const echo = handle(PassThrough<string>(), { system: new System() });
  await echo.put("hello");
  assert.equal(await echo.get(), "hello");
  await echo.finish();
  assert.equal(await echo.get(), undefined);
});
test("handle(): a thousand round trips take less than a second of CPU; with the original they took twenty", async () => {
  const echo = handle(PassThrough<number>(), { system: new System() });
  const start = process.cpuUsage();
  for (let n = 0; n < 1000; n++) {
    await echo.put(n);
    assert.equal(await echo.get(), n);
  }
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 1e6);
  await echo.stop();
});
test("handle(): those who wait get messages in the order in which they asked", async () => {
  const echo = handle(PassThrough<number>(), { system: new System() });
  const gets = [1, 2, 3].map(() => echo.get());
  for (const n of [1, 2, 3, 4]) await echo.put(n);
  assert.deepEqual(await Promise.all(gets), [1, 2, 3]);
  assert.equal(await echo.get(), 4);
  await echo.stop();
});
test("handle(): reaches any inbox and the outboxes that are named", async () => {
  const adder = handle(Adder(), { system: new System(), outboxes: ["outbox", "count", "signal"] });
  await adder.put(10, "factor");
  for (const n of [1, 2]) await adder.put(n);
  assert.deepEqual([await adder.get(), await adder.get("outbox")], [10, 30]);
  assert.deepEqual([await adder.get("count"), adder.tryGet("count"), adder.tryGet("count")], [1, 2, undefined]);
  await adder.put(producerFinished("enough"), "control");
  assert.deepEqual(await adder.get("signal"), { type: "producerFinished", message: "enough" });
});
test("handle() does not compile with boxes that are not there, or messages that do not fit", async () => {
  const adder = handle(Adder(), { system: new System() });
  // @ts-expect-error -- numbers, not strings
  await adder.put("1");
  // @ts-expect-error -- no such inbox
  await assert.rejects(adder.put(1, "factr"), RangeError);
  // @ts-expect-error -- no such outbox
  await assert.rejects(adder.get("outbx"), RangeError);
  const sum: Promise<number | undefined> = adder.get();
  await adder.stop();
  await sum;
});
test("put() and get() name the boxes there are, and say why a box is not read", async () => {
  const adder = handle(Adder(), { system: new System() });
  await assert.rejects(adder.put(1, "inbx" as "inbox"), {
    name: "RangeError",
    message: 'Cannot link Adder_1.inbx: Adder_1 has no inbox "inbx", only "inbox", "factor", "control"',
  });
  await assert.rejects(adder.get("cont" as "count"), {
    name: "RangeError",
    message: /has no outbox "cont", only "outbox", "count", "signal"/,
  });
  await assert.rejects(adder.get("count"), {
    name: "RangeError",
    message: 'Cannot get from Adder_1.count: it is not read; name it in the option "outboxes"',
  });
  assert.throws(() => adder.messages("count"), RangeError);
  assert.throws(() => adder.tryGet("count"), RangeError);
  assert.throws(() => adder.tryPut(1, "inbx" as "inbox"), RangeError);
  await adder.stop();
});
test("handle() refuses components that are active, or children of others, and outboxes that are linked", () => {
  const system = new System({ manual: true });
  assert.throws(() => handle(system.activate(PassThrough())), { message: "Cannot take PassThrough_1 in hand: it is active already" });
  const [parent, child] = [PassThrough(), PassThrough()];
  parent.addChildren(child);
  assert.throws(() => handle(child), { message: "Cannot take PassThrough in hand: it is a child of PassThrough" });
  const linked = PassThrough();
  linked.link([linked, "outbox"], [parent, "inbox"]);
  assert.throws(() => handle(linked, { system, outboxes: ["outbox"] }), { name: "BoxAlreadyLinkedToDestination" });
  assert.throws(() => handle(PassThrough(), { system, outboxes: ["outbx" as "outbox"] }), RangeError);
  assert.doesNotThrow(() => handle(linked, { system }), "by default a linked outbox is left as it is");
});

// Back-pressure, both ways.

test("put() waits while the inbox is full, and those who wait go in order; tryPut() answers false", async () => {
  const system = new System();
  let reads = 0;
  const slow = make("Slow", function* ({ inbox, go }, { outbox }) {
    while (yield go) {
      go.recv();
      for (const message of inbox) {
        outbox.send(message);
        reads++;
      }
    }
  }, { inboxes: ["inbox", "go"] }); // prettier-ignore
  slow.setInboxSize("inbox", 2);
  const held = handle(slow, { system });
  const done: number[] = [];
  const puts = [0, 1, 2, 3].map((n) => held.put(n).then(() => done.push(n)));
  await turns();
  assert.deepEqual([done, held.tryPut(9), reads], [[0, 1], false, 0]);
  assert(held.tryPut("go", "go"));
  await Promise.all(puts);
  assert.deepEqual(done, [0, 1, 2, 3]);
  assert.deepEqual([await held.get(), await held.get(), await held.get(), await held.get()], [0, 1, 2, 3]);
  assert(held.tryPut(4));
  await held.stop();
});
test("handle(): a component whose messages nobody reads is held, and goes on when somebody does", async () => {
  const system = new System();
  const numbers = handle(Numbers(20), { system, bound: 4 });
  await turns();
  assert.equal(snapshot(system).held, 1);
  const got: number[] = [];
  for await (const n of numbers) got.push(n);
  assert.deepEqual(
    got,
    Array.from({ length: 20 }, (_, n) => n),
  );
});
test("handle(): a graph whose first part has ended takes messages and drops them, and nobody waits for ever", async () => {
  const system = new System();
  const first = make("First", function* ({ inbox }) {
    yield inbox;
  });
  first.setInboxSize("inbox", 1);
  const graph = make("Graph", function* (_, __, self) {
    self.addChildren(first);
    self.link([self, "inbox"], [first, "inbox"], { passthrough: 1 });
    first.activate();
    while (yield sleep(Infinity));
  });
  const held = handle(graph, { system });
  await turns();
  for (let n = 0; n < 5; n++) await held.put(n);
  await held.stop();
  assert(first.inboxes["inbox"]!.drops > 0);
});

// The end.

test("finish() lets the component take what waits to be put, and finish what it has", async () => {
  const echo = handle(PassThrough<number>(), { system: new System(), bound: 1000 });
  const puts = Array.from({ length: 500 }, (_, n) => echo.put(n));
  void echo.finish();
  await assert.rejects(echo.put(500), { message: "Cannot put into PassThrough_1.inbox: there was to be no more, by finish() or stop()" });
  await Promise.all(puts);
  await echo.ended;
  const got: number[] = [];
  for await (const n of echo) got.push(n);
  assert.deepEqual(
    got,
    Array.from({ length: 500 }, (_, n) => n),
  );
  assert.doesNotThrow(() => echo.finish(), "once more is no harm");
});
test("handle(): what waits to be put when the component ends is refused", async () => {
  const system = new System();
  const blocked = handle(Blocked(), { system });
  blocked.component.setInboxSize("inbox", 1);
  await blocked.put(1);
  const put = blocked.put(2);
  const get = blocked.get();
  await blocked.stop();
  await assert.rejects(put, { name: "Error", message: "Cannot put into Blocked_1.inbox: Blocked_1 has ended" });
  assert.equal(await get, undefined);
  await assert.rejects(blocked.put(3), { message: "Cannot put into Blocked_1.inbox: Blocked_1 has ended" });
  assert.throws(() => blocked.tryPut(3), { message: "Cannot put into Blocked_1.inbox: Blocked_1 has ended" });
  assert.equal(blocked.tryGet(), undefined);
});
test("handle(): leaving the loop early stops the component, held or not, and waits until it has cleaned up", async () => {
  const log: string[] = [];
  const system = new System();
  const endless = make("Endless", function* (_, { outbox }) {
    try {
      for (let n = 0; ; n++) {
        outbox.send(n);
        if (!(yield)) return;
      }
    } finally {
      log.push("cleaned up");
    }
  });
  for await (const n of handle(endless, { system, bound: 8 })) if (n === 20) break;
  assert.deepEqual([log, endless.isStopped, endless.shutdown], [["cleaned up"], true, shutdownMicroprocess()]);
});
test("handle(): an error thrown in the loop stops the component, too", async () => {
  const numbers = Numbers(1000);
  const fault = new Error("no more");
  const loop = async (): Promise<void> => {
    for await (const n of handle(numbers, { system: new System() })) if (n === 3) throw fault;
  };
  await assert.rejects(loop(), fault);
  assert(numbers.isStopped);
});
test("handle(): `await using` stops the component at the end of the block", async () => {
  const log: string[] = [];
  {
    await using blocked = handle(Blocked(log), { system: new System() });
    await blocked.put(1);
  }
  assert.deepEqual(log, ["cleaned up"]);
});
test("handle(): the system is not done before the component has ended", async () => {
  const system = new System();
  const echo = handle(PassThrough<number>(), { system });
  let isDone = false;
  const done = system.run().then(() => (isDone = true));
  await turns();
  assert.deepEqual([isDone, system.expectations], [false, ["the code that handles PassThrough_1"]]);
  void echo.finish();
  await done;
  assert.deepEqual(system.expectations, []);
});

// Failure.

const FAULT = new Error("seven");
function Fussy(): Component<{ inbox: number }, { outbox: number }> {
  return component(Fussy, {
    inboxes: { inbox: "numbers" },
    outboxes: { outbox: "the same numbers" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        const n = inbox.recv();
        if (n === 7) throw FAULT;
        outbox.send(n);
      }
    },
  });
}
const isFault = (error: unknown): boolean =>
  error instanceof ComponentFailure && error.cause === FAULT && /^Fussy_\d$/.test(error.component);

test("handle(): a failure reaches those who wait, and all who ask later, once they have read what was sent before", async () => {
  const system = new System();
  const fussy = handle(Fussy(), { system, outboxes: ["outbox", "signal"] });
  fussy.component.setInboxSize("inbox", 2);
  const signal = fussy.get("signal");
  const puts = [1, 7, 3, 4, 5].map((n) => fussy.put(n));
  await Promise.all(puts.slice(0, 4));
  await assert.rejects(puts[4]!, isFault);
  await assert.rejects(signal, isFault);
  assert.equal(await fussy.get(), 1);
  await assert.rejects(fussy.get(), isFault);
  await assert.rejects(fussy.put(4), isFault);
  await assert.rejects(fussy.ended, isFault);
  await assert.rejects(fussy.stop(), isFault);
  assert.throws(() => fussy.tryPut(4), isFault);
  assert.throws(() => fussy.tryGet(), isFault);
});
test("handle(): a failure ends the loop with an error, and stops nobody else in the system", async () => {
  const system = new System();
  const other = system.activate(Blocked());
  const fussy = handle(Fussy(), { system });
  for (const n of [1, 2, 7]) await fussy.put(n);
  const got: (number | undefined)[] = [await fussy.get()];
  await turns(); // it fails while the code outside does something else

  const loop = async (): Promise<void> => {
    for await (const n of fussy) got.push(n);
  };
  await assert.rejects(loop(), isFault);
  assert.deepEqual([got, other.isStopped], [[1, 2], false]);
  await system.stop();
});
test("handle(): a failure of which nobody can hear is an unhandled rejection, and not silent", () => {
  const program = `
    import { component, handle } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    function Fails() { return component(Fails, { *main() { throw new Error("out of order"); } }); }
    await handle(Fails()).put(1, "control");
  `;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /ComponentFailure: Fails_1 failed: out of order/);
});

// Virtual time.

test("handle(): virtual time passes while somebody waits for a message", async () => {
  const clock = new VirtualClock();
  const delay = make("Delay", function* ({ inbox }, { outbox }) {
    while (yield inbox) {
      yield sleep(60_000);
      outbox.send(inbox.recv());
    }
  });
  const late = handle(delay, { system: new System({ clock }) });
  await late.put(1);
  assert.equal(await late.get(), 1);
  assert.equal(clock.now(), 60_000);
  await turns();
  assert.equal(clock.now(), 60_000, "and not while the code outside is busy with something else");
  await late.put(2);
  await late.finish();
  assert.deepEqual([late.tryGet(), clock.now()], [2, 120_000]);
});
test("handle(): virtual time passes for a component that takes nothing", async () => {
  const clock = new VirtualClock();
  const ticker = make("Ticker", function* (_, { outbox }) {
    for (let n = 0; n < 3 && (yield sleep(1000)); n++) outbox.send(n);
  }, { inboxes: [] }); // prettier-ignore
  const got: number[] = [];
  const ticks = handle(ticker, { system: new System({ clock }) });
  await ticks.ended;
  for await (const n of ticks) got.push(n as number);
  assert.deepEqual([got, clock.now()], [[0, 1, 2], 3000]);
});
