// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, VirtualClock } from "../testing/index.ts";
import { NoActivityTimeout } from "./NoActivityTimeout.ts";
import { bytesOf, client, serve, systemOf, textOf } from "./parts.ts";
import { SimpleServer } from "./SimpleServer.ts";

test("NoActivityTimeout() as a protocol loses the client that says nothing, and keeps the one that does", async (t) => {
  const clock = new VirtualClock({ auto: false });
  const system = systemOf(t, { clock });
  const at = await serve(system, SimpleServer({ port: 0, protocol: NoActivityTimeout(() => Echo<Uint8Array>(), { timeout: 100 }) }));
  const { live } = system;
  const [silent, busy] = [await client(t, at), await client(t, at)];
  while (system.live < live + 6) await new Promise(setImmediate); // three for each
  for (let beats = 0; beats < 30; beats++) {
    busy.write(".");
    assert.equal(String(await bytesOf(busy, 1)), ".");
    clock.advance(10);
  }
  assert.equal(await textOf(silent), "");
  assert.equal(busy.readyState, "open");
  let over = false;
  const rest = textOf(busy).finally(() => (over = true));
  for (; !over; await new Promise(setImmediate)) clock.advance(10);
  assert.equal(await rest, "");
});
