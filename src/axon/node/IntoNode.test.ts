// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { PassThrough, Writable, type WritableOptions } from "node:stream";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { ComponentFailure, FromIterable, handle, System } from "../index.ts";
import { IntoNode } from "./index.ts";

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A stream that notes what is written, and when all was. */
function noting(log: unknown[], options: WritableOptions = {}): Writable {
  return new Writable({
    objectMode: true,
    write(message, _encoding, done) {
      log.push(message);
      setImmediate(done);
    },
    final(done) {
      setImmediate(() => {
        log.push("finished");
        done();
      });
    },
    ...options,
  });
}

const FAULT = new Error("full disk");
const isFault = (error: unknown): boolean => error instanceof ComponentFailure && error.cause === FAULT;

test("IntoNode() writes what comes, ends the stream, and has ended when all is written", async () => {
  const log: unknown[] = [];
  await drive(IntoNode(noting(log)), { inbox: Array.from({ length: 40 }, (_, n) => n) });
  log.push("ended");
  assert.deepEqual(log, [...Array.from({ length: 40 }, (_, n) => n), "finished", "ended"]);
});
test("IntoNode() leaves the stream open, and without listeners, when asked to", async () => {
  const log: unknown[] = [];
  const stream = noting(log);
  const before = stream.eventNames();
  for (const n of [1, 2]) await drive(IntoNode(stream, { end: false }), { inbox: [n] });
  assert.deepEqual([stream.destroyed, stream.writableEnded, stream.eventNames()], [false, false, before]);
  await drive(IntoNode(stream), { inbox: [3] });
  assert.deepEqual(log, [1, 2, 3, "finished"]);
});
test("IntoNode() takes no more than the stream wants", async () => {
  const stream = new PassThrough({ objectMode: true, highWaterMark: 2 });
  const system = new System();
  const sink = IntoNode<number>(stream);
  sink.setInboxSize("inbox", 4);
  let given = 0;
  function* numbers(): Generator<number, void, void> {
    while (given < 100) yield given++;
  }
  const source = FromIterable(numbers());
  sink.link([source, "outbox"], [sink, "inbox"]);
  sink.link([source, "signal"], [sink, "control"]);
  for (const each of [source, sink]) system.activate(each);
  for (let i = 0; i < 20; i++) await turns();
  assert(given < 20, `${given} were taken, though nobody read any`);
  assert.deepEqual(
    await stream.toArray(),
    Array.from({ length: 100 }, (_, n) => n),
  );
  await system.run();
});
test("IntoNode() fails when the stream does: writing, ending, or while nothing comes; also when it has failed before", async () => {
  const writing = noting([], { write: (_message, _encoding, done) => setImmediate(done, FAULT) });
  await assert.rejects(drive(IntoNode(writing), { inbox: Array.from({ length: 40 }, (_, n) => n) }), isFault);
  const ending = noting([], { final: (done) => setImmediate(done, FAULT) });
  await assert.rejects(drive(IntoNode(ending), { inbox: [1] }), isFault);
  const idle = noting([]);
  const sink = handle(IntoNode(idle), { system: new System() });
  await sink.put(1);
  await turns();
  idle.destroy(FAULT);
  await assert.rejects(sink.ended, isFault);
  await assert.rejects(drive(IntoNode(idle), { inbox: [1] }), /failed/);
});
test("IntoNode() fails when somebody else closes the stream", async () => {
  const stream = noting([]);
  const sink = handle(IntoNode(stream), { system: new System() });
  await sink.put(1);
  await turns();
  stream.destroy();
  await assert.rejects(sink.ended, /Premature close/);
});
test("IntoNode() destroys the stream when it is stopped, also while it waits for the stream", async () => {
  const stuck = noting([], { highWaterMark: 1, write: () => {} });
  const sink = handle(IntoNode(stuck), { system: new System() });
  await sink.put(1);
  await turns();
  await sink.stop();
  assert(stuck.destroyed);
});
