// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, Feed } from "../../testing/index.ts";
import { EventStream, ServerSentEvents } from "./EventStream.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { raw } from "./parts.ts";

test("EventStream() writes events as pages read them", async () => {
  const { outbox } = await drive(EventStream(), {
    inbox: ["one", { data: "two\nlines\r\nthree\r", event: "news", id: "7", retry: 1000 }, ""],
  });
  const text = outbox.map(({ data }) => data ?? "").join("");
  assert.equal(text, "data: one\n\nevent: news\nid: 7\nretry: 1000\ndata: two\ndata: lines\ndata: three\ndata: \n\ndata: \n\n");
});

test("EventStream() refuses a kind that is several lines", async () => {
  await assert.rejects(drive(EventStream(), { inbox: [{ data: "x", event: "a\ndata: y" }] }), /it is one line/);
});

test("ServerSentEvents() sends each page its own events", async () => {
  const server = HTTPServer(ServerSentEvents(({ parsed }) => Feed([parsed.query, "two"])));
  const { outbox } = await drive(server, { inbox: [raw("GET /?one HTTP/1.1\r\nHost: a\r\n\r\nGET /?uno HTTP/1.1\r\nHost: a\r\n\r\n")] });
  const text = Buffer.concat(outbox).toString();
  assert.match(text, /content-type: text\/event-stream; charset=utf-8\r\n/);
  assert.match(text, /data: one\n\n.*data: two\n\n.*data: uno\n\n.*data: two\n\n/s);
});
