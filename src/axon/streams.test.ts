// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../testing/make.ts";
import { type AnyComponent, component, type Component, ComponentFailure, FromIterable, sleep, System, toStreams } from "./index.ts";

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function Upper(): Component<{ inbox: string }, { outbox: string }> {
  return component(Upper, {
    inboxes: { inbox: "texts" },
    outboxes: { outbox: "in capitals" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv().toUpperCase());
    },
  });
}

const FAULT = new Error("not a text");
const isFault = (error: unknown): boolean => error instanceof ComponentFailure && error.cause === FAULT;
/** Fails at "!". */
const Fussy = (): AnyComponent =>
  make("Fussy", function* ({ inbox }, { outbox }) {
    while (yield inbox) {
      const text: unknown = inbox.recv();
      if (text === "!") throw FAULT;
      outbox.send(text);
    }
  });

async function read<T>(stream: ReadableStream<T>): Promise<T[]> {
  const got: T[] = [];
  await stream.pipeTo(new WritableStream({ write: (message) => void got.push(message) }));
  return got;
}

const source = <T>(...items: T[]): ReadableStream<T> =>
  new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });

test("toStreams(): a component is what pipeThrough wants", async () => {
  const system = new System();
  const shouted: string[] = await read(source("a", "b").pipeThrough(toStreams(Upper(), { system })));
  assert.deepEqual(shouted, ["A", "B"]);
  const twice = source("a", "b").pipeThrough(toStreams(Upper(), { system })).pipeThrough(toStreams(Fussy(), { system }));
  assert.deepEqual(await read(twice), ["A", "B"]);
});
test("toStreams(): a source is a readable stream, a sink a writable one that is closed when the sink has ended", async () => {
  const system = new System();
  assert.deepEqual(await read(toStreams(FromIterable([1, 2, 3]), { system }).readable), [1, 2, 3]);
  const got: unknown[] = [];
  const sink = make("Sink", function* ({ inbox }) {
    while (yield inbox) got.push(inbox.recv());
    yield new Promise((resolve) => setImmediate(resolve));
    got.push("end");
  }, { outboxes: [] }); // prettier-ignore
  const { writable, readable } = toStreams(sink, { system });
  await source(1, 2).pipeTo(writable);
  assert.deepEqual(got, [1, 2, "end"]);
  assert.deepEqual(await read(readable), []);
});
test("toStreams(): the component waits for the reader, and the writer for the component", async () => {
  const system = new System();
  let asked = 0;
  const endless = new ReadableStream<number>({ pull: (controller) => controller.enqueue(asked++) }, { highWaterMark: 0 });
  const fussy = Fussy();
  fussy.setInboxSize("inbox", 4);
  const streams = toStreams(fussy, { system, bound: 4 });
  const reader = endless.pipeThrough(streams).getReader();
  for (let before = -1; asked !== before;) {
    before = asked;
    for (let i = 0; i < 10; i++) await turns();
  }
  assert(asked < 20, `${asked} were taken from the source, though nobody read any`);
  for (let n = 0; n < 50; n++) assert.deepEqual(await reader.read(), { value: n, done: false });
  await reader.cancel();
});
test("toStreams(): a failure is that of both streams, and what was sent before can be read", async () => {
  const system = new System();
  const { writable, readable } = toStreams(Fussy(), { system });
  const writer = writable.getWriter();
  const reader = readable.getReader();
  await writer.write("a");
  await writer.write("!");
  await assert.rejects(writer.closed, isFault);
  assert.deepEqual(await reader.read(), { value: "a", done: false });
  await assert.rejects(reader.read(), isFault);
});
test("toStreams(): a failure of a sink at its end is that of closing", async () => {
  const sink = make("Sink", function* ({ inbox }) {
    while (yield inbox) inbox.recv();
    throw FAULT;
  }, { outboxes: [] }); // prettier-ignore
  const { writable } = toStreams(sink, { system: new System() });
  await assert.rejects(source(1, 2).pipeTo(writable), isFault);
});
test("toStreams(): cancelling what is read stops the component, and the source before it", async () => {
  const log: unknown[] = [];
  const endless = new ReadableStream<string>({ pull: (controller) => controller.enqueue("a"), cancel: (reason) => void log.push(reason) });
  const upper = Upper();
  const streams = toStreams(upper, { system: new System() });
  const reader = endless.pipeThrough(streams).getReader();
  await reader.read();
  await reader.cancel("enough");
  while (log.length === 0) await turns();
  assert.deepEqual([log, upper.isStopped, upper.toldToStop], [["enough"], true, true]);
});
test("toStreams(): aborting what is written stops the component, and readers learn why: nobody takes it for the end", async () => {
  const upper = Upper();
  const { writable, readable } = toStreams(upper, { system: new System() });
  const reason = new Error("broken pipe");
  const reading = assert.rejects(readable.getReader().read(), reason);
  await writable.abort(reason);
  await reading;
  assert(upper.isStopped);
});
test("toStreams(): a component that ends by itself closes the one, and refuses more at the other", async () => {
  const once = make("Once", function* ({ inbox }, { outbox }) {
    yield inbox;
    outbox.send(inbox.recv());
  });
  const { writable, readable } = toStreams(once, { system: new System() });
  const writer = writable.getWriter();
  await writer.write(1);
  assert.deepEqual(await read(readable), [1]);
  await assert.rejects(writer.write(2), { message: "Cannot write to Once_1: it has ended" });
});
test("toStreams(): a component that nobody reads or writes keeps its system from being done, until a stream is closed", async () => {
  const system = new System();
  const { writable } = toStreams(
    make("Sleeper", function* () {
      while (yield sleep(Infinity));
    }),
    { system },
  );
  let isDone = false;
  const done = system.run().then(() => (isDone = true));
  await turns();
  assert(!isDone);
  await writable.close();
  await done;
});
