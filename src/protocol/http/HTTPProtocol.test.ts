// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request as ask } from "node:http";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { getErrorPage } from "./errorPages.ts";
import type { Handler } from "./handlers.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { dial, heard, program, raw, serving, until, without } from "./parts.ts";
import { requestHandlers, routes } from "./routing.ts";

const site = routes({
  "GET /": () => "home",
  "GET /people/:name": ({ params }) => `Hello, ${params["name"]}`,
  "GET /files/*": ({ params }) => `file ${params["rest"]}`,
  "POST /echo": async (request) => new Response(request.body, { headers: { "content-type": request.headers.get("content-type") ?? "" } }),
  "GET /who": ({ parsed }) => `${parsed.peer} ${parsed.peerport! > 0} ${parsed.localip} ${parsed.localport! > 0}`,
});

test("routes() finds a handler by method and path", async (t) => {
  const { port } = await serving(t, HTTPProtocol(site));
  const get = async (path: string, init: RequestInit = {}): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return `${response.status} ${response.headers.get("allow") ?? (await response.text())}`;
  };
  assert.equal(await get("/"), "200 home");
  assert.equal(await get("/people/Jos%C3%A9%2F"), "200 Hello, José/");
  assert.equal(await get("/files/a/b"), "200 file a/b");
  assert.equal(await get("/people/a/b").then((text) => text.slice(0, 3)), "404");
  assert.equal(await get("/people/%ff").then((text) => text.slice(0, 3)), "400");
  assert.equal(await get("/", { method: "DELETE" }), "405 GET, HEAD, OPTIONS");
  assert.equal(await get("/echo", { method: "OPTIONS" }), "204 POST, OPTIONS");
  assert.equal(await get("/", { method: "HEAD" }), "200 ");
  assert.equal(await get("/who"), "200 127.0.0.1 true 127.0.0.1 true");
});

test("routes() refuses patterns that are none", () => {
  for (const pattern of ["/", "GET", "GET a", "GET /a b", "GET /*/b"])
    assert.throws(() => routes({ [pattern]: () => "" }), SyntaxError, pattern);
  for (const [pattern, why] of [
    ["get /", /methods are written in capitals.* write GET/],
    ["GET /:a/:a", /two of its parts are called a/],
    ["GET /:rest/*", /two of its parts are called rest/],
    ["GET /:1", /cannot be called 1/],
  ] as const)
    assert.throws(() => routes({ [pattern]: () => "" }), { name: "SyntaxError", message: why });
});

test("routes() takes a star for any method; what is written first fits first", async () => {
  const say =
    (word: string): Handler =>
    ({ parsed, params }) =>
      `${word} ${parsed.method} ${params["rest"] ?? ""}`;
  const handler = routes({
    "GET /a": say("get"),
    "* /a": say("any"),
    "* /b/*": say("below"),
    "GET /b/c": say("never"),
    "HEAD /b/d": say("head"),
  });
  const asked = async (line: string): Promise<string> => {
    const { outbox } = await drive(HTTPServer(handler), { inbox: [raw(`${line} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)] });
    return Buffer.concat(outbox).toString();
  };
  assert.match(await asked("GET /a"), /get GET $/);
  assert.match(await asked("BREW /a"), /any BREW $/);
  assert.match(await asked("OPTIONS /a"), /any OPTIONS $/);
  assert.match(await asked("HEAD /a"), /^HTTP\/1.1 200 .*Content-Length: 9\r\n/s);
  assert.match(await asked("GET /b/c"), /below GET c$/);
  assert.match(await asked("HEAD /b/d"), /Content-Length: 10\r\n/);
});

test("routes() and requestHandlers() answer OPTIONS * with the methods there are, RFC 9110 9.3.7 (it was 404)", async () => {
  const said = async (handler: Handler): Promise<string> => {
    const { outbox } = await drive(HTTPServer(handler), { inbox: [raw("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")] });
    return Buffer.concat(outbox).toString();
  };
  assert.match(await said(routes({ "GET /": () => "", "POST /a/:b": () => "" })), /^HTTP\/1.1 204 .*allow: GET, POST, HEAD, OPTIONS\r\n/s);
  assert.match(await said(routes({ "* /a": () => "" })), /^HTTP\/1.1 204 .*allow: GET, HEAD, POST, .*OPTIONS\r\n/s);
  assert.match(await said(requestHandlers([["/", () => ""]])), /^HTTP\/1.1 204 .*allow: GET, HEAD, /s);
  assert.match(await said(requestHandlers([["*", () => "mine"]])), /mine$/);
});

test("requestHandlers() finds a handler by the beginning of the path, the first that fits, as the original did", async (t) => {
  const say: Handler = ({ parsed }) => `${parsed["uri-prefix-trigger"]} ${parsed["uri-suffix"]} ${parsed.query}`;
  const { port } = await serving(
    t,
    HTTPProtocol([
      ["/a/", say],
      ["/a", say],
      ["/a/b", () => "never"],
      ["/in", requestHandlers([["/inner", say]])],
    ]),
  );
  const get = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  assert.deepEqual([await get("/a/b/c?d"), await get("/ab"), await get("/inner/x")], ["/a/ b/c d", "/a b ", "/inner /x "]);
  assert.match(await get("/<nope>"), /There is nothing at \/%3Cnope%3E/);
});

test("getErrorPage() shows what it is told as text", () => {
  assert.match(String(getErrorPage(404, `<script>"&'`).data), /<p>&lt;script&gt;&quot;&amp;&#39;<\/p>/);
  assert.equal(getErrorPage(599).statuscode, 599);
});

test("HTTPProtocol() talks to node:http's client: keep-alive, streams both ways, trailers not needed", async (t) => {
  const { port } = await serving(t, HTTPProtocol(site));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  for (const size of [0, 1, 1000, 1_000_000]) {
    const body = Buffer.alloc(size, "abcdefghij");
    const sent = ask({ port, host: "127.0.0.1", path: "/echo", method: "POST", agent });
    for (let at = 0; at < size; at += 77_777) sent.write(body.subarray(at, at + 77_777));
    sent.end();
    const [response] = await once(sent, "response");
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece);
    assert.equal(Buffer.concat(pieces).equals(body), true);
  }
});

test("HTTPProtocol() sends no faster than the client reads, and no further than it stays", async (t) => {
  let sent = 0;
  let ended = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        sent++;
        yield Buffer.alloc(65_536);
      }
    } finally {
      ended = true;
    }
  }
  const at = await serving(
    t,
    HTTPProtocol(() => ({ data: endless() })),
  );
  const socket = await dial(t, at);
  socket.pause();
  socket.write(raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  let before = -1;
  while (sent === 0 || before !== sent) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.equal(sent < 1000, true, `${sent} pieces of 64 KiB`);
  socket.destroy();
  while (!ended) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("HTTPProtocol() waits only so long for a client that takes nothing", async (t) => {
  let ended: () => void = () => {};
  const over = new Promise<void>((resolve) => (ended = resolve));
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(65_536);
    } finally {
      ended();
    }
  }
  const at = await serving(
    t,
    HTTPProtocol(() => ({ data: endless() }), { timeouts: { send: 50 } }),
  );
  const socket = await dial(t, at);
  socket.pause();
  socket.write(raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  await over;
});

test("HTTPProtocol() answers who ends after asking", async (t) => {
  const at = await serving(
    t,
    HTTPProtocol(async () => "Hello"),
  );
  const socket = await dial(t, at);
  socket.end(raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  assert.match(await heard(socket), /Hello$/);
});

test("HTTPProtocol() serves the others while somebody is slow, sends nonsense, or leaves in the middle", async (t) => {
  const at = await serving(t, HTTPProtocol(site));
  const whole = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde";
  for (let cut = 1; cut < whole.length; cut += 5) (await dial(t, at)).write(raw(whole.slice(0, cut)), function () {});
  for (let cut = 1; cut < whole.length; cut += 5) {
    const socket = await dial(t, at);
    socket.write(raw(whole.slice(0, cut)), () => socket.resetAndDestroy());
  }
  (await dial(t, at)).write(Buffer.alloc(100_000, 255));
  const socket = await dial(t, at);
  socket.write(raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  assert.match(await until(socket, /home$/), /200 OK/);
});

test("HTTPProtocol() talks to curl: 1.0, 1.1, HEAD, expect, upload, chunked", { skip: without("curl") }, async (t) => {
  const { port } = await serving(t, HTTPProtocol(site));
  const curl = async (...words: string[]): Promise<string> => (await program(["curl", "-s", "-m", "10", ...words], "from stdin")).output;
  const base = `http://127.0.0.1:${port}`;
  assert.equal(await curl("--http1.0", `${base}/`), "home");
  assert.equal(await curl(`${base}/`, `${base}/people/me`), "homeHello, me");
  assert.match(await curl("-I", `${base}/`), /^HTTP\/1.1 200 OK\r\n.*Content-Length: 4\r\n/s);
  assert.equal(await curl("-H", "Expect: 100-continue", "--data", "abc", `${base}/echo`), "abc");
  assert.equal(await curl("-T", "-", "-X", "POST", `${base}/echo`), "from stdin");
  assert.match(await curl("-i", "-X", "TRACE", `${base}/`), /^HTTP\/1.1 501/);
});

test("HTTPProtocol() talks to wrk, and answers all of it", { skip: without("wrk") }, async (t) => {
  const { port } = await serving(t, HTTPProtocol(site));
  const { output } = await program(["wrk", "-t1", "-c20", "-d1s", `http://127.0.0.1:${port}/`]);
  assert.doesNotMatch(output, /Socket errors|Non-2xx/);
  assert.match(output, /requests in/);
});
