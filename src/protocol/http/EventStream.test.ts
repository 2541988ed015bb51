// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { EventStream } from "./EventStream.ts";

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
