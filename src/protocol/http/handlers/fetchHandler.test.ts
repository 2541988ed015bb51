// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import type { HTTPRequest } from "../request.ts";
import { fetchHandler } from "./fetchHandler.ts";
import { get, served } from "./parts.ts";

test("fetchHandler() serves an application of Hono", async (t) => {
  const app = new Hono<{ Bindings: { incoming: HTTPRequest } }>();
  app.get("/hello/:name", (c) => c.text(`Hello, ${c.req.param("name")} from ${c.env.incoming.parsed.peer}`));
  app.post("/json", async (c) => c.json({ got: await c.req.json<unknown>() }, 201));
  app.post("/form", async (c) => c.text(String((await c.req.parseBody())["a"])));
  app.get("/stream", () => new Response(new Blob(["a", "b"]).stream()));
  app.get("/throws", () => {
    throw new Error("on purpose");
  });
  app.onError((error, c) => c.text(`caught ${error.message}`, 500));
  const at = await served(t, fetchHandler(app));
  assert.equal((await get(at, "/hello/you")).text, "Hello, you from 127.0.0.1");
  const posted = await get(at, "/json", { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":[1]}' });
  assert.equal(`${posted.status} ${posted.text}`, '201 {"got":{"a":[1]}}');
  const form = { "content-type": "application/x-www-form-urlencoded" };
  assert.equal((await get(at, "/form", { method: "POST", headers: form, body: "a=1" })).text, "1");
  assert.equal((await get(at, "/stream")).text, "ab");
  assert.equal((await get(at, "/throws")).text, "caught on purpose");
  assert.equal((await get(at, "/nope")).status, 404);
  assert.equal((await get(at, "/hello/you", { method: "HEAD" })).status, 200);
});

test("fetchHandler() gives real requests, and what it is told to beside them", async (t) => {
  const application = { fetch: (request: Request, env?: { n: number }) => new Response(`${request instanceof Request} ${env?.n}`) };
  const at = await served(t, fetchHandler(application, { env: () => ({ n: 5 }) }));
  assert.equal((await get(at, "/")).text, "true 5");
});
