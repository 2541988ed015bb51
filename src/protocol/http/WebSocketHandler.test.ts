// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { drive, Echo, Fails } from "../../testing/index.ts";
import type { WebSocketMessage } from "../websocket/messages.ts";
import { clientFrame } from "../websocket/parts.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { raw, serving, until } from "./parts.ts";
import { WebSocketHandler } from "./WebSocketHandler.ts";

const handler = WebSocketHandler(() => Echo<WebSocketMessage>(), {
  subprotocols: ["chat", "soap"],
  allow: ({ parsed }) => parsed.headers["origin"] !== "http://evil",
});

async function shake(more = "", first = "GET / HTTP/1.1", key = "dGhlIHNhbXBsZSBub25jZQ=="): Promise<string> {
  const said = `${first}\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: ${key}\r\n${more}\r\n`;
  return Buffer.concat((await drive(HTTPServer(handler), { inbox: [raw(said)] })).outbox).toString("latin1");
}

async function socket(t: TestContext, url: string): Promise<{ socket: WebSocket; next: () => Promise<string> }> {
  const socket = new WebSocket(url);
  const waiting: ((text: string) => void)[] = [];
  const come: string[] = [];
  const take = (text: string): void => {
    const first = waiting.shift();
    if (first === undefined) come.push(text);
    else first(text);
  };
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => take(typeof data === "string" ? data : `[${Buffer.from(data).toString()}]`));
  socket.addEventListener("close", ({ code }) => take(`closed ${code}`));
  t.after(() => socket.close());
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  return { socket, next: () => (come.length > 0 ? Promise.resolve(come.shift()!) : new Promise((resolve) => waiting.push(resolve))) };
}

test("WebSocketHandler() shakes hands, RFC 6455 1.3", async () => {
  const text = await shake("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: other, soap, chat\r\n");
  assert.match(
    text,
    /^HTTP\/1.1 101 Switching Protocols\r\n.*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\nSec-WebSocket-Protocol: soap\r\n\r\n/s,
  );
});

test("WebSocketHandler() refuses what is no handshake", async () => {
  assert.match(await shake("Sec-WebSocket-Version: 8\r\n"), /^HTTP\/1.1 426 .*sec-websocket-version: 13\r\n/s);
  assert.match(await shake("Sec-WebSocket-Version: 13\r\n", "POST / HTTP/1.1"), /^HTTP\/1.1 426 /);
  assert.match(await shake("Sec-WebSocket-Version: 13\r\n", "GET / HTTP/1.0"), /^HTTP\/1.1 426 /);
  assert.match(await shake("Sec-WebSocket-Version: 13\r\n", undefined, "short"), /^HTTP\/1.1 400 /);
  assert.match(await shake("Sec-WebSocket-Version: 13\r\nOrigin: http://evil\r\n"), /^HTTP\/1.1 403 /);
});

test("WebSocketHandler() talks to the client of Node.js", async (t) => {
  const { port } = await serving(t, HTTPProtocol(handler));
  const { socket: client, next } = await socket(t, `ws://127.0.0.1:${port}/`);
  const long = "long and wide ".repeat(10_000);
  for (const text of ["hello", "", "ä€𝄞", long]) {
    client.send(text);
    assert.equal(await next(), text);
  }
  client.send(Buffer.from("bytes"));
  assert.equal(await next(), "[bytes]");
  client.close(4001, "enough");
  assert.equal(await next(), "closed 4001");
});

test("WebSocketHandler() costs a client whose protocol fails its own connection only", async (t) => {
  const failures: unknown[] = [];
  const failing = WebSocketHandler(() => Fails<WebSocketMessage>((message) => message === "fail"));
  const { port } = await serving(t, HTTPProtocol(failing, { failed: (error) => failures.push(error) }));
  const [one, other] = [await socket(t, `ws://127.0.0.1:${port}/`), await socket(t, `ws://127.0.0.1:${port}/`)];
  one.socket.send("fail");
  assert.match(await one.next(), /^closed 10(11|06)$/);
  other.socket.send("hello");
  assert.equal(await other.next(), "hello");
  assert.equal(failures.length, 1);
});

test("WebSocketHandler() is done with a client that does what it must not when closeTimeout is over, however much it still sends", async (t) => {
  const { port } = await serving(t, HTTPProtocol(WebSocketHandler(() => Echo<WebSocketMessage>(), { closeTimeout: 50 })));
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  t.after(() => client.destroy());
  client.write(`GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n`);
  client.write(`Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  await until(client, "\r\n\r\n");
  const [closing, reset] = [until(client, "\x88"), once(client, "error")];
  client.write(clientFrame(0x83, "no such kind"));
  await closing;
  const flood = setInterval(() => client.write(clientFrame(0x82, "x".repeat(10_000))), 5);
  t.after(() => clearInterval(flood));
  const [error] = (await reset) as [NodeJS.ErrnoException];
  assert.match(error.code ?? "", /^(?:ECONNRESET|EPIPE)$/);
});
