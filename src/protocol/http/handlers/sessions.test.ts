// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../../../axon/index.ts";
import { get, type Got, served } from "./parts.ts";
import { SessionExample } from "./SessionExample.ts";
import { SessionHandler, sessions } from "./sessions.ts";

/** Somebody with a jar for one cookie. */
function visitor(at: Endpoint): (path?: string) => Promise<Got> {
  let cookie = "";
  return async (path = "/") => {
    const got = await get(at, path, { headers: { cookie } });
    const [said] = got.headers["set-cookie"] ?? [];
    if (said !== undefined) [cookie = ""] = said.split(";");
    return got;
  };
}

const counting = sessions(({ parsed }, session) => {
  if (parsed["raw-uri"] === "/renew") session.renew();
  else if (parsed["raw-uri"] === "/end") {
    session.end();
    return "bye";
  } else if (parsed["raw-uri"] === "/nothing") return "nothing";
  const n = Number(session.data.get("n") ?? 0) + 1;
  session.data.set("n", n);
  return String(n);
});

test("sessions() remembers each visitor, by a cookie that scripts cannot read", async (t) => {
  const at = await served(t, counting);
  const [one, other] = [visitor(at), visitor(at)];
  const first = await one();
  assert.match(first.headers["set-cookie"]![0]!, /^session=[\w-]{24}; Path=\/; HttpOnly; SameSite=Lax$/);
  assert.equal(first.headers["cache-control"], "no-store");
  assert.deepEqual([(await one()).text, (await other()).text, (await one()).text], ["2", "1", "3"]);
  assert.equal((await one()).headers["set-cookie"], undefined);
});

test("sessions() sets no cookie before there is something to remember, and takes none that it did not give", async (t) => {
  const at = await served(t, counting);
  assert.equal((await get(at, "/nothing")).headers["set-cookie"], undefined);
  const { headers, text } = await get(at, "/", { headers: { cookie: "session=mine" } });
  assert.equal(text, "1");
  assert.doesNotMatch(headers["set-cookie"]![0]!, /mine/);
});

test("sessions() gives a session another name, and forgets one", async (t) => {
  const at = await served(t, counting);
  const one = visitor(at);
  const old = (await one()).headers["set-cookie"]![0]!.split(";")[0]!;
  assert.equal((await one("/renew")).text, "2");
  assert.equal((await get(at, "/", { headers: { cookie: old } })).text, "1");
  assert.equal((await one()).text, "3");
  const ended = await one("/end");
  assert.match(ended.headers["set-cookie"]![0]!, /^session=; .*Max-Age=0/);
  assert.equal((await one()).text, "1");
});

test("sessions() keeps no more than it may, the newest ones, and none that was idle for too long", async (t) => {
  const few = await served(
    t,
    sessions((_, { data }) => String(data.set("n", Number(data.get("n") ?? 0) + 1).get("n")), { max: 2 }),
  );
  const [a, b, c] = [visitor(few), visitor(few), visitor(few)];
  for (const visit of [a, b, c]) await visit();
  assert.deepEqual([(await c()).text, (await b()).text, (await a()).text], ["2", "2", "1"]);
  const short = await served(
    t,
    sessions((_, { data }) => String(data.set("n", Number(data.get("n") ?? 0) + 1).get("n")), { idle: 0 }),
  );
  const d = visitor(short);
  assert.deepEqual([(await d()).text, (await d()).text], ["1", "1"]);
  assert.throws(() => sessions(() => "", { idle: -1 }), RangeError);
  assert.throws(() => sessions(() => "", { cookie: "a b" }), TypeError);
});

test("SessionHandler() has a component for each session, as the original had", async (t) => {
  const at = await served(
    t,
    SessionHandler(() => SessionExample()),
  );
  const [one, other] = [visitor(at), visitor(at)];
  const pages = [await one(), await one(), await other(), await one()].map(({ text }) => text.replaceAll(/<[^>]*>/g, ""));
  assert.deepEqual(pages, ["1", "2", "1", "3"]);
});
