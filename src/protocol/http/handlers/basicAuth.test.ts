// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { program, without } from "../parts.ts";
import { basicAuth } from "./basicAuth.ts";
import { get, served } from "./parts.ts";

const coded = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

test("basicAuth() lets in who is known, and nobody else", async (t) => {
  const at = await served(
    t,
    basicAuth((_, user) => `Hello, ${user}`, { users: { alice: "wonderland", josé: "ñ:x" }, realm: 'The "inner" ring' }),
  );
  const as = async (authorization: string): Promise<string> => {
    const { status, text } = await get(at, "/", { headers: { authorization } });
    return status === 200 ? text : String(status);
  };
  assert.equal(await as(coded("alice:wonderland")), "Hello, alice");
  assert.equal(await as(coded("josé:ñ:x")), "Hello, josé");
  for (const wrong of ["alice:", "alice", ":", "alice:wonderlan", "alice:wonderlandx", "bob:wonderland", "__proto__:x", "constructor:x"])
    assert.equal(await as(coded(wrong)), "401", wrong);
  for (const wrong of ["", "Basic", "Basic !", "Bearer x", coded("alice:wonderland").toUpperCase()])
    assert.equal(await as(wrong), "401", wrong);
  const { headers } = await get(at, "/");
  assert.equal(headers["www-authenticate"], 'Basic realm="The _inner_ ring", charset="UTF-8"');
});

test("basicAuth() asks a function, which may take its time", async (t) => {
  const at = await served(
    t,
    basicAuth((_, user) => user, { users: async (user, password) => user === password }),
  );
  assert.equal((await get(at, "/", { headers: { authorization: coded("a:a") } })).text, "a");
  assert.equal((await get(at, "/", { headers: { authorization: coded("a:b") } })).status, 401);
});

test("basicAuth() lets curl in", { skip: without("curl") }, async (t) => {
  const { port } = await served(
    t,
    basicAuth(() => "in", { users: { a: "b" } }),
  );
  assert.equal((await program(["curl", "-s", "-u", "a:b", `http://127.0.0.1:${port}/`])).output, "in");
});

test("basicAuth() refuses names that nobody could send", () => {
  assert.throws(() => basicAuth(() => "", { users: { "a:b": "c" } }), TypeError);
});
