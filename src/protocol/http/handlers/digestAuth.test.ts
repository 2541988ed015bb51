// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { saidOf } from "../client/parts.ts";
import { program, without } from "../parts.ts";
import { realClock } from "../../../axon/index.ts";
import { at as when, drive } from "../../../testing/index.ts";
import { HTTPClient } from "../client/HTTPClient.ts";
import type { Answered } from "../handlers.ts";
import { digestAuth, type DigestAuthOptions } from "./digestAuth.ts";
import { get, served } from "./parts.ts";

const users = { alice: "wonder land", josé: "ñ:x" };
const site = (options: Partial<DigestAuthOptions> = {}) =>
  digestAuth(async (request, user) => `${user} ${request.method} ${await request.text()}`.trim(), {
    users,
    realm: "The inner ring",
    ...options,
  });

test("digestAuth() and HTTPClient() agree, with all algorithms, bodies, queries, and a nonce that is used again", async (t) => {
  for (const algorithms of [["SHA-256"], ["MD5"], ["MD5", "SHA-256"]] as const) {
    const log: Answered[] = [];
    const { port } = await served(t, site({ algorithms }), { log: (one) => log.push(one) });
    const at = `alice:wonder%20land@127.0.0.1:${port}`;
    const asked = [
      `http://${at}/a?b=c%20d&e="`,
      { url: `http://${at}/post`, body: "the body" },
      `http://jos%C3%A9:%C3%B1:x@127.0.0.1:${port}/`,
    ];
    const said = await saidOf(asked, { digest: true, concurrency: 1 }, { clock: realClock });
    assert.deepEqual(said, ["200 alice GET", "200 alice POST the body", Buffer.from("200 josé GET").toString("latin1")]);
    assert.deepEqual(
      log.map(({ status, user }) => `${status} ${user ?? "-"}`),
      ["401 -", "200 alice", "200 alice", "200 josé"],
    );
  }
});

test("digestAuth() refuses whoever does not know the password, and HTTPClient() does not ask for ever, nor send it", async (t) => {
  const { port } = await served(t, site());
  for (const who of ["alice:wrong@", "bob:wonder%20land@", "__proto__:x@", ""]) {
    const [said = ""] = await saidOf([`http://${who}127.0.0.1:${port}/`], { digest: true }, { clock: realClock });
    assert.match(said, /^401 /, who);
  }
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const url = `http://a:b@127.0.0.1:${(server.address() as AddressInfo).port}/`;
  assert.deepEqual([await saidOf([url], { digest: true }, { clock: realClock }), seen], [["401"], [undefined]]);
});

/** A proof that was overheard. */
async function overheard(port: number, path = "/"): Promise<string> {
  const { errors } = await program(["curl", "-s", "-v", "--digest", "-u", "alice:wonder land", `http://127.0.0.1:${port}${path}`]);
  return /^> Authorization: (Digest .*)\r$/m.exec(errors)?.[1] ?? "";
}

test("digestAuth() lets curl in, and a proof that was overheard lets nobody in", { skip: without("curl") }, async (t) => {
  const at = await served(t, site());
  const curl = ["curl", "-s", "--digest", "-u", "alice:wonder land"];
  assert.equal((await program([...curl, `http://127.0.0.1:${at.port}/a?b=c`])).output, "alice GET");
  assert.equal((await program([...curl, "-d", "body", `http://127.0.0.1:${at.port}/`])).output, "alice POST body");
  const authorization = await overheard(at.port);
  assert.match(authorization, /^Digest username="alice", .*algorithm=SHA-256/);
  const again = await get(at, "/", { headers: { authorization } });
  assert.equal(again.status, 401);
  assert.match(String(again.headers["www-authenticate"]), /stale=true/);
  for (const wrong of [authorization.replace(/nc=\d+/, "nc=00000002"), authorization.replace("/", "/other"), "Digest", "Digest username"]) {
    const { status, headers } = await get(at, "/", { headers: { authorization: wrong } });
    assert.equal(status, 401);
    assert.doesNotMatch(String(headers["www-authenticate"]), /stale/);
  }
});

test("digestAuth() asks again when what it asked with is too old, which people do not notice", async (t) => {
  const log: Answered[] = [];
  const { port } = await served(t, site({ nonceLifetime: 20 }), { log: (one) => log.push(one) });
  const url = `http://alice:wonder%20land@127.0.0.1:${port}/`;
  const { outbox } = await drive(HTTPClient({ digest: true }), { inbox: when({ 0: url, 150: url }) }, { clock: realClock });
  assert.deepEqual(
    outbox.map(({ status }) => status),
    [200, 200],
  );
  assert.deepEqual(
    log.map(({ status }) => status),
    [401, 200, 401, 200],
  );
  assert.throws(() => site({ nonceLifetime: -1 }), RangeError);
  assert.throws(() => site({ algorithms: [] }), RangeError);
});

test("digestAuth() asks a function, which may take its time", async (t) => {
  const { port } = await served(
    t,
    digestAuth((_, user) => user, { users: async (user) => (user === "a" ? "b" : undefined) }),
  );
  assert.deepEqual(await saidOf([`http://a:b@127.0.0.1:${port}/`], { digest: true }, { clock: realClock }), ["200 a"]);
  assert.match((await saidOf([`http://x:b@127.0.0.1:${port}/`], { digest: true }, { clock: realClock }))[0]!, /^401 /);
});
