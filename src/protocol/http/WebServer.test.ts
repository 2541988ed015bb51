// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { Echo } from "../../testing/index.ts";
import { PureTransformer, Ticker } from "../../util/index.ts";
import type { Answered } from "./handlers.ts";
import { ServerSentEvents, WebSocketHandler, type WebSocketMessage } from "./index.ts";
import { ask, dial, heard, listening, raw, systemOf, until } from "./parts.ts";
import { routes } from "./routing.ts";
import { WebServer } from "./WebServer.ts";

const get = (path: string): Buffer => raw(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);

test("WebServer() finishes what runs and refuses what is new when it is told that nothing follows", async (t) => {
  const system = systemOf(t);
  let answer!: (text: string) => void;
  const server = WebServer({
    port: 0,
    host: "127.0.0.1",
    handler: ({ parsed }) => (parsed["raw-uri"] === "/" ? "quick" : new Promise<string>((resolve) => (answer = resolve))),
  });
  const at = await listening(system, server);
  const [idle, busy] = [await dial(t, at), await dial(t, at)];
  idle.write(get("/"));
  await until(idle, /quick$/);
  busy.write(get("/slow"));
  while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
  const [idleEnds, busyEnds] = [heard(idle), heard(busy)];
  server.stop(producerFinished());
  assert.equal(await idleEnds, "");
  const late = await dial(t, at).then(
    () => "taken",
    () => "refused",
  );
  answer("slow");
  assert.match(await busyEnds, /Connection: close\r\n.*slow$/s);
  assert.equal(late, "refused");
  await server.ended;
});

test("WebServer() closes everything at once when it is told to stop", async (t) => {
  const server = WebServer({ port: 0, host: "127.0.0.1", handler: () => new Promise<string>(() => {}) });
  const at = await listening(systemOf(t), server);
  const socket = await dial(t, at);
  socket.write(get("/"));
  const ends = heard(socket);
  await new Promise((resolve) => setTimeout(resolve, 20));
  server.stop();
  assert.equal(await ends, "");
  await server.ended;
});

test("WebServer() sends a log of what it has answered", async (t) => {
  const system = systemOf(t);
  const server = WebServer({ port: 0, host: "127.0.0.1", handler: () => "Hello" });
  const log: Answered[] = [];
  const keeper: Component<{ inbox: Answered }, {}> = component(get, {
    inboxes: { inbox: "what was answered" },
    *main({ inbox }) {
      while (yield inbox) log.push(inbox.recv());
    },
  });
  keeper.link(server.outboxes.log, keeper.inboxes.inbox);
  system.activate(keeper);
  const at = await listening(system, server);
  await ask(t, at, Buffer.concat([get("/a"), raw("GET /b HTTP/1.0\r\n\r\n")]));
  while (log.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    log.map(({ peer, uri, status, bytes }) => [peer, uri, status, bytes]),
    [
      ["127.0.0.1", "/a", 200, 5],
      ["127.0.0.1", "/b", 200, 5],
    ],
  );
});

test("WebServer() closes WebSockets with 1001 and ends streams of events when it is told that nothing follows", async (t) => {
  const handler = routes({
    "GET /socket": WebSocketHandler(() => Echo<WebSocketMessage>()),
    "GET /events": ServerSentEvents(() =>
      Pipeline(
        Ticker({ every: 5 }),
        PureTransformer(() => "tick"),
      ),
    ),
  });
  const server = WebServer({ port: 0, host: "127.0.0.1", handler });
  const at = await listening(systemOf(t), server);
  const socket = new WebSocket(`ws://127.0.0.1:${at.port}/socket`);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
  const events = await dial(t, at);
  events.write(get("/events"));
  await until(events, "tick");
  const ended = heard(events);
  server.stop(producerFinished());
  assert.equal((await closed).code, 1001);
  assert.match(await ended, /0\r\n\r\n$/);
  await server.ended;
});
