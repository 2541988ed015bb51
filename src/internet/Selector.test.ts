// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test, type TestContext } from "node:test";
import { type Component, component, type Main, type System } from "../axon/index.ts";
import { systemOf, tap } from "./parts.ts";
import { type Selectable, Selector, SELECTOR, type SelectorRequest } from "./Selector.ts";

type Asker = Component<{ ready: Selectable }, { outbox: SelectorRequest; heard: Selectable }>;

/** Asks the service, and says what it hears. */
function asker(): Asker {
  return component(asker, {
    inboxes: { ready: "what is ready" },
    outboxes: { outbox: "requests", heard: "what was ready" },
    *main({ ready }, { outbox, heard }, self): Main {
      self.link(outbox, yield* self.system.services.available(SELECTOR));
      while (yield ready) heard.send(ready.recv());
    },
  });
}

function started(t: TestContext) {
  const system: System = systemOf(t);
  const [selector, one] = [Selector(), asker()];
  const heard = tap(system, one.outboxes.heard);
  system.activate(one);
  system.activate(selector);
  const ask = (type: SelectorRequest["type"], selectable: Selectable): void =>
    selector.inboxes.notify.deliver(
      type.startsWith("new")
        ? ({ type, caller: [one, "ready"], selectable } as SelectorRequest)
        : { type: type as "removeReader", selectable },
    );
  return { system, selector, heard, ask };
}

test("Selector() says once that something can be read, and again when it is asked again", async (t) => {
  const { heard, ask } = started(t);
  const stream = new PassThrough();
  ask("newReader", stream);
  stream.write("one");
  assert.equal(await heard.next(), stream);
  stream.write("two");
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  assert.equal(heard.list.length, 1);
  ask("newReader", stream);
  assert.equal(await heard.next(), stream);
  assert.equal(String(stream.read()), "onetwo");
});

test("Selector() says that there is room to write, that something failed, and that it is over", async (t) => {
  const { heard, ask } = started(t);
  const [full, failing, ending] = [new PassThrough({ highWaterMark: 1 }), new PassThrough(), new PassThrough()];
  full.write("too much");
  ask("newWriter", full);
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  assert.equal(heard.list.length, 0);
  full.resume();
  assert.equal(await heard.next(), full);
  ask("newExceptional", failing);
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  failing.destroy(new Error("broken"));
  assert.equal(await heard.next(), failing);
  ending.end();
  ask("newReader", ending.resume());
  assert.equal(await heard.next(), ending);
});

test("Selector() does not say what nobody wants to know any more", async (t) => {
  const { heard, ask } = started(t);
  const stream = new PassThrough();
  ask("newReader", stream);
  ask("removeReader", stream);
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  stream.write("one");
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  assert.equal(heard.list.length, 0);
  assert.deepEqual([stream.listenerCount("readable"), stream.listenerCount("drain")], [0, 0]);
});

test("Selector() is a service, ends when it is told to, and looks no longer (the original polled 20 times a second)", async (t) => {
  const { system, selector, ask } = started(t);
  const stream = new PassThrough();
  ask("newReader", stream);
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  assert.deepEqual([system.services.servicesRegistered(), stream.listenerCount("readable")], [["selector"], 1]);
  selector.stop();
  await selector.ended;
  assert.deepEqual([system.services.servicesRegistered(), stream.listenerCount("readable")], [[], 0]);
});
