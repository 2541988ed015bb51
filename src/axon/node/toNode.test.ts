// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createServer, connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { make } from "../../testing/make.ts";
import { type AnyComponent, component, type Component, ComponentFailure, FromIterable, snapshot, System } from "../index.ts";
import { toNode } from "./index.ts";

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function Upper(): Component<{ inbox: string }, { outbox: string }> {
  return component(Upper, {
    inboxes: { inbox: "texts" },
    outboxes: { outbox: "in capitals" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(String(inbox.recv()).toUpperCase());
    },
  });
}

const FAULT = new Error("not a text");
const isFault = (error: unknown): boolean => error instanceof ComponentFailure && error.cause === FAULT;
/** Says so and fails at "!". */
const Fussy = (): AnyComponent =>
  make("Fussy", function* ({ inbox }, { outbox }) {
    while (yield inbox) {
      const text: unknown = inbox.recv();
      outbox.send(text);
      if (text !== "!") continue;
      outbox.send("no");
      throw FAULT;
    }
  });

test("toNode(): a component stands between Node.js streams", async () => {
  const system = new System();
  const read = await Readable.from(["a", "b"]).pipe(toNode(Upper(), { system })).toArray();
  assert.deepEqual(read, ["A", "B"]);
  const out = new PassThrough({ objectMode: true });
  await Promise.all([pipeline(Readable.from(["a", "b"]), toNode(Upper(), { system }), toNode(Fussy(), { system }), out), out.toArray()]);
});
test("toNode(): a component behind a real socket", async () => {
  const server = createServer((socket) => socket.pipe(toNode(Upper(), { system: new System() })).pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.setEncoding("utf8").end("hello");
  assert.equal((await client.toArray()).join(""), "HELLO");
  server.close();
  await once(server, "close");
});
test("toNode(): a source can be read to its end; a sink has finished when it has ended", async () => {
  const system = new System();
  assert.deepEqual(await toNode(FromIterable([1, 2, 3]), { system }).toArray(), [1, 2, 3]);
  const got: unknown[] = [];
  const sink = make("Sink", function* ({ inbox }) {
    while (yield inbox) got.push(inbox.recv());
    yield new Promise((resolve) => setImmediate(resolve));
    got.push("end");
  }, { outboxes: [] }); // prettier-ignore
  const writable = toNode(sink, { system });
  writable.write(1);
  writable.end(2);
  await once(writable, "finish");
  assert.deepEqual(got, [1, 2, "end"]);
});
test("toNode(): the component waits for the reader, and the writer for the component", async () => {
  const system = new System();
  const upper = Fussy();
  upper.setInboxSize("inbox", 4);
  const stream = toNode(upper, { system, bound: 4 });
  let asked = 0;
  const endless = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read() {
      this.push(asked++);
    },
  });
  endless.pipe(stream);
  while (snapshot(system).held === 0) await turns();
  for (let i = 0; i < 10; i++) await turns();
  assert(asked < 25, `${asked} were taken from the source, though nobody read any`);
  let n = 0;
  for await (const message of stream) {
    assert.equal(message, n++);
    if (n === 50) break;
  }
  assert(stream.destroyed);
  await new Promise((resolve) => stream.once("close", resolve));
  assert(upper.isStopped, "who leaves the loop destroys the stream, and that stops the component");
});
test("toNode(): a failure destroys the stream, once what was sent before is read", async () => {
  const stream = toNode(Fussy(), { system: new System() });
  for (const text of ["a", "!"]) stream.write(text);
  await turns();
  const got: unknown[] = [];
  const loop = async (): Promise<void> => {
    for await (const message of stream) got.push(message);
  };
  await assert.rejects(loop(), isFault);
  assert.deepEqual(got, ["a", "!", "no"]);
});
test("toNode(): a failure of a sink at its end is that of finishing", async () => {
  const sink = make("Sink", function* ({ inbox }) {
    while (yield inbox) inbox.recv();
    throw FAULT;
  }, { outboxes: [] }); // prettier-ignore
  await assert.rejects(pipeline(Readable.from([1, 2]), toNode(sink, { system: new System() })), isFault);
});
test("toNode(): destroying the stream stops the component", async () => {
  const upper = Upper();
  const stream = toNode(upper, { system: new System() });
  stream.write("a");
  stream.destroy();
  await once(stream, "close");
  assert(upper.toldToStop);
});
test("toNode(): a component that ends by itself ends the stream, for the writer, too", async () => {
  const once_ = make("Once", function* ({ inbox }, { outbox }) {
    yield inbox;
    outbox.send(inbox.recv());
  });
  const stream = toNode(once_, { system: new System() });
  stream.write(1);
  assert.deepEqual(await stream.toArray(), [1]);
  assert(stream.writableEnded);
});
test("toNode() refuses to send null, which would be the end", async () => {
  const nothing = make("Nothing", function* (_, { outbox }) {
    outbox.send(null);
    yield;
  });
  await assert.rejects(toNode(nothing, { system: new System() }).toArray(), {
    name: "TypeError",
    message: "Cannot read null from Nothing_1 as a stream: it would be its end",
  });
});
