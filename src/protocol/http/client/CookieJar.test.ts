// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../../testing/index.ts";
import { CookieJar } from "./CookieJar.ts";
import { cookieDate } from "./cookies.ts";
import { HTTPClient } from "./HTTPClient.ts";
import { plain } from "./parts.ts";

const at = "https://www.example.org/a/b";

/** What is sent to each URL after these cookies were set by the first. */
function sent(from: string, cookies: readonly string[], ...to: readonly string[]): string[] {
  const jar = new CookieJar();
  for (const cookie of cookies) jar.set(from, cookie, 0);
  return to.map((url) => jar.get(url, 1000));
}

test("CookieJar() gives cookies to whom they are for: host, domain, path, https", () => {
  assert.deepEqual(
    sent(
      at,
      ["a=1"],
      at,
      "https://www.example.org/a/c",
      "https://www.example.org/x",
      "https://example.org/a/",
      "http://www.example.org/a/",
    ),
    ["a=1", "a=1", "", "", "a=1"],
  );
  assert.deepEqual(
    sent(at, ["a=1; Domain=example.org; Path=/"], "http://example.org/", "http://x.y.example.org/", "http://badexample.org/"),
    ["a=1", "a=1", ""],
  );
  assert.deepEqual(sent(at, ["a=1; Secure; Path=/"], at, "http://www.example.org/", "https://www.example.org:8443/"), ["a=1", "", "a=1"]);
  assert.deepEqual(sent(at, ["a=1; Path=/a"], "https://www.example.org/a", "https://www.example.org/ab", "https://www.example.org/a/b/c"), [
    "a=1",
    "",
    "a=1",
  ]);
  assert.deepEqual(sent("http://127.0.0.1/", ["a=1; Path=/"], "http://127.0.0.1:99/", "http://127.0.0.2/"), ["a=1", ""]);
});

test("CookieJar() gives the longest path first, then the oldest", () => {
  const jar = new CookieJar();
  jar.set(at, "a=1; Path=/", 1);
  jar.set(at, "b=2; Path=/a", 2);
  jar.set(at, "c=3; Path=/", 3);
  jar.set(at, "a=4; Path=/", 4); // as old as the one that it replaces
  assert.equal(jar.get(at, 5), "b=2; a=4; c=3");
});

test("CookieJar() takes no cookie that a server may not set", () => {
  for (const [from, cookie] of [
    [at, "a=1; Domain=other.org"],
    [at, "a=1; Domain=deep.www.example.org"],
    [at, "a=1; Domain=org"],
    ["https://www.shop.co.uk/", "a=1; Domain=co.uk"],
    ["http://10.0.0.1/", "a=1; Domain=0.0.1"],
    ["http://www.example.org/", "a=1; Secure"],
    ["http://www.example.org/", "__Secure-a=1; Secure"],
    [at, "__Secure-a=1"],
    [at, "__Host-a=1; Secure"],
    [at, "__Host-a=1; Secure; Path=/; Domain=www.example.org"],
    [at, `a=${"x".repeat(5000)}`],
    [at, "a=\x01"],
    [at, "="],
    [at, ""],
  ] as const)
    assert.deepEqual([new CookieJar().set(from, cookie, 0), sent(from, [cookie], from)], [false, [""]], cookie);
  assert.deepEqual(sent(at, ["__Host-a=1; Secure; Path=/"], at), ["__Host-a=1"]);
  assert.equal(new CookieJar({ isPublicSuffix: (domain) => domain === "example.org" }).set(at, "a=1; Domain=example.org", 0), false);
});

test("CookieJar() lets nobody replace over http what came over https", () => {
  const jar = new CookieJar();
  jar.set(at, "a=1; Secure; Path=/", 0);
  assert.equal(jar.set("http://www.example.org/", "a=2; Path=/", 0), false);
  assert.equal(jar.get(at, 0), "a=1");
});

test("CookieJar() forgets cookies when their time is over, or when they are too many", () => {
  const jar = new CookieJar({ perDomain: 3, limit: 4 });
  jar.set(at, "a=1; Max-Age=10; Expires=Wed, 21 Oct 2099 07:28:00 GMT", 0);
  assert.deepEqual([jar.get(at, 9999), jar.get(at, 10_000), jar.size], ["a=1", "", 0]);
  jar.set(at, "a=1; Expires=Thu, 01 Jan 1970 00:00:20 GMT", 0);
  assert.deepEqual([jar.get(at, 19_000), jar.get(at, 20_000)], ["a=1", ""]);
  jar.set(at, "a=1", 0);
  jar.set(at, "a=; Max-Age=0", 0);
  assert.equal(jar.size, 0);
  for (let i = 0; i < 5; i++) jar.set(at, `c${i}=1`, i);
  assert.equal(jar.get(at, 10), "c2=1; c3=1; c4=1");
  for (let i = 0; i < 5; i++) jar.set(`https://h${i}.org/`, "x=1", 10 + i);
  assert.equal(jar.size, 4);
});

test("CookieJar() can be kept elsewhere", () => {
  const jar = new CookieJar();
  jar.set(at, "a=1; HttpOnly; Max-Age=60", 0);
  const again = new CookieJar({ cookies: JSON.parse(JSON.stringify(jar)) as ReturnType<CookieJar["toJSON"]> });
  assert.deepEqual([again.get(at, 0), again.get(at, 60_000)], ["a=1", ""]);
  again.clear();
  assert.equal(again.size, 0);
});

test("dates of cookies are read as all servers write them", () => {
  const wanted = Date.UTC(2015, 9, 21, 7, 28, 0);
  for (const text of [
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Wednesday, 21-Oct-15 07:28:00 GMT",
    "Wed Oct 21 07:28:00 2015",
    "21 october 2015 7:28:0",
  ])
    assert.equal(cookieDate(text), wanted, text);
  for (const text of ["", "yesterday", "31 Feb 2015 00:00:00", "21 Oct 2015", "21 Oct 1500 07:28:00", "21 Oct 2015 25:00:00"])
    assert.equal(cookieDate(text), undefined, text);
});

test("HTTPClient() takes cookies and gives them back, also on a redirect, and none to others", async (t) => {
  const seen: string[] = [];
  const { at: there } = await plain(t, ({ url, headers }, response) => {
    seen.push(`${url} ${headers.cookie ?? "-"}`);
    if (url === "/in") response.writeHead(303, { location: "/", "set-cookie": ["id=1; Path=/; HttpOnly"] }).end();
    else response.end();
  });
  const cookies = new CookieJar();
  await drive(HTTPClient({ cookies, concurrency: 1 }), {
    inbox: [`${there}/in`, { url: there, headers: { Cookie: "own=2" } }, there.replace("127.0.0.1", "localhost")],
  });
  assert.deepEqual(seen, ["/in -", "/ id=1", "/ own=2", "/ -"]);
});
