// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { ComponentFailure, FromIterable, handle, IntoWritable, System } from "./index.ts";

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A stream that notes what is done to it. */
function noting(log: unknown[], more: UnderlyingSink<unknown> = {}): WritableStream<unknown> {
  return new WritableStream<unknown>({
    write: (message) => void log.push(message),
    close: () => void log.push("closed"),
    abort: (reason) => void log.push(`aborted: ${(reason as Error).message}`),
    ...more,
  });
}

const FAULT = new Error("full disk");
const isFault = (error: unknown): boolean => error instanceof ComponentFailure && error.cause === FAULT;

test("IntoWritable() writes what comes, closes the stream, and has ended when it is closed", async () => {
  const log: unknown[] = [];
  const slow = noting(log, {
    async close() {
      await turns();
      log.push("closed");
    },
  });
  await drive(IntoWritable(slow), { inbox: [1, 2, 3] });
  log.push("ended");
  assert.deepEqual(log, [1, 2, 3, "closed", "ended"]);
});
test("IntoWritable() leaves the stream open, and free for others, when asked to", async () => {
  const log: unknown[] = [];
  const stream = noting(log);
  await drive(IntoWritable(stream, { close: false }), { inbox: [1] });
  await drive(IntoWritable(stream, { close: false }), { inbox: [2] }, { shutdown: "shutdownMicroprocess" }).catch(() => {});
  await drive(IntoWritable(stream), { inbox: [3] });
  assert.deepEqual(log, [1, 3, "closed"]);
});
test("IntoWritable() takes no more than the stream wants", async () => {
  const log: unknown[] = [];
  let write!: () => void;
  const stream = noting(log, {
    write: (message) => {
      log.push(message);
      return new Promise<void>((resolve) => (write = resolve));
    },
  });
  const system = new System();
  const sink = IntoWritable(stream);
  const source = FromIterable([1, 2, 3, 4]);
  sink.link([source, "outbox"], [sink, "inbox"]);
  sink.link([source, "signal"], [sink, "control"]);
  for (const each of [source, sink]) system.activate(each);
  for (let n = 1; n <= 4; n++) {
    await turns();
    assert.deepEqual([log.length, sink.inboxes.inbox.length], [n, 4 - n], "one is being written, the others wait");
    write();
  }
  await system.run();
  assert.equal(log.at(-1), "closed");
});
test("IntoWritable() fails when the stream does: writing, closing, or while nothing comes", async () => {
  const writing = noting([], { write: () => Promise.reject(FAULT) });
  await assert.rejects(drive(IntoWritable(writing), { inbox: [1, 2] }), isFault);
  const closing = noting([], { close: () => Promise.reject(FAULT) });
  await assert.rejects(drive(IntoWritable(closing), { inbox: [1] }), isFault);
  let controller!: WritableStreamDefaultController;
  const idle = noting([], { start: (given) => void (controller = given) });
  const sink = handle(IntoWritable(idle), { system: new System() });
  await sink.put(1);
  await turns();
  controller.error(FAULT);
  await assert.rejects(sink.ended, isFault);
});
test("IntoWritable() aborts the stream when it is stopped", async () => {
  const log: unknown[] = [];
  const stuck = noting(log, { write: () => new Promise<void>(() => {}) });
  for (const stream of [noting(log), stuck]) {
    const sink = handle(IntoWritable(stream), { system: new System() });
    await sink.put(1);
    await turns();
    if (stream !== stuck) await sink.stop();
    else {
      void sink.stop();
      await turns();
      sink.component.kill(); // a stream waits for what is being written before it aborts
    }
  }
  assert.deepEqual(log, [1, "aborted: IntoWritable_1 was stopped"]);
});
