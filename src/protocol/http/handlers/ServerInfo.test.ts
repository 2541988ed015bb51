// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { dial, until } from "../parts.ts";
import { get, served } from "./parts.ts";
import { ServerInfo } from "./ServerInfo.ts";

test("ServerInfo() shows all components as JSON", async (t) => {
  const at = await served(t, ServerInfo());
  const { headers, text } = await get(at, "/");
  assert.equal(headers["content-type"], "application/json");
  assert.match(text, /"ServerCore_\d+/);
  assert.match(text, /"HTTPServer_\d+/);
  assert.ok(typeof JSON.parse(text) === "object");
});

test("ServerInfo() tells each change to those who listen", async (t) => {
  const at = await served(t, ServerInfo());
  const socket = await dial(t, at);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
  await until(socket, "DEL ALL");
  const change = until(socket, /ADD NODE[^\n]*HTTPServer/);
  await get(at, "/");
  await change;
});
