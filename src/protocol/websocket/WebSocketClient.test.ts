// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { handle, type Handle, type System } from "../../axon/index.ts";
import { freePort } from "../../internet/parts.ts";
import { serving, systemOf } from "../http/parts.ts";
import { HTTPProtocol, WebSocketHandler } from "../http/index.ts";
import { PureTransformer } from "../../util/index.ts";
import type { WebSocketClientInboxes, WebSocketClientOptions, WebSocketClientOutboxes } from "./clientOptions.ts";
import { echoing, wsServer } from "./parts.ts";
import { WebSocketClient } from "./WebSocketClient.ts";

type Talk = Handle<WebSocketClientInboxes, WebSocketClientOutboxes>;
const WHOLE = ["outbox", "connected", "closed", "signal"] as const;

function talk(t: TestContext, options: WebSocketClientOptions, system: System = systemOf(t)): Talk {
  return handle(WebSocketClient(options), { system, outboxes: WHOLE });
}

for (const compression of [false, true])
  test(`WebSocketClient() talks to ws, ${compression ? "compressed" : "plain"}`, async (t) => {
    const { url } = await wsServer(t, echoing, { perMessageDeflate: compression ? { threshold: 0 } : false, maxPayload: 1 << 24 });
    const client = talk(t, { url, compression: compression ? { threshold: 1 } : false });
    const { extensions } = (await client.get("connected"))!;
    assert.equal(extensions, compression ? "permessage-deflate" : "");
    const long = "long and wide ".repeat(10_000);
    for (const text of ["hello", "", "ä€𝄞", long, long]) {
      await client.put(text);
      assert.equal(await client.get(), text);
    }
    await client.put(Buffer.from("bytes"));
    assert.deepEqual(await client.get(), Buffer.from("bytes"));
    client.finish();
    assert.deepEqual(await client.get("closed"), { code: 1000, reason: "" });
    assert.equal((await client.get("signal"))?.type, "producerFinished");
    await client.ended;
  });

test("WebSocketClient() talks to our server, which agrees to what it is asked", async (t) => {
  const handler = WebSocketHandler((_, subprotocol) => PureTransformer((text: string | Uint8Array) => `${subprotocol}: ${String(text)}`), {
    subprotocols: ["soap", "chat"],
    compression: { threshold: 10 },
  });
  const { port } = await serving(t, HTTPProtocol(handler));
  const url = `ws://127.0.0.1:${port}/`;
  for (const options of [
    true,
    { takeover: false },
    { peerTakeover: false, threshold: 1 },
    { windowBits: 9, peerWindowBits: 9, level: 9, threshold: 1 },
  ]) {
    const client = talk(t, { url, protocols: ["other", "chat"], compression: options });
    assert.deepEqual(await client.get("connected"), { url, protocol: "chat", extensions: "permessage-deflate" });
    for (let i = 0; i < 20; i++) {
      const text = `the same again and again ${i} `.repeat(i * 20);
      await client.put(text);
      assert.equal(await client.get(), `chat: ${text}`);
    }
    client.finish();
    await client.ended;
  }
});

test("WebSocketClient() connects again, with backoff, and sends what had not left", async (t) => {
  let visits = 0;
  const { url } = await wsServer(t, (socket) => {
    if (++visits === 2) socket.close(1011, "again");
    else if (visits === 1) socket.terminate();
    else echoing(socket);
  });
  const client = talk(t, { url, reconnect: { backoff: { first: 1 } } });
  assert.equal((await client.get("closed"))?.code, 1006);
  assert.deepEqual(await client.get("closed"), { code: 1011, reason: "again" });
  await client.get("connected");
  await client.put("hello");
  assert.equal(await client.get(), "hello");
  client.finish();
  assert.deepEqual(await client.get("closed"), { code: 1000, reason: "" });
  await client.ended;
  assert.equal(visits, 3);
});

test("WebSocketClient() keeps what it has until there is a connection", async (t) => {
  const port = await freePort();
  const { url, server } = await wsServer(t, echoing, { port });
  server.close();
  await once(server, "close");
  const client = talk(t, { url, reconnect: { backoff: { first: 5, factor: 1 } } });
  for (const text of ["a", "b", "c"]) await client.put(text);
  client.finish();
  assert.match((await client.get("closed"))!.reason, /refused/i);
  const again = await wsServer(t, echoing, { port });
  assert.equal(again.url, url);
  for (const text of ["a", "b", "c"]) assert.equal(await client.get(), text);
  await client.ended;
});

test("WebSocketClient() gives up when it is told to, or when it was refused, and says why", async (t) => {
  const { url } = await wsServer(t, echoing, { verifyClient: (_, answer) => answer(false, 403, "no") });
  const refused = talk(t, { url, reconnect: true });
  const closed = await refused.get("closed");
  assert.equal(closed?.status, 403);
  const said = await refused.get("signal");
  assert.match(String(said?.message), /Cannot stay connected to ws:.*the server answered 403/);

  const nobody = talk(t, { url: "ws://127.0.0.1:1/", reconnect: { attempts: 2, backoff: { first: 1 } } });
  for (let i = 0; i < 3; i++) assert.equal((await nobody.get("closed"))?.code, 1006);
  assert.equal((await nobody.get("signal"))?.type, "shutdownMicroprocess");
  await nobody.ended;
});

test("WebSocketClient() refuses what does not speak WebSocket", async (t) => {
  for (const [answer, why] of [
    ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", /answered 200/],
    ["HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n", /this handshake/],
    ["HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n", /does not speak WebSocket/],
    ["SSH-2.0-OpenSSH\r\n", /does not speak HTTP/],
    ["", /before it had answered/],
  ] as const) {
    const server = createServer((socket) => socket.on("error", () => {}).end(answer)).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const client = talk(t, { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    assert.match((await client.get("closed"))!.reason, why);
  }
});

test("WebSocketClient() gives long messages in pieces, and sends them so", async (t) => {
  const { url } = await wsServer(t, echoing);
  const client = talk(t, { url, pieces: true, maxMessage: Infinity });
  const part = "ä€𝄞".repeat(20_000);
  for (let i = 0; i < 10; i++) await client.put({ data: part, more: i < 9 });
  let text = "";
  for (let count = 0, more = true; more; count++) {
    const piece = await client.get();
    if (piece === undefined || typeof piece === "string" || piece instanceof Uint8Array) assert.fail("no piece");
    text += String(piece.data);
    more = piece.more;
    if (!more) assert(count > 1);
  }
  assert.equal(text, part.repeat(10));
  client.finish();
  await client.ended;
});

test("WebSocketClient() closes with a code and a reason, and at once when it must stop", async (t) => {
  const ends: string[] = [];
  const { url } = await wsServer(t, (socket) => socket.on("close", (code, reason) => ends.push(`${code} ${reason.toString()}`)));
  const polite = talk(t, { url });
  await polite.put({ close: 4321, reason: "enough" });
  assert.deepEqual(await polite.get("closed"), { code: 4321, reason: "enough" });
  await polite.ended;
  const hasty = talk(t, { url });
  await hasty.get("connected");
  hasty.stop();
  assert.equal((await hasty.get("closed"))?.code, 1006);
  await hasty.ended;
  assert.equal(ends[0], "4321 enough");
});

test("WebSocketClient() finds out that nobody is there any more, and tells who does not answer", async (t) => {
  const { url } = await wsServer(t, (socket) => socket.pause());
  const client = talk(t, { url, pingAfter: 20, pongTimeout: 20 });
  const signal = await client.get("signal");
  assert.match(String(signal?.message), /nothing was heard for \d+/);
});

test("WebSocketClient() checks what it is told", () => {
  for (const [options, error] of [
    [{ url: "ftp://a" }, /no URL of ws/],
    [{ url: "ws://a", headers: { "a b": "c" } }, /a character it may not have/],
    [{ url: "ws://a", maxMessage: -1 }, /maxMessage -1/],
    [{ url: "ws://a", compression: { windowBits: 16 } }, /16 bits/],
    [{ url: "ws://a", reconnect: { attempts: -1 } }, /again -1 times/],
    [{ url: "ws://a", connectTimeout: Number.NaN }, /within NaN ms/],
  ] as [WebSocketClientOptions, RegExp][])
    assert.throws(() => WebSocketClient(options), error);
});

test("WebSocketClient() refuses subprotocols and URLs that there cannot be", () => {
  const url = "ws://127.0.0.1:1/";
  for (const protocols of [["a b"], ["a,b"], [""], ["a", "a"], ["ä"], [" a"]])
    assert.throws(() => WebSocketClient({ url, protocols }), TypeError);
  for (const odd of [`${url}#there`, `${url}#`, "gopher://a", "a"]) assert.throws(() => WebSocketClient({ url: odd }), TypeError, odd);
  WebSocketClient({ url: `${url}a%23b?c`, protocols: ["v10.stomp", "soap"] });
});
