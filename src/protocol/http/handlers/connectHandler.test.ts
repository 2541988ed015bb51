// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { test } from "node:test";
import cookieSession from "cookie-session";
import express from "express";
import { connectHandler, type Middleware } from "./connectHandler.ts";
import { ask, dial, heard, until } from "../parts.ts";
import { folderWith, get, served } from "./parts.ts";

test("connectHandler() calls middleware one after the other, until one answers", async (t) => {
  const order: string[] = [];
  const note =
    (name: string): Middleware =>
    (_request, _response, next) => {
      order.push(name);
      next();
    };
  const answer: Middleware = (request, response, next) => {
    if (request.url !== "/a?b") return next();
    response.statusCode = 201;
    response.setHeader("Set-Cookie", ["a=1", "b=2"]);
    response.end(`${request.method} ${request.headers.host} ${request.httpVersion} ${request.socket.remoteAddress}`);
    return undefined;
  };
  const at = await served(
    t,
    connectHandler([note("1"), note("2"), answer], () => "otherwise"),
  );
  const got = await get(at, "/a?b", { headers: { host: "h" } });
  assert.equal(`${got.status} ${got.text}`, "201 GET h 1.1 127.0.0.1");
  assert.deepEqual(got.headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal((await get(at, "/")).text, "otherwise");
  assert.deepEqual(order, ["1", "2", "1", "2"]);
  assert.equal((await get(await served(t, connectHandler([])), "/")).status, 404);
});

test("connectHandler() makes failures of middleware 500, or breaks off", async (t) => {
  const bad: Middleware = (request, response, next) => {
    if (request.url === "/throws") throw new Error("on purpose");
    if (request.url === "/next") return next(new Error("on purpose"));
    if (request.url === "/rejects") return Promise.reject(new Error("on purpose"));
    response.write("begun");
    return setImmediate(() => next(new Error("too late")));
  };
  const at = await served(t, connectHandler([bad]));
  for (const path of ["/throws", "/next", "/rejects"]) assert.equal((await get(at, path)).status, 500, path);
  await assert.rejects(get(at, "/late"));
  assert.equal((await get(at, "/throws")).status, 500);
});

test("connectHandler() streams both ways, no faster than the other side", async (t) => {
  const big = Buffer.alloc(3_000_000, "0123456789");
  const folder = folderWith(t, { big });
  let written = 0;
  const streams: Middleware = (request, response) => {
    if (request.url === "/echo") return request.pipe(response);
    if (request.url === "/file") return pipeline(createReadStream(`${folder}/big`), response, () => {});
    const more = (): void => {
      while (!response.destroyed && response.write(big.subarray(0, 65_536))) written += 65_536;
    };
    response.on("drain", more);
    return more();
  };
  const at = await served(t, connectHandler([streams]));
  assert.ok((await get(at, "/echo", { method: "POST", body: big })).body.equals(big));
  assert.ok((await get(at, "/file")).body.equals(big));
  const socket = await dial(t, at);
  socket.write("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
  await until(socket, "0123");
  socket.pause();
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(written < 50_000_000, `${written} bytes`);
});

test("connectHandler() tells middleware when the client leaves", async (t) => {
  let left!: () => void;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const at = await served(
    t,
    connectHandler([
      (_request, response) => {
        response.on("close", left);
        response.write("a");
      },
    ]),
  );
  const socket = await dial(t, at);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await until(socket, "a\r\n");
  socket.resetAndDestroy();
  await gone;
});

test("connectHandler() serves an application of Express with sessions in cookies, bodies and files", async (t) => {
  const folder = folderWith(t, { "page.html": "<p>page</p>", "big.txt": "x".repeat(100_000) });
  const app = express();
  app.disable("x-powered-by");
  app.use(cookieSession({ keys: ["a secret"] }));
  app.use(express.json());
  app.get("/count", (request, response) => {
    const session = (request as unknown as { session: { n?: number } }).session;
    session.n = (session.n ?? 0) + 1;
    response.send(`count ${session.n}`);
  });
  app.post("/json", (request, response) => void response.status(201).json({ got: request.body as unknown, ip: request.ip }));
  app.use("/files", express.static(folder));
  app.get("/throws", () => {
    throw new Error("on purpose");
  });
  app.use(
    (_error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) =>
      void response.status(500).send("caught"),
  );
  const at = await served(t, connectHandler([app as unknown as Middleware]));
  const first = await get(at, "/count");
  assert.equal(first.text, "count 1");
  const cookie = first.headers["set-cookie"]!.map((one) => one.split(";")[0]).join("; ");
  assert.equal((await get(at, "/count", { headers: { cookie } })).text, "count 2");
  const posted = await get(at, "/json", { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":1}' });
  assert.equal(`${posted.status} ${posted.text}`, '201 {"got":{"a":1},"ip":"127.0.0.1"}');
  assert.equal((await get(at, "/files/page.html")).headers["content-type"], "text/html; charset=utf-8");
  const part = await get(at, "/files/big.txt", { headers: { range: "bytes=0-4" } });
  assert.equal(`${part.status} ${part.text} ${part.headers["content-range"]}`, "206 xxxxx bytes 0-4/100000");
  const { etag = "" } = (await get(at, "/files/big.txt")).headers;
  assert.equal((await get(at, "/files/big.txt", { headers: { "if-none-match": etag } })).status, 304);
  assert.equal((await get(at, "/files/big.txt", { method: "HEAD" })).headers["content-length"], "100000");
  assert.equal((await get(at, "/throws")).text, "caught");
  assert.equal((await get(at, "/nope")).status, 404);
  assert.match(await ask(t, at, "GET /files/page.html HTTP/1.0\r\n\r\n"), /<p>page<\/p>$/);
  const two = await dial(t, at);
  two.write("GET /nope HTTP/1.1\r\nHost: a\r\n\r\nGET /files/page.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assert.match(await heard(two), /404 Not Found[^]*200 OK[^]*page<\/p>$/);
});
