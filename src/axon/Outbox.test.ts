// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, stepper } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { type Component, System } from "./index.ts";

/** Two components, one linked to the other. */
function pair(bound: number): [Component<any, any>, Component<any, any>] {
  const [from, to] = [Echo(), Echo()];
  from.link([from, "outbox"], [to, "inbox"], { bound });
  return [from, to];
}

test("point 4: a send on an outbox that is not linked is dropped, but counted, and visible", () => {
  const { outbox } = Echo().outboxes;
  for (let i = 0; i < 3; i++) outbox.send(i);
  assert.deepEqual([outbox.linked, outbox.sent, outbox.drops], [false, 0, 3]);
});
test("sent counts the messages that were sent to somebody", () => {
  const [from] = pair(10);
  const { outbox } = from.outboxes;
  for (let i = 0; i < 3; i++) outbox!.send(i);
  assert.deepEqual([outbox!.linked, outbox!.sent, outbox!.drops], [true, 3, 0]);
});
test("full tells whether the box at the other end is full, and an outbox that is not linked never is", () => {
  const [from] = pair(2);
  const { outbox } = from.outboxes;
  outbox!.send(1);
  assert.equal(outbox!.full, false);
  outbox!.send(2);
  assert.equal(outbox!.full, true);
  assert.equal(Echo().outboxes.outbox.full, false);
});
test("trySend() sends only if there is room", () => {
  const [from, to] = pair(2);
  const { outbox } = from.outboxes;
  assert.deepEqual(
    [1, 2, 3].map((n) => outbox!.trySend(n)),
    [true, true, false],
  );
  to.recv("inbox");
  assert.equal(outbox!.trySend(4), true);
  assert.deepEqual([to.recv("inbox"), to.recv("inbox")], [2, 4]);
});
test("trySend() never holds the component, and wakes it from pause() when there is room", () => {
  const tries: (boolean | string)[] = [];
  const from = make("From", function* (_, { outbox }, self) {
    for (let n = 0; n < 4; n++) tries.push(outbox.trySend(n));
    while (outbox.full) {
      tries.push("waits");
      self.pause();
      yield;
    }
    tries.push(outbox.trySend(9));
  });
  const to = Echo();
  from.link([from, "outbox"], [to, "inbox"], { bound: 2 });
  const system = new System({ manual: true });
  system.activate(from);
  const turns = stepper(system);
  assert.deepEqual(turns.rest(), ["From_1"]);
  assert.deepEqual(tries, [true, true, false, false, "waits"]);
  to.inboxes.inbox.recv();
  assert.deepEqual(turns.rest(), ["From_1"]);
  assert.deepEqual(tries.slice(5), [true]);
});
test("whenRoom() calls at once if there is room, or nobody is linked", () => {
  let calls = 0;
  const [from] = pair(1);
  from.outboxes["outbox"]!.whenRoom(() => calls++);
  Echo().outboxes.outbox.whenRoom(() => calls++);
  assert.equal(calls, 2);
});
test("whenRoom() calls once, when the box has drained to half", () => {
  let calls = 0;
  const [from, to] = pair(4);
  const outbox = from.outboxes["outbox"]!;
  for (let n = 0; n < 4; n++) outbox.send(n);
  outbox.whenRoom(() => calls++);
  to.recv("inbox");
  assert.equal(calls, 0);
  to.recv("inbox");
  assert.equal(calls, 1);
  to.recv("inbox");
  assert.equal(calls, 1);
});
test("whenRoom() calls everybody once, in order, however many they are", () => {
  const { outbox } = Echo().outboxes;
  const sink = Echo();
  sink.link(outbox, sink.inboxes.inbox);
  for (let n = 0; n < 128; n++) outbox.send(n);
  const calls: number[] = [];
  const callers = Array.from({ length: 50_000 }, (_, n) => () => void calls.push(n));
  for (const caller of [...callers, ...callers]) outbox.whenRoom(caller);
  for (let n = 0; n < 64; n++) sink.inboxes.inbox.recv();
  assert.deepEqual(
    calls,
    callers.map((_, n) => n),
  );
});
test("whenRoom() calls when the receiver ends, or the outbox is unlinked: nobody waits for ever", () => {
  let calls = 0;
  const [from, to] = pair(1);
  from.outboxes["outbox"]!.send(1);
  from.outboxes["outbox"]!.whenRoom(() => calls++);
  new System({ manual: true }).activate(to);
  to.kill();
  assert.equal(calls, 1);
  const [one, two] = [Echo(), Echo()];
  const linkage = one.link([one, "outbox"], [two, "inbox"], { bound: 1 });
  one.outboxes.outbox.send(1);
  one.outboxes.outbox.whenRoom(() => calls++);
  linkage.unlink();
  assert.equal(calls, 2);
});
test("a sender from outside that goes on from whenRoom() does not hold the component that made room", () => {
  const socket = Echo();
  const reader = make("Reader", function* ({ inbox }) {
    while (yield inbox) inbox.recv();
  });
  socket.link([socket, "outbox"], [reader, "inbox"], { bound: 2 });
  const { outbox } = socket.outboxes;
  let sent = 0;
  const pump = (): void => {
    while (sent < 20) {
      outbox.send(sent++);
      outbox.send(sent++);
      outbox.send(sent++);
      if (!outbox.full) continue;
      outbox.whenRoom(pump);
      return;
    }
  };
  pump();
  const system = new System({ manual: true });
  system.activate(reader);
  stepper(system).rest();
  assert.deepEqual([sent, reader.inboxes["inbox"]!.length, system.held], [21, 0, 0]);
});
