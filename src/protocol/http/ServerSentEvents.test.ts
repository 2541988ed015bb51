// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished, sleep, type System } from "../../axon/index.ts";
import { drive, Fails, Feed } from "../../testing/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { listening, program, raw, dial, heard, systemOf, until, without } from "./parts.ts";
import { ServerSentEvents } from "./ServerSentEvents.ts";
import { WebServer } from "./WebServer.ts";

const get = (path: string, more = ""): Buffer => raw(`GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`);

/** Sends an event after so many milliseconds, and another after as many again. */
function Slow(milliseconds: number): Component<{}, { outbox: string }> {
  return component(Slow, {
    outboxes: { outbox: "events" },
    *main(_, { outbox }) {
      for (const event of ["one", "two"]) {
        if (!(yield sleep(milliseconds))) return;
        outbox.send(event);
      }
    },
  });
}

test("ServerSentEvents() sends each page its own events", async () => {
  const server = HTTPServer(ServerSentEvents(({ parsed }) => Feed([parsed.query, "two"])));
  const { outbox } = await drive(server, { inbox: [raw(`${get("/?one").toString()}${get("/?uno").toString()}`)] });
  const text = Buffer.concat(outbox).toString();
  assert.match(text, /content-type: text\/event-stream; charset=utf-8\r\n/);
  assert.match(text, /data: one\n\n.*data: two\n\n.*data: uno\n\n.*data: two\n\n/s);
});

test("ServerSentEvents() says now and then that it is still there, and when to come again", async () => {
  const handler = ServerSentEvents(() => Slow(40_000), { heartbeat: 15_000, retry: 1234 });
  const server = HTTPServer(handler, { timeouts: { leaving: Infinity } });
  const { outbox } = await drive(server, { inbox: [get("/")] });
  const beats = Buffer.concat(outbox)
    .toString()
    .replace(/^.*?\r\n\r\n/s, "")
    .replaceAll(/\r\n[\da-f]+\r\n|^[\da-f]+\r\n/g, "|");
  assert.equal(beats.replaceAll(/\s+/g, "").replace(/\|?0?$/, ""), "|retry:1234|:|:|data:one|:|:|data:two");
});

test("ServerSentEvents() tells its source which event the page has had last", async () => {
  const server = HTTPServer(ServerSentEvents((_, last) => Feed([`after ${last}`])));
  const { outbox } = await drive(server, { inbox: [get("/"), get("/", "Last-Event-ID: 41\r\n")] });
  assert.match(Buffer.concat(outbox).toString(), /data: after undefined\n.*data: after 41\n/s);
});

test("ServerSentEvents() breaks the response off when its source fails", async () => {
  const failures: unknown[] = [];
  const source = Pipeline(
    Feed(["a", "b"]),
    Fails<string>((event) => event === "b"),
  );
  const server = HTTPServer(
    ServerSentEvents(() => source),
    { failed: (error) => failures.push(error) },
  );
  const { outbox } = await drive(server, { inbox: [get("/")] });
  assert(!Buffer.concat(outbox).toString().endsWith("0\r\n\r\n"));
  assert.equal(failures.length, 1);
});

test("ServerSentEvents() ends its streams when the server is going to stop, and its source when a page leaves", async (t) => {
  const system = systemOf(t);
  const told: (string | undefined)[] = [];
  function Endless(): Component<{}, { outbox: string }> {
    return component(Endless, {
      outboxes: { outbox: "events" },
      *main(_, { outbox }, self) {
        outbox.send("hello");
        yield sleep(Infinity);
        told.push(self.shutdown?.type);
      },
    });
  }
  const server = WebServer({ port: 0, host: "127.0.0.1", handler: ServerSentEvents(Endless) });
  const at = await listening(system, server);
  const leaver = await dial(t, at);
  leaver.write(get("/"));
  await until(leaver, "data: hello");
  leaver.resetAndDestroy();
  const stayer = await dial(t, at);
  stayer.write(get("/"));
  await until(stayer, "data: hello");
  const rest = heard(stayer);
  server.stop(producerFinished());
  assert.match(await rest, /^0\r\n\r\n$|^$/);
  await server.ended;
  assert.deepEqual(told.toSorted(), ["producerFinished", "shutdownMicroprocess"]);
});

test("ServerSentEvents() streams to curl", { skip: without("curl") }, async (t) => {
  const system: System = systemOf(t);
  const server = WebServer({ port: 0, host: "127.0.0.1", handler: ServerSentEvents(() => Feed(["one", { data: "two", id: "2" }])) });
  const { port } = await listening(system, server);
  const { output } = await program(["curl", "-sN", `http://127.0.0.1:${port}/`]);
  assert.equal(output, "data: one\n\nid: 2\ndata: two\n\n");
});

test("ServerSentEvents() checks what it is told", () => {
  assert.throws(() => ServerSentEvents(() => Feed([""]), { heartbeat: -1 }), RangeError);
  assert.throws(() => ServerSentEvents(() => Feed([""]), { retry: Number.NaN }), RangeError);
});
