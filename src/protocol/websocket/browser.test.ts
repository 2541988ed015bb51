// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Component, component } from "../../axon/index.ts";
import { Browser, bundle, skip } from "../../axon/browser/parts.ts";
import { Echo } from "../../testing/index.ts";
import { HTTPProtocol, routes, ServerSentEvents, WebSocketHandler, type WebSocketMessage } from "../http/index.ts";
import { serving, systemOf } from "../http/parts.ts";
import type { ServerSentEvent } from "../sse/index.ts";

test("WebSocketClient() and EventSourceClient() in a browser, and our server with both", { skip, timeout: 120_000 }, async (t) => {
  let visits = 0;
  const asked: (string | undefined)[] = [];
  const handler = routes({
    "GET /": () => "A page",
    "GET /echo": WebSocketHandler(() => Echo<WebSocketMessage>(), { subprotocols: ["chat"], compression: { threshold: 1 } }),
    "GET /flaky": WebSocketHandler(() => (++visits === 1 ? Closes() : Echo<WebSocketMessage>())),
    "GET /events": ServerSentEvents(
      (_, last) => {
        asked.push(last);
        return Some(
          last === undefined
            ? [
                { data: "one", id: "1" },
                { data: "two\nlines", event: "news", id: "2" },
              ]
            : [{ data: "three" }],
        );
      },
      { retry: 10 },
    ),
  });
  const { port } = await serving(t, HTTPProtocol(handler), systemOf(t));
  const script = await bundle(fileURLToPath(new URL("browserProgram.ts", import.meta.url)));
  const browser = new Browser();
  try {
    const url = `http://127.0.0.1:${port}/`;
    assert.deepEqual(await browser.evaluate(script, "program()", url), {
      talking: {
        connected: { url: `ws://127.0.0.1:${port}/echo`, protocol: "chat", extensions: "permessage-deflate" },
        heard: ["hello", "", "ä€𝄞", [1, 2, 3], "long", "in pieces"],
        closed: { code: 1000, reason: "" },
        signal: "producerFinished",
      },
      comingAgain: { closed: { code: 4001, reason: "come again" }, heard: "again" },
      refused: "shutdownMicroprocess: true",
      events: [
        { event: "message", data: "one", id: "1" },
        { event: "news", data: "two\nlines", id: "2" },
        { event: "message", data: "three", id: "2" },
      ],
    });
    assert.deepEqual(asked.slice(0, 2), [undefined, "2"]);
  } finally {
    await browser.close();
  }
});

function Closes(): Component<{ inbox: WebSocketMessage }, { outbox: { close: number; reason: string } }> {
  return component(Closes, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "a close" },
    *main({ inbox }, { outbox }) {
      outbox.send({ close: 4001, reason: "come again" });
      yield inbox;
    },
  });
}

/** Sends some events, then ends. */
function Some(events: readonly ServerSentEvent[]): Component<{}, { outbox: ServerSentEvent }> {
  return component(Some, {
    outboxes: { outbox: "events" },
    *main(_, { outbox }) {
      for (const event of events) outbox.send(event);
    },
  });
}
