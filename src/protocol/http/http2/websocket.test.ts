// SPDX-License-Identifier: Apache-2.0
// WebSockets as streams of HTTP/2, RFC 8441.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";
import { after, test, type TestContext } from "node:test";
import { type Endpoint, producerFinished } from "../../../axon/index.ts";
import { Browser, skip } from "../../../axon/browser/parts.ts";
import { certificates } from "../../../internet/node/parts.ts";
import { Echo } from "../../../testing/index.ts";
import { clientFrame, framesOf } from "../../websocket/parts.ts";
import { type Answered, reverseProxy, routes, WebServer, WebSocketHandler, type WebSocketMessage } from "../index.ts";
import { listening, serving, systemOf, without } from "../parts.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";

const [TEXT, CLOSE] = [0x81, 0x88];
const echo = WebSocketHandler(() => Echo<WebSocketMessage>(), { subprotocols: ["chat"], compression: { threshold: 1 } });

async function session(t: TestContext, { port }: Endpoint): Promise<ClientHttp2Session> {
  const client = connect(`http://127.0.0.1:${port}`);
  t.after(() => client.destroy());
  client.on("error", () => {});
  const [{ enableConnectProtocol }] = await once(client, "remoteSettings");
  assert.equal(enableConnectProtocol, true);
  return client;
}

/** A stream that is to be a WebSocket, what was answered, and what is said on it. */
async function ask(client: ClientHttp2Session, path: string, more: OutgoingHttpHeaders = {}) {
  const fields = { ":method": "CONNECT", ":protocol": "websocket", ":scheme": "http", ":path": path, "sec-websocket-version": "13" };
  const stream = client.request({ ...fields, ...more }, { endStream: false });
  stream.on("error", () => {});
  let said = Buffer.alloc(0);
  stream.on("data", (bytes: Buffer) => (said = Buffer.concat([said, bytes])));
  const [headers] = await once(stream, "response");
  const frames = async (count: number): Promise<string[]> => {
    while (framesOf(said).length < count) await once(stream, "data");
    return framesOf(said);
  };
  return { stream, headers, frames };
}

test("HTTP2Server() has WebSockets beside requests on the same connection, with the handlers of HTTP/1.1", async (t) => {
  const log: Answered[] = [];
  const handler = routes({ "GET /echo": echo, "GET /": () => "Hello" });
  const at = await serving(t, HTTPProtocol(handler, { http2: "plain", log: (one) => log.push(one) }));
  const client = await session(t, at);
  const offers = { "sec-websocket-protocol": "soap, chat", "sec-websocket-extensions": "permessage-deflate; server_no_context_takeover" };
  const [one, two] = [await ask(client, "/echo"), await ask(client, "/echo", offers)];
  assert.deepEqual([one.headers[":status"], one.headers["sec-websocket-accept"], one.headers["upgrade"]], [200, undefined, undefined]);
  assert.equal(two.headers["sec-websocket-protocol"], "chat");
  assert.match(String(two.headers["sec-websocket-extensions"]), /^permessage-deflate/);
  one.stream.write(clientFrame(TEXT, "first"));
  one.stream.write(clientFrame(TEXT, "x".repeat(1000)));
  assert.deepEqual(await one.frames(2), ["text first", `text ${"x".repeat(1000)}`]);
  const plain = client.request({ ":path": "/" });
  const [hello] = await once(plain, "data");
  assert.equal(String(hello), "Hello");
  one.stream.write(clientFrame(CLOSE, Buffer.from([3, 232])));
  assert.deepEqual((await one.frames(3)).at(-1), "close 1000");
  await once(one.stream, "close");
  two.stream.close();
  await once(two.stream, "close");
  assert.deepEqual(
    log.map(({ method, uri, version, status }) => `${method} ${uri} ${version} ${status}`),
    ["GET /echo 2 200", "GET /echo 2 200", "GET / 2 200"],
  );
});

test("HTTP2Server() refuses a WebSocket where there is none, and other protocols", async (t) => {
  const handler = routes({ "GET /echo": echo, "GET /": () => "Hello", "GET /stream": () => new Response("Hello") });
  const at = await serving(t, HTTPProtocol(handler, { http2: "plain", failed: () => {} }));
  const client = await session(t, at);
  const status = async (path: string, more: OutgoingHttpHeaders = {}): Promise<unknown> =>
    (await ask(client, path, more)).headers[":status"];
  assert.deepEqual([await status("/"), await status("/stream"), await status("/nope")], [501, 501, 404]);
  assert.equal(await status("/echo", { ":protocol": "connect-udp" }), 501);
  assert.equal(await status("/echo", { "sec-websocket-version": "8" }), 426);
});

test("HTTP2Server() closes WebSockets with 1001 when it is told to end", async (t) => {
  const server = WebServer({ port: 0, host: "127.0.0.1", handler: echo, http: { http2: "plain" } });
  const client = await session(t, await listening(systemOf(t), server));
  const { stream, frames } = await ask(client, "/");
  server.stop(producerFinished());
  assert.deepEqual(await frames(1), ["close 1001"]);
  stream.end(clientFrame(CLOSE, Buffer.from([3, 233])));
  await server.ended;
});

test("reverseProxy() has WebSockets of HTTP/2 answered by a server of HTTP/1.1", async (t) => {
  const { port } = await serving(t, HTTPProtocol(routes({ "GET /echo": echo })));
  const at = await serving(t, HTTPProtocol(reverseProxy({ upstream: `http://127.0.0.1:${port}` }), { http2: "plain" }));
  const client = await session(t, at);
  const { stream, headers, frames } = await ask(client, "/echo", { "sec-websocket-protocol": "chat" });
  assert.deepEqual([headers[":status"], headers["sec-websocket-protocol"]], [200, "chat"]);
  stream.write(clientFrame(TEXT, "there and back"));
  assert.deepEqual(await frames(1), ["text there and back"]);
  stream.write(clientFrame(CLOSE, Buffer.from([3, 232])));
  assert.deepEqual(await frames(2), ["text there and back", "close 1000"]);
  assert.equal((await ask(client, "/nope")).headers[":status"], 404);
});

/** A page that says something by a WebSocket, and what it hears. */
const PAGE = "<!DOCTYPE html><title>WebSockets</title>";
const SCRIPT = `
  const socket = new WebSocket(location.href.replace("https", "wss") + "echo");
  const heard = new Promise((resolve, reject) => {
    socket.onopen = () => socket.send("from the page");
    socket.onmessage = ({ data }) => { resolve(data); socket.close(); };
    socket.onclose = ({ code }) => reject(new Error("closed with " + code));
  });`;

test(
  "HTTP2Server() talks to chromium, whose WebSockets are streams of the connection that the page came by",
  { skip: skip || without("openssl"), timeout: 60_000 },
  async (t) => {
    const { server } = certificates(after);
    const versions: string[] = [];
    const handler = routes({
      "GET /": () => ({ headers: { "content-type": "text/html" }, data: PAGE }),
      "GET /echo": (request) => {
        versions.push(request.parsed.version);
        return echo(request);
      },
    });
    const at = await listening(
      systemOf(t),
      WebServer({ port: 0, host: "127.0.0.1", handler, tls: { cert: server.cert, key: server.key } }),
    );
    const browser = new Browser("--ignore-certificate-errors");
    t.after(() => browser.close());
    assert.equal(await browser.evaluate(SCRIPT, "heard", `https://localhost:${at.port}/`), "from the page");
    assert.deepEqual(versions, ["2"]);
  },
);
