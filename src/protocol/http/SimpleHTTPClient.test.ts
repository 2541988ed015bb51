// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at as times, drive } from "../../testing/index.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { plain } from "./client/parts.ts";
import { serving } from "./parts.ts";
import { SimpleHTTPClient } from "./SimpleHTTPClient.ts";

const texts = (bodies: readonly Uint8Array[]): string[] => bodies.map((body) => Buffer.from(body).toString());

test("SimpleHTTPClient() gets one body after the other, in order, through one connection", async (t) => {
  const { at, connections } = await plain(t, (request, response) => void response.end(`${request.method} ${request.url}`));
  const { outbox, failures } = await drive(SimpleHTTPClient(), { inbox: [`${at}/1`, { url: `${at}/2`, postbody: "x" }, `${at}/3`] });
  assert.deepEqual([texts(outbox), failures.length, connections()], [["GET /1", "POST /2", "GET /3"], 0, 1]);
});

test("SimpleHTTPClient() says what could not be had, and goes on (the original gave an empty body)", async (t) => {
  const { at } = await plain(t, (request, response) => {
    if (request.url === "/404") response.writeHead(404).end("nope");
    else if (request.url === "/breaks") response.writeHead(200, { "content-length": 10 }).write("abc", () => response.destroy());
    else response.end("fine");
  });
  const { outbox, failures } = await drive(SimpleHTTPClient(), {
    inbox: [`${at}/404`, "gopher://x", `${at}/breaks`, "http://127.0.0.1:1/", `${at}/`],
  });
  assert.deepEqual(texts(outbox), ["fine"]);
  assert.equal(failures.length, 4);
  for (const [i, wanted] of [/404 Not Found/, /no URL of http/, /breaks off|reset|closed/, /Cannot connect/].entries())
    assert.match(failures[i]!.error.message, wanted);
});

test("SimpleHTTPClient() asks again when a server has closed the connection it had kept", async (t) => {
  const { at, connections } = await plain(t, (request, response) => {
    response.end(request.url, () => setTimeout(() => request.socket.destroy(), 5));
  });
  const client = SimpleHTTPClient();
  const { outbox, failures } = await drive(client, { inbox: times({ 0: `${at}/1`, 1000: `${at}/2`, 2000: `${at}/3` }) });
  assert.deepEqual([texts(outbox), failures], [["/1", "/2", "/3"], []]);
  assert.equal(connections() >= 1, true);
});

test("SimpleHTTPClient() talks to our own server", async (t) => {
  const { port } = await serving(
    t,
    HTTPProtocol((request) => `${request.method} ${request.parsed.query}`),
  );
  const { outbox } = await drive(SimpleHTTPClient(), { inbox: Array.from({ length: 50 }, (_, i) => `http://127.0.0.1:${port}/?${i}`) });
  assert.deepEqual(
    texts(outbox),
    Array.from({ length: 50 }, (_, i) => `GET ${i}`),
  );
});
