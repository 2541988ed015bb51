// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { after, test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { certificates } from "../../../internet/node/parts.ts";
import { drive } from "../../../testing/index.ts";
import { listening, systemOf, without } from "../parts.ts";
import { WebServer } from "../WebServer.ts";
import { HTTPClient } from "./HTTPClient.ts";
import { bodyOf, saidOf } from "./parts.ts";
import { textOf } from "./response.ts";

const skip = without("openssl");
const papers = skip === false ? certificates(after) : (undefined as never);

type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** A server of Node.js that speaks both; and how many connections it has had. */
async function both(
  t: TestContext,
  listener: Listener,
  old = false,
): Promise<{ at: string; server: Http2SecureServer | Server; connections: () => number }> {
  const { cert, key } = papers.server;
  const made = old ? createServer({ cert, key }, listener as never) : createSecureServer({ cert, key, allowHTTP1: true }, listener);
  const server = made.listen(0, "127.0.0.1");
  let count = 0;
  const sockets = new Set<{ destroy(): void }>();
  server.on("secureConnection", (socket: { destroy(): void }) => (count++, sockets.add(socket)));
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { at: `https://localhost:${(server.address() as AddressInfo).port}`, server, connections: () => count };
}

const tellVersion: Listener = async (request, response) => {
  const { method, url, httpVersion, headers } = request;
  if (url === "/empty") response.writeHead(204).end();
  else if (url === "/moved") response.writeHead(302, { location: "/there" }).end();
  else if (url === "/packed") response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("packed"));
  else if (url === "/large") response.end("x".repeat(500_000));
  else if (url === "/cut") response.write("abc", () => setTimeout(() => response.stream?.close(2), 5));
  else
    response
      .writeHead(200, { "set-cookie": ["a=1", "b=2"], "x-host": headers[":authority"] ?? "" })
      .end(`${httpVersion} ${method} ${await bodyOf(request as never)}`);
};

test("HTTPClient() speaks HTTP/2 if it is to, and the server does: on one connection", { skip }, async (t) => {
  const { at, connections } = await both(t, tellVersion);
  const options = { tls: { ca: papers.ca }, http2: true, connections: 20, concurrency: 20, retries: 0 } as const;
  const asked = [
    `${at}/`,
    { url: `${at}/`, method: "PUT", body: "whole" },
    { url: `${at}/`, method: "PUT", body: ["in ", "pieces"] },
    { url: `${at}/`, method: "PUT", body: "asked first", expectContinue: true },
    { url: `${at}/`, method: "HEAD" },
    `${at}/empty`,
    `${at}/moved`,
    `${at}/packed`,
    `${at}/large`,
    ...Array<string>(30).fill(`${at}/`),
  ];
  const { outbox, failures } = await drive(HTTPClient({ ...options, ordered: true }), { inbox: asked });
  const said = outbox.map((response) => `${response.status} ${textOf(response)}`.trim());
  assert.deepEqual(failures, []);
  assert.deepEqual(said.slice(0, 8), [
    "200 2.0 GET",
    "200 2.0 PUT whole",
    "200 2.0 PUT in pieces",
    "200 2.0 PUT asked first",
    "200",
    "204",
    "200 2.0 GET",
    "200 packed",
  ]);
  assert.deepEqual([said[8]?.length, new Set(said.slice(9)), connections()], [500_004, new Set(["200 2.0 GET"]), 1]);
  assert.deepEqual(
    outbox[0]!.fields.filter(([name]) => name === "set-cookie").map(([, value]) => value),
    ["a=1", "b=2"],
  );
  const [cut = ""] = await saidOf([`${at}/cut`], options);
  assert.match(cut, /^body: Cannot get /);
});

test("HTTPClient() speaks HTTP/1.1 with a server that knows no other", { skip }, async (t) => {
  const { at, connections } = await both(t, tellVersion, true);
  const said = await saidOf(Array<string>(12).fill(`${at}/`), { tls: { ca: papers.ca }, http2: true, connections: 3 });
  assert.deepEqual([said.length, new Set(said)], [12, new Set(["200 1.1 GET"])]);
  assert.ok(connections() <= 3);
});

test("HTTPClient() speaks HTTP/2 with our own server, and says what is wrong with a certificate", { skip }, async (t) => {
  const { port } = await listening(
    systemOf(t),
    WebServer({ port: 0, tls: papers.server, handler: async (request) => `${request.method} ${await request.text()}` }),
  );
  const url = `https://localhost:${port}/`;
  const options = { tls: { ca: papers.ca }, http2: true };
  assert.deepEqual(await saidOf([url, { url, body: "x".repeat(100_000) }, url], { ...options, ordered: true }), [
    "200 GET",
    `200 POST ${"x".repeat(100_000)}`,
    "200 GET",
  ]);
  assert.match((await saidOf([url], { http2: true }))[0]!, /^connect: .*Cannot speak TLS with/);
});

test("HTTPClient() goes on when a server of HTTP/2 says that it goes away", { skip }, async (t) => {
  const { at, server, connections } = await both(t, (request, response) => {
    response.end("x");
    if (request.url === "/last") setTimeout(() => request.stream.session?.close(), 1);
  });
  const said = await saidOf([`${at}/`, `${at}/last`, `${at}/`, `${at}/`], { tls: { ca: papers.ca }, http2: true, concurrency: 1 });
  assert.deepEqual(said, ["200 x", "200 x", "200 x", "200 x"]);
  assert.ok(connections() >= 1 && server.listening);
});
