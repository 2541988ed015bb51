// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { ComponentFailure, handle, producerFinished, snapshot, System } from "../index.ts";
import { FromNode } from "./index.ts";

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("FromNode() sends what the stream gives, then ends", async () => {
  await drive(FromNode(Readable.from(["a", "b"])), {}, { shutdown: false }).expect({ outbox: ["a", "b"], signal: [producerFinished()] });
  await drive(FromNode(Readable.from([])), {}, { shutdown: false }).expect({ outbox: [] });
  const file = new URL("FromNode.ts", import.meta.url);
  const { outbox }: { outbox: string[] } = await drive(
    FromNode<string>(createReadStream(file, { encoding: "utf8", highWaterMark: 100 })),
    {},
    { shutdown: false },
  );
  assert(outbox.length > 10);
  assert.equal(outbox.join(""), readFileSync(file, "utf8"));
});
test("FromNode() ends at once for a stream that has ended, and fails for one that was closed or has failed before", async () => {
  const ended = Readable.from(["a"]);
  await ended.toArray();
  await drive(FromNode(ended), {}, { shutdown: false }).expect({ outbox: [] });
  const closed = new PassThrough().destroy();
  await assert.rejects(drive(FromNode(closed), {}, { shutdown: false }), /Premature close/);
  const fault = new Error("torn");
  const failed = new PassThrough().on("error", () => {}).destroy(fault);
  await turns();
  await assert.rejects(
    drive(FromNode(failed), {}, { shutdown: false }),
    (error) => error instanceof ComponentFailure && error.cause === fault,
  );
});
test("FromNode() waits for what comes later", async () => {
  const stream = new PassThrough({ objectMode: true });
  const held = handle(FromNode<number>(stream), { system: new System() });
  for (const n of [1, 2]) {
    await turns();
    stream.write(n);
    assert.equal(await held.get(), n);
  }
  stream.end();
  assert.equal(await held.get(), undefined);
});
test("FromNode() reads only while there is room: the stream's own back-pressure begins", async () => {
  let asked = 0;
  const stream = new Readable({
    objectMode: true,
    highWaterMark: 3,
    read() {
      this.push(asked++);
    },
  });
  const system = new System();
  const held = handle(FromNode<number>(stream), { system, bound: 5 });
  while (snapshot(system).held === 0) await turns();
  await turns();
  const before = asked;
  assert(before < 15, `${before} were asked for, though nobody read any`);
  for (let n = 0; n < 100; n++) assert.equal(await held.get(), n);
  await held.stop();
  assert(stream.destroyed);
});
test("FromNode() fails when the stream does, or closes before its end", async () => {
  const fault = new Error("torn");
  for (const [destroy, expected] of [
    [(stream: Readable) => stream.destroy(fault), (error: Error) => error.cause === fault],
    [(stream: Readable) => stream.destroy(), (error: Error) => /Premature close/.test(error.message)],
  ] as const) {
    const stream = new PassThrough({ objectMode: true });
    const held = handle(FromNode<number>(stream), { system: new System() });
    stream.write(1);
    assert.equal(await held.get(), 1);
    const next = assert.rejects(held.get(), expected);
    destroy(stream);
    await next;
  }
});
test("FromNode() destroys the stream when it is stopped, also while nothing comes, and leaves no listeners", async () => {
  for (const stop of ["stop", "finish"] as const) {
    const stream = new PassThrough();
    const before = stream.eventNames().map((name) => [name, stream.listenerCount(name)]);
    const held = handle(FromNode(stream), { system: new System() });
    await turns();
    await held[stop]();
    assert(stream.destroyed);
    assert.deepEqual(stream.eventNames().map((name) => [name, stream.listenerCount(name)]), before); // prettier-ignore
  }
});
