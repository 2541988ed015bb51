// SPDX-License-Identifier: Apache-2.0
// Clients that mean no good. Whatever they do, others are served.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { type Component, component, FromIterable, producerFinished } from "../../../axon/index.ts";
import { Pipeline } from "../../../chassis/index.ts";
import { at as when, drive } from "../../../testing/index.ts";
import type { Handler } from "../handlers.ts";
import { HTTPServer } from "../HTTPServer.ts";
import { MinimalFactory } from "../Minimal.ts";
import { ask, dial, listening, raw, systemOf, until } from "../parts.ts";
import type { Resource } from "../resource.ts";
import { routes } from "../routing.ts";
import { WebServer } from "../WebServer.ts";
import { folderWith, get, served } from "./parts.ts";

const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString("latin1");

test("HTTPServer() ends a head and a body that come a byte at a time, and one that never ends", async () => {
  const slowly = (text: string, every: number): Record<number, Uint8Array> =>
    Object.fromEntries([...text].map((char, i) => [i * every, raw(char)]));
  const head = await drive(
    HTTPServer(() => "Hello"),
    { inbox: when(slowly(`GET / HTTP/1.1\r\nX: ${"x".repeat(100)}`, 1000)) },
  );
  assert.match(textOf(head.outbox), /^HTTP\/1\.1 408 /);
  const echo: Handler = async (request) => String((await request.text()).length);
  const body = { 0: raw(post), ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [(i + 1) * 10_000, raw("x")])) };
  const { outbox } = await drive(HTTPServer(echo), { inbox: when(body) });
  assert.match(textOf(outbox), /^HTTP\/1\.1 408 /); // after five minutes
  const patient = await drive(HTTPServer(echo, { timeouts: { request: Infinity } }), { inbox: when(body) });
  assert.match(textOf(patient.outbox), /^HTTP\/1\.1 400 /); // the body breaks off when the client ends
});

test("HTTPServer() refuses what is too long: fields, lines, paths; and what is not HTTP", async (t) => {
  const server = await served(t, () => "Hello");
  const cases: Record<string, string> = {
    [`GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(100_000)}\r\n`]: "431",
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(1_000_000)}`]: "431",
    [`GET /${"y".repeat(65_536)} HTTP/1.1\r\n`]: "414",
    "GET /\r\n": "400",
    "GET / HTTP/1.2\r\nHost: a\r\nConnection: close\r\n\r\n": "200",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": "505",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03": "400",
  };
  for (const [said, status] of Object.entries(cases))
    assert.match(await ask(t, server, said, true), new RegExp(`^HTTP/1\\.1 ${status} `), JSON.stringify(said.slice(0, 40)));
  assert.equal((await get(server, "/")).text, "Hello");
});

/** Writes as fast as it is taken, up to so many bytes, whatever the server says. How many went, and what was said. */
async function flood(socket: Socket, most: number): Promise<{ sent: number; said: string }> {
  const piece = Buffer.alloc(65_536, "y");
  let [sent, said, isOver] = [0, "", false];
  const over = new Promise<void>((resolve) => {
    socket.on("close", () => {
      isOver = true;
      resolve();
    });
  });
  socket.on("data", (bytes: Buffer) => (said += bytes.toString("latin1")));
  while (sent < most && !isOver) {
    const hasRoom = socket.write(piece);
    sent += piece.length;
    await (hasRoom ? new Promise((resolve) => setImmediate(resolve)) : Promise.race([once(socket, "drain").catch(() => {}), over]));
  }
  return { sent, said };
}

test("HTTPServer() refuses a line of a gigabyte when it is too long, and keeps nothing of what still comes", async (t) => {
  const server = await served(t, () => "Hello");
  const before = process.memoryUsage();
  for (const [beginning, status] of [
    ["GET / HTTP/1.1\r\nHost: a\r\nX: ", 431],
    ["GET /", 414],
  ] as const) {
    const socket = await dial(t, server);
    socket.write(beginning);
    const { sent, said } = await flood(socket, 2 ** 30);
    assert.ok(sent >= 65_536 && sent < 2 ** 30, `${sent} bytes were sent`); // 16 KiB are enough; what follows fills the buffers of sockets, then the connection is gone
    assert.match(said, new RegExp(`^(?:HTTP/1\\.1 ${status} |$)`)); // a client that does not listen may hear nothing: its own bytes make the connection a reset one
  }
  assert.ok(process.memoryUsage().rss - before.rss < 100_000_000);
  assert.equal((await get(server, "/")).text, "Hello");
});

test("HTTPServer() reads a line of a gigabyte no further than it has to, piece by piece, and says why", async () => {
  let given = 0;
  function* endless(): Generator<Uint8Array> {
    yield raw("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    for (const piece = Buffer.alloc(4096, "y"); given < 2 ** 30; given += piece.length) yield piece;
  }
  const { outbox } = await drive(
    Pipeline(
      FromIterable(endless()),
      HTTPServer(() => "Hello"),
    ),
    {},
  );
  assert.match(textOf(outbox), /^HTTP\/1\.1 431 /);
  assert.ok(given < 1_000_000, `${given} bytes were taken`);
});

test("HTTPServer() serves others while one does not read, and while many say nothing", async (t) => {
  const folder = folderWith(t, { big: Buffer.alloc(20_000_000), small: "small" });
  const server = await served(t, MinimalFactory({ homedirectory: folder }));
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 50; i++) {
    const socket = await dial(t, server);
    socket.pause();
    socket.write("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    (await dial(t, server)).write("GET / HT");
  }
  assert.equal((await get(server, "/small")).text, "small");
  assert.ok(process.memoryUsage().rss - before < 400_000_000);
});

test("HTTPServer() sends no more of a file than there is, however many ranges are asked for", async (t) => {
  const server = await served(t, MinimalFactory({ homedirectory: folderWith(t, { f: "x".repeat(1000) }) }));
  for (const range of [
    `bytes=${"0-,".repeat(1000)}0-`,
    `bytes=${Array.from({ length: 1000 }, (_, i) => `${i}-`).join(",")}`,
    "bytes=0-,0-,0-,0-",
  ]) {
    const { status, body } = await get(server, "/f", { headers: { range } });
    assert.ok((status === 200 || status === 206) && body.length < 1500, `${status} ${body.length}`);
  }
  assert.equal(
    (await get(server, "/f", { headers: { "if-modified-since": "rubbish", "if-none-match": "\\", "if-range": "rubbish" } })).status,
    200,
  );
});

test("HTTPServer() answers ten thousand requests that come at once, in order", async (t) => {
  const server = await served(t, ({ parsed }) => parsed.query);
  const socket = await dial(t, server);
  const all = until(socket, "\r\n\r\n9999");
  socket.write(Array.from({ length: 10_000 }, (_, i) => `GET /?${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""));
  assert.equal((await all).match(/HTTP\/1\.1 200 OK/g)?.length, 10_000);
});

/** Fails before it has said anything, or afterwards. */
function Failing(said: readonly Resource[]): Component<{}, { outbox: Resource }> {
  return component(Failing, {
    outboxes: { outbox: "a beginning" },
    *main(_, { outbox }) {
      for (const resource of said) outbox.send(resource);
      yield;
      throw new Error("on purpose");
    },
  });
}

test("HTTPServer() goes on with others whenever a handler fails: before, during and after its response", async (t) => {
  const handler = routes({
    "GET /": () => "fine",
    "GET /before": () => Failing([]),
    "GET /during": () => Failing([{ data: "begun" }]),
    "GET /after": () => Failing([{ data: "whole", complete: true }]),
    "GET /long": () => ({ data: "ab", headers: { "content-length": "1" } }),
    "GET /field": () => ({ headers: { x: "a\r\nb: c" } }),
    "GET /rejects": () => Promise.reject(new Error("on purpose")),
  });
  const server = await served(t, handler);
  assert.equal((await get(server, "/before")).status, 500);
  await assert.rejects(get(server, "/during"));
  assert.equal((await get(server, "/after")).text, "whole");
  assert.equal((await get(server, "/field")).status, 500);
  assert.equal((await get(server, "/rejects")).status, 500);
  assert.ok((await get(server, "/long").catch(() => undefined)) !== null);
  assert.equal((await get(server, "/")).text, "fine");
});

test("HTTPServer() does not mind when a client leaves at any point", async (t) => {
  const server = await served(t, async (request) => `${(await request.text()).length}`);
  const said = raw("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  for (let cut = 0; cut <= said.length; cut += 3)
    for (const how of ["destroy", "resetAndDestroy"] as const) {
      const socket = await dial(t, server);
      socket.write(said.subarray(0, cut), () => socket[how]());
    }
  assert.equal((await get(server, "/", { method: "POST", body: "hello" })).text, "5");
});

test("WebServer() closes what does not end by itself when it had time enough", async (t) => {
  const server = WebServer({ port: 0, host: "127.0.0.1", grace: 50, handler: () => new Promise<string>(() => {}) });
  const place = await listening(systemOf(t), server);
  const socket = await dial(t, place);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 20));
  server.stop(producerFinished());
  await server.ended;
  assert.throws(() => WebServer({ handler: () => "", grace: -1 }), RangeError);
});
