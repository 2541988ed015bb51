// SPDX-License-Identifier: Apache-2.0
// What the browser's test runs: clients of WebSockets and of events, over the browser's own.
import { handle } from "../../axon/index.ts";
import { EventSourceClient } from "../sse/index.ts";
import { WebSocketClient } from "./index.ts";

async function talk(url: string): Promise<object> {
  const client = handle(WebSocketClient({ url, protocols: ["chat"] }), { outboxes: ["outbox", "connected", "closed", "signal"] });
  const connected = await client.get("connected");
  const heard: unknown[] = [];
  const long = "long and wide ".repeat(20_000);
  for (const message of ["hello", "", "ä€𝄞", Uint8Array.of(1, 2, 3), long, { data: "in ", more: true }, { data: "pieces", more: false }]) {
    await client.put(message);
    if (typeof message === "object" && "more" in message && message.more) continue;
    const answer = await client.get();
    heard.push(answer instanceof Uint8Array ? [...answer] : answer === long ? "long" : answer);
  }
  client.finish();
  const closed = await client.get("closed");
  const signal = await client.get("signal");
  await client.ended;
  return { connected, heard, closed, signal: signal?.type };
}

async function comeAgain(url: string): Promise<object> {
  const options = { url, reconnect: { backoff: { first: 1 }, attempts: 3 } };
  const client = handle(WebSocketClient(options), { outboxes: ["outbox", "closed"] });
  const closed = await client.get("closed");
  await client.put("again");
  const heard = await client.get();
  client.stop();
  await client.ended;
  return { closed, heard };
}

async function refused(url: string): Promise<string> {
  const client = handle(WebSocketClient({ url }), { outboxes: ["signal"] });
  const signal = await client.get("signal");
  return `${signal?.type}: ${signal?.message instanceof Error}`;
}

async function events(url: string): Promise<unknown> {
  const client = handle(EventSourceClient({ url, kinds: ["news"] }));
  const heard = [await client.get(), await client.get(), await client.get()];
  client.stop();
  await client.ended;
  return heard;
}

async function program(): Promise<object> {
  const { host } = location;
  return {
    talking: await talk(`ws://${host}/echo`),
    comingAgain: await comeAgain(`ws://${host}/flaky`),
    refused: await refused(`ws://${host}/nothing`),
    events: await events(`http://${host}/events`),
  };
}

Object.assign(globalThis, { program });
