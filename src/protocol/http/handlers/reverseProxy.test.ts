// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { type AddressInfo, createServer as createPlainServer } from "node:net";
import { test, type TestContext } from "node:test";
import { type Endpoint, producerFinished } from "../../../axon/index.ts";
import { plain } from "../client/parts.ts";
import { TCPClient, type TCPClientOptions } from "../../../internet/index.ts";
import { ask, dial, listening, program, systemOf, until, without } from "../parts.ts";
import { WebServer } from "../WebServer.ts";
import { get, served } from "./parts.ts";
import { reverseProxy } from "./reverseProxy.ts";

/** Another server. */
async function upstream(t: TestContext, listener: RequestListener): Promise<{ url: string; server: Server }> {
  const { at, server } = await plain(t, listener);
  return { url: at, server };
}

/** Says this to whoever connects. */
async function saying(t: TestContext, text: string): Promise<string> {
  const server = createPlainServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => (text === "" ? undefined : socket.end(text)));
    t.after(() => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const quiet = { failed: () => {} };
const through = (t: TestContext, url: string, options = {}): Promise<Endpoint> =>
  served(t, reverseProxy({ upstream: url, ...quiet, ...options }));

test("reverseProxy() passes on what is for both ends, and says who asked", async (t) => {
  const { url } = await upstream(t, (request, response) => {
    response.setHeader("X-Own", "1");
    response.setHeader("Connection", "close, x-hop");
    response.setHeader("X-Hop", "1");
    response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers }));
  });
  const at = await through(t, `${url}/base`);
  const headers = {
    host: "shop.example",
    connection: "x-secret",
    "x-secret": "1",
    "x-kept": "1",
    "x-forwarded-for": "6.6.6.6",
    "keep-alive": "1",
  };
  const got = await get(at, "/a?b=c", { headers });
  const seen = JSON.parse(got.text) as { url: string; headers: Record<string, string> };
  assert.equal(seen.url, "/base/a?b=c");
  assert.deepEqual(
    ["host", "x-secret", "x-kept", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "keep-alive", "forwarded"].map(
      (n) => seen.headers[n],
    ),
    ["shop.example", undefined, "1", "127.0.0.1", "shop.example", "http", undefined, 'for=127.0.0.1;host="shop.example";proto=http'],
  );
  assert.deepEqual([got.headers["x-own"], got.headers["x-hop"]], ["1", undefined]);
  const trusted = await get(await through(t, url, { trustForwarded: true, host: "upstream", headers: { "X-Key": "k" } }), "/", { headers });
  const { headers: told } = JSON.parse(trusted.text) as { headers: Record<string, string> };
  assert.deepEqual([told["x-forwarded-for"], told["x-key"], `http://${told["host"]}`], ["6.6.6.6, 127.0.0.1", "k", url]);
});

test("reverseProxy() asks for nothing above the path of its upstream, however it is written", async (t) => {
  const asked: string[] = [];
  const { url } = await upstream(t, (request, response) => {
    asked.push(request.url!);
    response.end("x");
  });
  const at = await through(t, `${url}/base`);
  const status = async (path: string, more = ""): Promise<string> =>
    (await ask(t, at, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close${more}\r\n\r\n`)).slice(9, 12);
  const dots = [
    "..",
    "%2e%2e",
    ".%2e",
    "%2E.",
    "%252e%252e",
    "%25252e.",
    "%c0%ae%c0%ae",
    "%e0%80%ae.",
    "%u002e%u002e",
    "%uff0e.",
    "..;",
    "..;a=b",
    "..%3b",
    "..%00",
    "..%20",
    "..%23",
  ];
  const slashes = ["/", "%2f", "%2F", "%5c", "\\", "%252f", "%c0%af", "%c1%9c", "%u2215", "%255c"];
  for (const up of dots)
    for (const slash of slashes)
      for (const path of [`/${up}${slash}secret`, `/a${slash}${up}${slash}${up}${slash}secret`, `/a${slash}${up}`])
        assert.equal(await status(path), "400", path);
  const upgrade = "\r\nUpgrade: websocket\r\nConnection: upgrade";
  assert.equal(await status("/../secret", upgrade), "400");
  assert.equal(await status(`${url}/%2e%2e/secret`), "400");
  assert.deepEqual(asked, []);
  for (const fine of ["/a..b", "/...", "/..a", "/a..", "/.well-known/x", "/100%25", "/a%2fb", "/a;b/c", "/./a", "/%2e%2ea", "/x?u=../.."])
    assert.equal(await status(fine), "200", fine);
  assert.deepEqual(asked.at(-1), "/base/x?u=../..");
});

test("reverseProxy() passes on a path as it is when its upstream has none", async (t) => {
  const { url } = await upstream(t, (request, response) => void response.end(request.url));
  assert.match(await ask(t, await through(t, url), "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), /\/a\/%2e%2e\/b$/);
});

test("reverseProxy() says what is wrong with its upstream, and proves itself with the user in it (it was ignored)", async (t) => {
  for (const odd of ["x", "", "ftp://a", "http://", "http://a/?b", "http://a/#b"])
    assert.throws(() => reverseProxy({ upstream: odd }), { name: "TypeError", message: /^Cannot ask .*give a URL of http or https/ });
  assert.throws(
    () => reverseProxy({ upstream: "http://me:secret@a/?b" }),
    (error: Error) => !error.message.includes("secret"),
  );
  const { url } = await upstream(t, (request, response) => void response.end(request.headers.authorization ?? "-"));
  const withUser = url.replace("//", "//m%40e:p%3Aw@");
  const headers = { authorization: "Basic x" };
  assert.equal((await get(await through(t, withUser), "/", { headers })).text, `Basic ${Buffer.from("m@e:p:w").toString("base64")}`);
  assert.equal((await get(await through(t, withUser, { headers: { Authorization: "own" } }), "/")).text, "own");
  assert.equal((await get(await through(t, url), "/", { headers })).text, "Basic x");
});

test("reverseProxy() streams bodies both ways, of known and unknown length", async (t) => {
  const { url } = await upstream(t, (request, response) => void request.pipe(response));
  const at = await through(t, url);
  const big = Buffer.alloc(3_000_000, "0123456789");
  assert.ok((await get(at, "/", { method: "POST", body: big })).body.equals(big));
  assert.ok((await get(at, "/", { method: "PUT", headers: { "transfer-encoding": "chunked" }, body: big })).body.equals(big));
  assert.equal((await get(at, "/", { method: "HEAD" })).status, 200);
});

test("reverseProxy() answers 502 or 504 when the other server does not answer as it should", async (t) => {
  const dead = await upstream(t, () => {});
  dead.server.close();
  await once(dead.server, "close");
  assert.equal((await get(await through(t, dead.url), "/")).status, 502);
  assert.equal((await get(await through(t, await saying(t, "rubbish\r\n\r\n")), "/")).status, 502);
  assert.equal(
    (await get(await through(t, await saying(t, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")), "/")).status,
    502,
  );
  assert.equal((await get(await through(t, await saying(t, ""), { timeout: 50 }), "/")).status, 504);
  await assert.rejects(get(await through(t, await saying(t, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")), "/"));
  assert.throws(() => reverseProxy({ upstream: "ftp://a" }), TypeError);
});

test("reverseProxy() makes a tunnel when both sides agree on another protocol, and only then", async (t) => {
  const { url, server } = await upstream(t, (_, response) => void response.writeHead(404).end("no"));
  server.on("upgrade", (request, socket) => {
    if (request.url !== "/yes") {
      socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
      return;
    }
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhi");
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  const at = await through(t, url);
  const head = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n`;
  const socket = await dial(t, at);
  socket.write(head("/yes"));
  assert.match(await until(socket, /hi$/), /^HTTP\/1\.1 101 /);
  socket.write("there and back");
  await until(socket, "there and back");
  assert.match(await ask(t, at, `${head("/no")}GET /yes HTTP/1.1\r\nHost: a\r\n\r\n`), /^HTTP\/1\.1 404 [^]*no$/);
});

test("reverseProxy() uses its connections again, opens no more than it may, and closes them when the server has ended", async (t) => {
  let open = 0;
  let opened = 0;
  const waiting: (() => void)[] = [];
  const { url, server } = await upstream(t, (request, response) => {
    if (request.url === "/slow") waiting.push(() => response.end("slow"));
    else response.end("quick");
  });
  server.on("connection", (socket) => {
    open++;
    opened++;
    socket.on("close", () => open--);
  });
  const system = systemOf(t);
  const web = WebServer({ port: 0, host: "127.0.0.1", handler: reverseProxy({ upstream: url, connections: 2, keepAlive: 60_000 }) });
  const at = await listening(system, web);
  for (let i = 0; i < 5; i++) assert.equal((await get(at, "/", { method: i === 2 ? "POST" : "GET" })).text, "quick");
  assert.equal(opened, 1);
  const slow = [1, 2, 3].map(() => get(at, "/slow"));
  while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(opened, 2);
  waiting.splice(0).forEach((answer) => answer());
  while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve));
  waiting.splice(0).forEach((answer) => answer());
  assert.deepEqual(
    (await Promise.all(slow)).map(({ text }) => text),
    ["slow", "slow", "slow"],
  );
  assert.deepEqual([opened, open], [2, 2]);
  web.stop(producerFinished());
  await web.ended;
  while (open > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.throws(() => reverseProxy({ upstream: url, connections: 0 }), RangeError);
});

test("reverseProxy() closes connections that nobody has used for a while", async (t) => {
  const { url, server } = await upstream(t, (_, response) => response.end("fine"));
  const closed = new Promise((resolve) => server.once("connection", (socket) => socket.once("close", resolve)));
  const at = await through(t, url, { keepAlive: 30 });
  assert.equal((await get(at, "/")).text, "fine");
  await closed;
});

test("reverseProxy() asks again when a connection that was kept was closed meanwhile, unless that may do harm", async (t) => {
  // answers the first request of each connection, and closes it on the second, unread
  const requests: string[] = [];
  const server = createPlainServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (first: Buffer) => {
      requests.push(first.toString().split(" ")[0]!);
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.");
      socket.once("data", (second: Buffer) => {
        requests.push(`${second.toString().split(" ")[0]!} lost`);
        socket.destroy();
      });
    });
    t.after(() => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const at = await through(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const status = async (method: string, body?: string): Promise<number> =>
    (await get(at, "/", body === undefined ? { method } : { method, body })).status;
  assert.equal(await status("GET"), 200);
  assert.equal(await status("GET"), 200);
  assert.equal(await status("POST", "once"), 502);
  assert.deepEqual(requests, ["GET", "GET lost", "GET", "POST lost"]);
});

test("reverseProxy() passes on through a connection of another making", async (t) => {
  const { url } = await upstream(t, (request, response) => void request.pipe(response));
  const made: TCPClientOptions[] = [];
  const connectionclass = (options: TCPClientOptions): ReturnType<typeof TCPClient> => {
    made.push(options);
    return TCPClient(options);
  };
  const at = await through(t, url, { connectionclass });
  const big = Buffer.alloc(500_000, "0123456789");
  for (let i = 0; i < 2; i++) assert.ok((await get(at, "/", { method: "POST", body: big })).body.equals(big));
  assert.equal(made.length, 2);
});

test("reverseProxy() passes on what curl asks", { skip: without("curl") }, async (t) => {
  const { url } = await upstream(t, (request, response) => response.end(request.method));
  const { port } = await through(t, url);
  assert.equal((await program(["curl", "-s", "-T", "-", `http://127.0.0.1:${port}/`], "body")).output, "PUT");
});
