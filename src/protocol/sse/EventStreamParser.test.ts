// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { textOf } from "./events.ts";
import { EventStreamParser } from "./EventStreamParser.ts";

async function parsed(pieces: readonly (string | Uint8Array)[]): Promise<string[]> {
  const { outbox } = await drive(EventStreamParser(), { inbox: pieces });
  return outbox.map(({ event, data, id }) => `${event}|${data}|${id}`);
}

/** The streams of the WHATWG's HTML 9.2.6, and what else is in its text. */
const STREAMS: readonly (readonly [stream: string, events: readonly string[]])[] = [
  ["data: YHOO\ndata: +2\ndata: 10\n\n", ["message|YHOO\n+2\n10|"]],
  [
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
    ["message|first event|1", "message|second event|", "message| third event|"],
  ],
  ["data\n\ndata\ndata\n\ndata:", ["message||", "message|\n|"]],
  ["data:test\n\ndata: test\n\n", ["message|test|", "message|test|"]],
  ["event: add\r\ndata: 73857293\r\n\r\nevent: remove\rdata: 2153\r\r", ["add|73857293|", "remove|2153|"]],
  ["\uFEFFdata: marked\n\n\uFEFFdata: not\n\n", ["message|marked|"]],
  ["event: lost\n\ndata: kind\n\n", ["message|kind|"]],
  ["id: 7\n\ndata: a\n\nid: 8\0\ndata: b\n\n", ["message|a|7", "message|b|7"]],
  ["unknown: x\nDATA: y\n data: z\ndata : w\ndata: v\n\n", ["message|v|"]],
  ["data: ä€𝄞\n\n", ["message|ä€𝄞|"]],
  ["data: never ended\n", []],
];

test("EventStreamParser() reads what the WHATWG's HTML says, whole, in halves at every byte, and byte by byte", async () => {
  for (const [stream, events] of STREAMS) {
    const bytes = Buffer.from(stream);
    assert.deepEqual(await parsed([bytes]), events, stream);
    assert.deepEqual(
      await parsed([stream]),
      events.map((event) => event),
      stream,
    );
    assert.deepEqual(await parsed([...bytes].map((byte) => Buffer.of(byte))), events, stream);
    for (let cut = 1; cut < bytes.length; cut++)
      assert.deepEqual(await parsed([bytes.subarray(0, cut), bytes.subarray(cut)]), events, `${stream} at ${cut}`);
  }
});

test("EventStreamParser() reads what EventStream writes", async () => {
  const events = [{ data: "one" }, { data: "two\nlines\n", event: "news", id: "x 1" }, { data: "", id: "" }];
  assert.deepEqual(await parsed([events.map(textOf).join("")]), ["message|one|", "news|two\nlines\n|x 1", "message||"]);
});

test("EventStreamParser() has limits", async () => {
  for (const flood of ["data: ".padEnd(200, "x"), "data: xxxxxxxxxxxx\n".repeat(20), "data\n".repeat(200)])
    await assert.rejects(drive(EventStreamParser({ maxEvent: 100 }), { inbox: [flood] }), /more than 100 characters/);
  assert.throws(() => EventStreamParser({ maxEvent: -1 }), RangeError);
});
