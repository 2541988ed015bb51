// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo } from "../testing/index.ts";
import { NoActivityTimeout } from "./NoActivityTimeout.ts";
import { client, serve, systemOf, textOf } from "./parts.ts";
import { SimpleServer } from "./SimpleServer.ts";

test("NoActivityTimeout() as a protocol loses the client that says nothing, and keeps the one that does", async (t) => {
  const system = systemOf(t);
  const at = await serve(system, SimpleServer({ port: 0, protocol: NoActivityTimeout(() => Echo<Uint8Array>(), { timeout: 100 }) }));
  const [silent, busy] = [await client(t, at), await client(t, at)];
  const beat = setInterval(() => busy.write("."), 10);
  t.after(() => clearInterval(beat));
  assert.equal(await textOf(silent), "");
  assert.equal(busy.readyState, "open");
  clearInterval(beat);
  assert.match(await textOf(busy), /^\.{5,}$/);
});
