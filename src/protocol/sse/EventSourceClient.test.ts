// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { test, type TestContext } from "node:test";
import { handle, type Handle, type Shutdown } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { Backplane, backplaneName, PublishTo, SubscribeTo } from "../../util/index.ts";
import { plain as plainServer } from "../http/client/parts.ts";
import { HTTPProtocol, ServerSentEvents } from "../http/index.ts";
import { serving, systemOf } from "../http/parts.ts";
import type { EventSourceClientOptions, EventSourceClientOutboxes } from "./clientOptions.ts";
import { EventsAfter } from "./EventsAfter.ts";
import { EventSourceClient } from "./EventSourceClient.ts";
import type { ServerSentEvent } from "./events.ts";
import { NumberEvents } from "./NumberEvents.ts";

function listen(
  t: TestContext,
  options: EventSourceClientOptions,
  system = systemOf(t),
): Handle<{ control: Shutdown }, EventSourceClientOutboxes> {
  return handle(EventSourceClient(options), { system, outboxes: ["outbox", "closed", "signal"] });
}

/** A server of Node.js. */
const plain = async (t: TestContext, listener: RequestListener): Promise<string> => `${(await plainServer(t, listener)).at}/`;

const SOON = { backoff: { first: 1 } };

test("EventSourceClient() comes again, and says what it has had last", async (t) => {
  const asked: unknown[] = [];
  const url = await plain(t, ({ headers }, response) => {
    asked.push(headers["last-event-id"]);
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (asked.length === 1) response.write("retry: 1\nid: 7\ndata: one\n\ndata: two\n\ndata: half", () => response.destroy());
    else if (asked.length === 2) response.end("event: news\ndata: three\n\n");
    else response.write("data: four\n\n");
  });
  const client = listen(t, { url, backoff: { first: 60_000 } });
  const events = [await client.get(), await client.get(), await client.get(), await client.get()];
  assert.deepEqual(
    events.map((one) => `${one?.event} ${one?.data} ${one?.id}`),
    ["message one 7", "message two 7", "news three 7", "message four 7"],
  );
  assert.deepEqual(asked, [undefined, "7", "7"]);
  client.stop();
  await client.ended;
});

test("EventSourceClient() gives up where there is no use in coming again, and otherwise does not", async (t) => {
  for (const [status, type, why] of [
    [204, undefined, /204/],
    [404, undefined, /404/],
    [200, "text/html", /sends no events, but text\/html/],
  ] as const) {
    const url = await plain(t, (_, response) => response.writeHead(status, type === undefined ? {} : { "content-type": type }).end());
    const client = listen(t, { url, ...SOON });
    assert.match((await client.get("closed"))!.reason, why);
    assert.equal((await client.get("signal"))?.type, status === 204 ? "producerFinished" : "shutdownMicroprocess");
    await client.ended;
  }
  let visits = 0;
  const url = await plain(t, (_, response) => {
    if (++visits < 3) response.writeHead(503).end();
    else response.writeHead(200, { "content-type": "text/event-stream" }).write("data: at last\n\n");
  });
  const client = listen(t, { url, ...SOON });
  assert.equal((await client.get())?.data, "at last");
  client.stop();
  const few = listen(t, { url: "http://127.0.0.1:1/", attempts: 2, ...SOON });
  for (let i = 0; i < 3; i++) assert.match((await few.get("closed"))!.reason, /refused/i);
  assert.equal((await few.get("signal"))?.type, "shutdownMicroprocess");
});

test("EventSourceClient() gets from our server what it has missed", async (t) => {
  const system = systemOf(t);
  const name = backplaneName<ServerSentEvent>("events");
  system.activate(Backplane(name, { replay: 10 }));
  const { port } = await serving(t, HTTPProtocol(ServerSentEvents((_, last) => Pipeline(SubscribeTo(name), EventsAfter(last)))), system);
  const numbers = handle(Pipeline(NumberEvents(), PublishTo(name)), { system });
  for (const text of ["a", "b", "c"]) await numbers.put(text);
  const client = listen(t, { url: `http://127.0.0.1:${port}/`, lastEventId: "1" }, system);
  assert.deepEqual([(await client.get())?.data, (await client.get())?.data], ["b", "c"]);
  await numbers.put("d");
  assert.deepEqual(await client.get(), { event: "message", data: "d", id: "4" });
  client.stop();
  await client.ended;
});

test("EventSourceClient() does not read what is too long, and who says nothing", async (t) => {
  const url = await plain(t, ({ url: path }, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(path === "/long" ? `data: ${"x".repeat(1000)}` : "data: hello\n\n");
  });
  const long = listen(t, { url: `${url}long`, maxEvent: 100, attempts: 0 });
  assert.match((await long.get("closed"))!.reason, /more than 100 characters/);
  const silent = listen(t, { url, timeout: 20, attempts: 0 });
  assert.match((await silent.get("closed"))!.reason, /20 ms/);
});

test("EventSourceClient() checks what it is told", () => {
  assert.throws(() => EventSourceClient({ url: "ws://a" }), TypeError);
  assert.throws(() => EventSourceClient({ url: "http://a", timeout: -1 }), RangeError);
  assert.throws(() => EventSourceClient({ url: "http://a", headers: { "a b": "c" } }), TypeError);
  assert.throws(() => EventSourceClient({ url: "http://a", jitter: 2 }), RangeError);
});
