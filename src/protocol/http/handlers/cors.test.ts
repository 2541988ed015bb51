// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { cors, type CORSOptions } from "./cors.ts";
import { get, type Got, served } from "./parts.ts";

async function asked(t: Parameters<typeof served>[0], options: CORSOptions, origin: string, method = "GET"): Promise<Got> {
  const at = await served(
    t,
    cors(() => ({ data: "data", headers: { Vary: "Accept" } }), options),
  );
  const headers = {
    origin,
    ...(method === "OPTIONS" ? { "access-control-request-method": "PUT", "access-control-request-headers": "x-a" } : {}),
  };
  return get(at, "/", { method, headers });
}

test("cors() lets everybody in by default, without credentials", async (t) => {
  const { headers, text } = await asked(t, { exposed: ["X-Total"] }, "http://a");
  assert.deepEqual(
    [headers["access-control-allow-origin"], headers["access-control-expose-headers"], headers.vary, text],
    ["*", "X-Total", "Accept", "data"],
  );
  assert.throws(() => cors(() => "", { credentials: true }), TypeError);
});

test("cors() answers what browsers ask first", async (t) => {
  const { status, headers, text } = await asked(t, { origins: ["http://a"], credentials: true }, "http://a", "OPTIONS");
  assert.equal(`${status}${text}`, "204");
  assert.equal(headers["access-control-allow-origin"], "http://a");
  assert.equal(headers["access-control-allow-credentials"], "true");
  assert.match(headers["access-control-allow-methods"]!, /PUT/);
  assert.equal(headers["access-control-allow-headers"], "x-a");
  assert.equal(headers["access-control-max-age"], "600");
  assert.match(headers.vary!, /Origin/);
});

test("cors() says nothing to others", async (t) => {
  const other = await asked(t, { origins: ["http://a"] }, "http://b");
  assert.deepEqual([other.status, other.headers["access-control-allow-origin"], other.headers.vary], [200, undefined, "Accept, Origin"]);
  assert.equal((await asked(t, { origins: (origin) => origin === "http://a" }, "http://b", "OPTIONS")).status, 403);
});

test("cors() takes origins as people write them, and refuses what no browser sends", async (t) => {
  for (const [written, sent] of [
    ["https://example.org/", "https://example.org"],
    ["HTTPS://Example.ORG:443", "https://example.org"],
    ["http://a:8080", "http://a:8080"],
    ["chrome-extension://abcdef", "chrome-extension://abcdef"],
    ["null", "null"],
  ] as const)
    assert.equal((await asked(t, { origins: [written] }, sent)).headers["access-control-allow-origin"], sent, written);
  for (const origin of ["example.org", "https://example.org/app", "https://a?b", "https://u@a", "https://*.example.org/x", "*", ""])
    assert.throws(() => cors(() => "", { origins: [origin] }), TypeError, origin);
  for (const options of [{ methods: ["GET\r\nX: y"] }, { headers: ["a b"] }, { exposed: ["a:"] }, { methods: [""] }])
    assert.throws(() => cors(() => "", options), TypeError);
  for (const maxAge of [-1, NaN]) assert.throws(() => cors(() => "", { maxAge }), RangeError);
});
