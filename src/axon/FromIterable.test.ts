// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { host } from "#host";
import { drive, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { ComponentFailure, FromIterable, handle, producerFinished, sleep, snapshot, System } from "./index.ts";

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** An async generator that notes how far it has come, and that it was cleaned up. */
async function* counting(log: string[], count = Infinity): AsyncGenerator<number, void, void> {
  try {
    for (let n = 0; n < count; n++) {
      log.push(String(n));
      yield n;
    }
  } finally {
    log.push("cleaned up");
  }
}

test("FromIterable() sends what an iterable gives, then ends", async () => {
  await drive(FromIterable("abc"), {}, { shutdown: false }).expect({ outbox: ["a", "b", "c"], signal: [producerFinished()] });
  await drive(FromIterable(new Set([1, undefined, null])), {}, { shutdown: false }).expect({ outbox: [1, undefined, null] });
  await drive(FromIterable([]), {}, { shutdown: false }).expect({ outbox: [] });
});
test("FromIterable() sends what an async iterable gives, then ends", async () => {
  const log: string[] = [];
  await drive(FromIterable(counting(log, 3)), {}, { shutdown: false }).expect({ outbox: [0, 1, 2], signal: [producerFinished()] });
  assert.deepEqual(log, ["0", "1", "2", "cleaned up"]);
});
test("FromIterable() sends what a web stream gives, then ends", async () => {
  const stream = new ReadableStream<string>({
    start(controller) {
      for (const text of ["a", "b"]) controller.enqueue(text);
      controller.close();
    },
  });
  const { outbox }: { outbox: string[] } = await drive(FromIterable(stream), {}, { shutdown: false });
  assert.deepEqual(outbox, ["a", "b"]);
});
test("FromIterable() asks only while there is room: an endless source is held", async () => {
  const log: string[] = [];
  let asked = 0;
  function* endless(): Generator<number, void, void> {
    for (;;) yield asked++;
  }
  const system = new System();
  const held = [handle(FromIterable(endless()), { system, bound: 5 }), handle(FromIterable(counting(log)), { system, bound: 5 })];
  while (snapshot(system).held < 2) await turns();
  assert.deepEqual([asked, log.length], [6, 6]);
  for (const each of held) for (let n = 0; n < 20; n++) assert.equal(await each.get(), n);
  await Promise.all(held.map((each) => each.stop()));
  assert.equal(log.at(-1), "cleaned up");
});
test("FromIterable() lets others have their turns, also when nobody takes what it sends", () => {
  const system = new System({ manual: true });
  const source = system.activate(FromIterable({ [Symbol.iterator]: () => ({ next: () => ({ value: 0, done: false }) }) }));
  for (let i = 0; i < 10; i++) assert.equal(system.step(), source);
});
test("FromIterable() fails when its source does, and has then sent all before that", async () => {
  const fault = new Error("torn");
  function* torn(): Generator<number, void, void> {
    yield 1;
    throw fault;
  }
  async function* tornLater(): AsyncGenerator<number, void, void> {
    yield* torn();
  }
  const stream = (): ReadableStream<number> => {
    const parts = torn();
    return new ReadableStream({ pull: (controller) => controller.enqueue(parts.next().value as number) }, { highWaterMark: 0 });
  };
  const broken = {
    [Symbol.asyncIterator]: () => ({
      next(): never {
        throw fault;
      },
    }),
  };
  for (const [source, first] of [
    [torn(), 1],
    [tornLater(), 1],
    [stream(), 1],
    [broken as AsyncIterable<number>, undefined],
  ] as const) {
    const got: unknown[] = [];
    const loop = async (): Promise<void> => {
      for await (const item of handle(FromIterable(source), { system: new System() })) got.push(item);
    };
    await assert.rejects(loop(), (error) => error instanceof ComponentFailure && error.cause === fault);
    assert.deepEqual(got, first === undefined ? [] : [first]);
  }
});
test("FromIterable() cleans its source up when it is stopped, and has ended when that is done", async () => {
  const log: string[] = [];
  function* sync(): Generator<number, void, void> {
    try {
      for (;;) yield 1;
    } finally {
      log.push("sync");
    }
  }
  async function* async(): AsyncGenerator<number, void, void> {
    try {
      for (;;) yield 1;
    } finally {
      await turns();
      log.push("async");
    }
  }
  const stream = new ReadableStream<number>({
    pull: (controller) => controller.enqueue(1),
    async cancel() {
      await turns();
      log.push("stream");
    },
  });
  for (const source of [sync(), async(), stream]) {
    const system = new System();
    const held = handle(FromIterable<number>(source), { system, bound: 2 });
    while (snapshot(system).held === 0) await turns();
    await held.stop();
    log.push("ended");
  }
  assert.deepEqual(log, ["sync", "ended", "async", "ended", "stream", "ended"]);
});
test("FromIterable() is not kept from stopping by a source that gives nothing, whoever tells it to stop", async () => {
  const log: string[] = [];
  async function* never(): AsyncGenerator<number, void, void> {
    await new Promise(() => {});
  }
  const stream = new ReadableStream<number>({ cancel: () => void log.push("cancelled") });
  for (const source of [() => never(), () => stream]) {
    const waiting = handle(FromIterable<number>(source()), { system: new System() });
    await turns();
    await waiting.finish();
  }
  assert.deepEqual(log, ["cancelled"]);
  const killed = handle(FromIterable(never()), { system: new System() });
  await turns();
  killed.component.kill();
  await killed.ended;
});
test("FromIterable(): a source that fails to clean up fails the component, or is reported when nobody waited for that", async () => {
  const fault = new Error("stuck");
  const cleanUp = { return: () => Promise.reject(fault) };
  const busy = { next: () => new Promise<never>(() => {}), ...cleanUp };
  const idle = { next: () => Promise.resolve({ value: 1, done: false }), ...cleanUp };
  const system = new System();
  const waiting = handle(FromIterable({ [Symbol.asyncIterator]: () => busy }), { system });
  const held = handle(FromIterable({ [Symbol.asyncIterator]: () => idle }), { system, bound: 1 });
  while (system.held === 0) await turns();
  const reported = mock.method(host, "report", () => {});
  await waiting.stop();
  await turns();
  reported.mock.restore();
  assert.deepEqual(
    reported.mock.calls.map(({ arguments: [error] }) => error),
    [fault],
  );
  await assert.rejects(held.stop(), (error) => error instanceof ComponentFailure && error.cause === fault);
});
test("FromIterable(): virtual time passes while it is held, and not while it waits for its source", async () => {
  const clock = new VirtualClock();
  const system = new System({ clock });
  const log: string[] = [];
  const source = FromIterable(counting(log, 4));
  const slow = make("Slow", function* ({ inbox }) {
    while (yield inbox) {
      inbox.recv();
      yield sleep(1000);
    }
  });
  slow.link([source, "outbox"], [slow, "inbox"], { bound: 1 });
  slow.link([source, "signal"], [slow, "control"]);
  system.activate(slow);
  await system.run(source);
  await system.run();
  assert.equal(clock.now(), 4000);
});
