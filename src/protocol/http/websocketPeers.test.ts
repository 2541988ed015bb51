// SPDX-License-Identifier: Apache-2.0
// Our server with the clients of others, and with those that do not do what they should.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { type ClientOptions, WebSocket } from "ws";
import { type Component, component, producerFinished, sleep } from "../../axon/index.ts";
import { at, drive, Echo, Feed } from "../../testing/index.ts";
import { Backplane, backplaneName, SubscribeTo } from "../../util/index.ts";
import { EchoProtocol } from "../EchoProtocol.ts";
import type { WebSocketMessage, WebSocketSent } from "../websocket/messages.ts";
import { clientFrame, framesOf } from "../websocket/parts.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { dial, heard, listening, raw, serving, systemOf, until } from "./parts.ts";
import { WebServer } from "./WebServer.ts";
import { WebSocketConnection } from "./WebSocketConnection.ts";
import { WebSocketHandler } from "./WebSocketHandler.ts";

const HANDSHAKE =
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

async function connected(
  t: TestContext,
  port: number,
  options: ClientOptions = {},
): Promise<{ ws: WebSocket; next: () => Promise<string> }> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, options);
  t.after(() => ws.terminate());
  const come: string[] = [];
  let tell: (() => void) | undefined;
  const add = (text: string): void => {
    come.push(text);
    tell?.();
  };
  ws.on("message", (data: Buffer, isBinary: boolean) => add(isBinary ? `[${data.toString()}]` : data.toString()));
  ws.on("close", (code, reason) => add(`closed ${code} ${reason.toString()}`.trim()));
  ws.on("pong", (data) => add(`pong ${data.toString()}`));
  await once(ws, "open");
  const next = async (): Promise<string> => {
    while (come.length === 0) await new Promise<void>((resolve) => (tell = resolve));
    return come.shift()!;
  };
  return { ws, next };
}

for (const [how, compression, perMessageDeflate] of [
  ["plain", false, false],
  ["compressed", { threshold: 1 }, { threshold: 0 }],
  ["compressed, nothing taken over", { threshold: 1, takeover: false, peerTakeover: false }, { threshold: 0 }],
  ["compressed, as the client asks", { threshold: 1 }, { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true }],
  [
    "compressed, with small windows",
    { threshold: 1, windowBits: 9, peerWindowBits: 9 },
    { threshold: 0, serverMaxWindowBits: 10, clientMaxWindowBits: 10 },
  ],
] as const)
  test(`WebSocketHandler() talks to ws: ${how}`, async (t) => {
    const { port } = await serving(t, HTTPProtocol(WebSocketHandler(() => Echo<WebSocketMessage>(), { compression })));
    const { ws, next } = await connected(t, port, { perMessageDeflate });
    assert.equal(ws.extensions, perMessageDeflate === false ? "" : "permessage-deflate");
    const random = Array.from({ length: 200 }, (_, i) => `${(i * 7919) % 1009} `).join("");
    for (const text of ["hello", "", "ä€𝄞", "long and wide ".repeat(10_000), random, random, "x".repeat(70_000)]) {
      ws.send(text);
      assert.equal(await next(), text);
      ws.send(Buffer.from(text));
      assert.equal(await next(), `[${text}]`);
    }
    for (const part of ["in ", "three ", "pieces"]) ws.send(part, { fin: part === "pieces" });
    assert.equal(await next(), "in three pieces");
    ws.ping("there?");
    assert.equal(await next(), "pong there?");
    ws.close(3456, "enough");
    assert.equal(await next(), "closed 3456 enough");
  });

test("WebSocketHandler() runs a protocol of TCP as it is", async (t) => {
  const { port } = await serving(t, HTTPProtocol(WebSocketHandler(EchoProtocol)));
  const { ws, next } = await connected(t, port);
  ws.send(Buffer.from("bytes"));
  assert.equal(await next(), "[bytes]");
});

test("WebSocketHandler() sends a thousand clients the same, compressed once", async (t) => {
  const system = systemOf(t);
  const room = backplaneName<string>("room");
  const plane = Backplane(room);
  system.activate(plane);
  const handler = WebSocketHandler(() => SubscribeTo(room), { compression: { takeover: false, threshold: 1 } });
  const { port } = await serving(t, HTTPProtocol(handler), system);
  const clients = await Promise.all(Array.from({ length: 20 }, () => connected(t, port, { perMessageDeflate: { threshold: 0 } })));
  const text = "the same for all of them ".repeat(20);
  for (let i = 0; i < 3; i++) plane.inboxes.inbox.deliver(`${text}${i}`);
  for (const { next } of clients) for (let i = 0; i < 3; i++) assert.equal(await next(), `${text}${i}`);
});

test("a server that is going to stop closes its WebSockets with 1001, when they have said what they had to say", async (t) => {
  const system = systemOf(t);
  function Polite(): Component<{ inbox: WebSocketMessage }, { outbox: string }> {
    return component(Polite, {
      inboxes: { inbox: "messages" },
      outboxes: { outbox: "a farewell" },
      *main({ inbox }, { outbox }) {
        while (yield inbox) inbox.recv();
        outbox.send("good-bye");
      },
    });
  }
  const server = WebServer({ port: 0, host: "127.0.0.1", handler: WebSocketHandler(Polite) });
  const { port } = await listening(system, server);
  const { next } = await connected(t, port);
  server.stop(producerFinished());
  assert.equal(await next(), "good-bye");
  assert.equal(await next(), "closed 1001");
  await server.ended;
});

test("WebSocketConnection() lets a protocol close with a code and a reason, which is cut where it gets too long", async (t) => {
  function Strict(): Component<{ inbox: WebSocketMessage }, { outbox: WebSocketSent }> {
    return component(Strict, {
      inboxes: { inbox: "messages" },
      outboxes: { outbox: "answers" },
      *main({ inbox }, { outbox }) {
        yield inbox;
        outbox.send("no");
        outbox.send({ close: 4000, reason: "ä".repeat(100) });
        outbox.send("not sent any more");
        yield sleep(Infinity);
      },
    });
  }
  const { port } = await serving(t, HTTPProtocol(WebSocketHandler(Strict)));
  const { ws, next } = await connected(t, port);
  ws.send("hello");
  assert.equal(await next(), "no");
  assert.equal(await next(), `closed 4000 ${"ä".repeat(61)}`);
});

test("WebSocketConnection() is not stuck when more comes than its protocol's box holds", async () => {
  const flood = Buffer.concat(Array.from({ length: 5000 }, (_, i) => clientFrame(0x81, `${i}`)));
  const { outbox } = await drive(
    WebSocketConnection(Echo<WebSocketMessage>()),
    { inbox: [flood, clientFrame(0x88, Buffer.of(3, 232))] },
    { bound: 1 },
  );
  const frames = framesOf(Buffer.concat(outbox));
  assert.equal(frames.length, 5001);
  assert.deepEqual([frames[0], frames[4999], frames[5000]], ["text 0", "text 4999", "close 1000"]);
});

test("WebSocketConnection() asks a client that says nothing whether it is there, and lets it go if it is not", async () => {
  const answered = await drive(
    WebSocketConnection(Echo<WebSocketMessage>()),
    { inbox: at({ 29_000: clientFrame(0x81, "a"), 60_000: clientFrame(0x8a) }) },
    { shutdown: false, time: 200_000 },
  );
  assert.deepEqual(framesOf(Buffer.concat(answered.outbox)), ["text a", "ping ", "ping "]);
  assert.equal(answered.signal[0]?.type, "shutdownMicroprocess");
  assert.match(String(answered.signal[0]?.message), /nothing was heard for 50000 ms/);
});

test("WebSocketConnection() does not wait for ever for a client that does not close, too, nor for a protocol that does not end", async () => {
  function Stubborn(): Component<{ inbox: WebSocketMessage }, { outbox: WebSocketSent }> {
    return component(Stubborn, {
      inboxes: { inbox: "messages" },
      outboxes: { outbox: "nothing" },
      *main() {
        yield sleep(3_600_000);
      },
    });
  }
  for (const [input, wanted] of [
    [{ inbox: [clientFrame(0x88, Buffer.of(3, 232))] }, ["close 1000"]],
    [{ inbox: [], retire: [true as const] }, ["close 1001"]],
  ] as const) {
    const { outbox } = await drive(WebSocketConnection(Stubborn()), input, { shutdown: false, time: 20_000 });
    assert.deepEqual(framesOf(Buffer.concat(outbox)), wanted);
  }
});

test("a WebSocket's client that leaves at any point, or does not read, costs nobody else anything", async (t) => {
  const { port } = await serving(t, HTTPProtocol(WebSocketHandler(() => Echo<WebSocketMessage>())));
  const whole = Buffer.concat([raw(HANDSHAKE), clientFrame(0x81, "hello"), clientFrame(0x88, Buffer.of(3, 232))]);
  for (let cut = 1; cut < whole.length; cut += 7) {
    const socket = await dial(t, { address: "127.0.0.1", port });
    socket.write(whole.subarray(0, cut));
    if (cut % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
  }
  const deaf = await dial(t, { address: "127.0.0.1", port });
  deaf.write(HANDSHAKE);
  await until(deaf, "\r\n\r\n");
  deaf.pause();
  const flood = clientFrame(0x82, Buffer.alloc(1 << 20));
  for (let i = 0; i < 32; i++) deaf.write(Buffer.from(flood));
  const { ws, next } = await connected(t, port);
  ws.send("still there");
  assert.equal(await next(), "still there");
  assert(deaf.writableLength > 0, "it was made to wait");
});

test("WebSocketConnection() closes with 1011 when its protocol sends what cannot be sent", async (t) => {
  const failures: unknown[] = [];
  for (const message of [{ close: 1006 }, { nothing: true }, 7] as WebSocketSent[]) {
    const handler = WebSocketHandler(() => Feed([message]));
    const { port } = await serving(t, HTTPProtocol(handler, { failed: (error) => failures.push(error) }));
    const { next } = await connected(t, port);
    assert.equal(await next(), "closed 1011");
  }
  assert.deepEqual(
    failures.map((error) => String(error).match(/Cannot (?:close|send)/)?.[0]),
    ["Cannot close", "Cannot send", "Cannot send"],
  );
});

test("a flood of pings from a client that reads no answers is not read, either", async (t) => {
  const { port } = await serving(t, HTTPProtocol(WebSocketHandler(() => Echo<WebSocketMessage>())));
  const flooder = await dial(t, { address: "127.0.0.1", port });
  flooder.write(HANDSHAKE);
  await until(flooder, "\r\n\r\n");
  flooder.pause();
  const ping = clientFrame(0x89, "x".repeat(125));
  const many = Buffer.concat(Array.from({ length: 8000 }, () => ping));
  const before = process.memoryUsage();
  let sent = 0;
  while (flooder.writableLength < 1 << 24 && sent++ < 64) {
    flooder.write(Buffer.from(many));
    const { ws, next } = await connected(t, port);
    ws.send("still there");
    assert.equal(await next(), "still there");
    ws.terminate();
  }
  assert(sent < 64, "the server has read it all");
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  const grown = arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed - flooder.writableLength;
  assert(grown < 1 << 25, `${grown} bytes`);
});

test("an upgrade that is followed by a frame at once is heard", async (t) => {
  const { port } = await serving(t, HTTPProtocol(WebSocketHandler(() => Echo<WebSocketMessage>())));
  const socket = await dial(t, { address: "127.0.0.1", port });
  socket.write(Buffer.concat([raw(HANDSHAKE), clientFrame(0x81, "early"), clientFrame(0x88, Buffer.of(3, 232))]));
  const text = await heard(socket);
  assert.deepEqual(framesOf(raw(text.slice(text.indexOf("\r\n\r\n") + 4))), ["text early", "close 1000"]);
});
