// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { certificates } from "../../../internet/node/parts.ts";
import { listening, serving, systemOf, without } from "../parts.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";
import { WebServer } from "../WebServer.ts";
import { freePort } from "../../../internet/parts.ts";
import { folderFor, listeningProgram, saidOf } from "./parts.ts";
import { exempt, proxyFromEnvironment, proxyOf } from "./proxy.ts";

const papers = without("openssl") === false ? certificates(after) : undefined;
const AUTH = "/usr/lib/squid/basic_ncsa_auth";

/** squid, which lets in whom it is told to. */
async function squid(t: TestContext, password?: string): Promise<number> {
  const folder = folderFor(t);
  chmodSync(folder, 0o755);
  const port = await freePort();
  const lines = [
    `http_port 127.0.0.1:${port}`,
    "cache deny all",
    "access_log none",
    "cache_log /dev/null",
    "pid_filename none",
    "shutdown_lifetime 0",
  ];
  if (password === undefined) lines.push("http_access allow all");
  else {
    writeFileSync(join(folder, "passwords"), `me:${execFileSync("openssl", ["passwd", "-apr1", password], { encoding: "utf8" })}`, {
      mode: 0o644,
    });
    lines.push(`auth_param basic program ${AUTH} ${join(folder, "passwords")}`, "acl known proxy_auth REQUIRED", "http_access allow known");
  }
  writeFileSync(join(folder, "squid.conf"), `${lines.join("\n")}\ncoredump_dir ${folder}\n`);
  await listeningProgram(
    t,
    port,
    without("squid") === false && existsSync("/usr/sbin/squid") ? "/usr/sbin/squid" : "squid",
    "-N",
    "-f",
    join(folder, "squid.conf"),
  );
  return port;
}

/** Our server, plain and with TLS; what it says is what it was asked, and through whom. */
async function servers(t: TestContext): Promise<{ http: string; https: string }> {
  const answer = HTTPProtocol(
    ({ parsed }) => `${parsed["raw-uri"]} ${parsed.headers["via"] === undefined ? "directly" : "through a proxy"}`,
  );
  const { port } = await serving(t, answer);
  const tls =
    papers === undefined
      ? undefined
      : await listening(systemOf(t), WebServer({ port: 0, tls: papers.server, handler: ({ parsed }) => parsed["raw-uri"] }));
  return { http: `http://127.0.0.1:${port}`, https: `https://localhost:${tls?.port ?? 0}` };
}

test(
  "HTTPClient() asks through squid: for the whole URL, or by CONNECT for https",
  { skip: without("squid") || without("openssl") },
  async (t) => {
    const { http, https } = await servers(t);
    const port = await squid(t);
    const options = { proxy: `http://127.0.0.1:${port}`, tls: { ca: papers!.ca }, ordered: true };
    assert.deepEqual(await saidOf([`${http}/a?b`, `${https}/c`, { url: `${http}/d`, body: ["x"] }], options), [
      "200 /a?b through a proxy",
      "200 /c",
      "200 /d through a proxy",
    ]);
    assert.deepEqual(await saidOf([`${http}/a`], { ...options, noProxy: "127.0.0.0/8" }), ["200 /a directly"]);
    const nobody = await freePort();
    const [said = ""] = await saidOf([`https://127.0.0.1:${nobody}/`], { ...options, retries: 0 });
    assert.match(said, /^connect: .*through 127\.0\.0\.1:\d+: the proxy answers 503/);
    assert.match((await saidOf([`http://127.0.0.1:${nobody}/`], { ...options, retries: 0 }))[0]!, /^503 /);
  },
);

test(
  "HTTPClient() tells squid who it is",
  { skip: without("squid") || (existsSync(AUTH) ? without("openssl") : "needs basic_ncsa_auth") },
  async (t) => {
    const { http, https } = await servers(t);
    const port = await squid(t, "secret");
    const tls = { ca: papers!.ca };
    assert.deepEqual(await saidOf([`${http}/a`, `${https}/b`], { proxy: `http://me:secret@127.0.0.1:${port}`, tls, ordered: true }), [
      "200 /a through a proxy",
      "200 /b",
    ]);
    const [plain = "", secure = ""] = await saidOf([`${http}/a`, `${https}/b`], {
      proxy: `http://me:wrong@127.0.0.1:${port}`,
      tls,
      ordered: true,
    });
    assert.match(plain, /^407 /);
    assert.match(secure, /^connect: .*the proxy answers 407[^(]*$/, "it is not tried again");
  },
);

test("HTTPClient() asks through SOCKS 5: microsocks", { skip: without("microsocks") }, async (t) => {
  const { http, https } = await servers(t);
  const port = await freePort();
  await listeningProgram(t, port, "microsocks", "-i", "127.0.0.1", "-p", String(port));
  const urls = papers === undefined ? [`${http}/a`] : [`${http}/a`, `${https}/b`];
  const options = { proxy: `socks5://127.0.0.1:${port}`, ordered: true, ...(papers === undefined ? {} : { tls: { ca: papers.ca } }) };
  assert.deepEqual(await saidOf(urls, options), ["200 /a directly", "200 /b"].slice(0, urls.length));
});

test("proxies are given as URLs", () => {
  assert.deepEqual(proxyOf("http://me:p%40ss@proxy:3128"), { type: "http", host: "proxy", port: 3128, username: "me", password: "p@ss" });
  assert.deepEqual(proxyOf("proxy:3128"), { type: "http", host: "proxy", port: 3128 });
  assert.deepEqual(proxyOf("https://proxy"), { type: "http", host: "proxy", port: 443, tls: {} });
  assert.deepEqual(proxyOf("socks5://[::1]"), { type: "socks5", host: "::1", port: 1080 });
  assert.throws(() => proxyOf("ftp://me:secret@proxy"), /Cannot use the proxy ftp:\/\/proxy: give a URL/);
});

test("rules say whom to ask without a proxy", () => {
  const isExempt = exempt("localhost, .example.org *.x.net 10.0.0.0/8,[::1]:8080,a.com:444 fd00::/8");
  for (const [url, wanted] of [
    ["http://localhost/", true],
    ["http://example.org/", true],
    ["https://www.EXAMPLE.org:99/", true],
    ["http://notexample.org/", false],
    ["http://y.x.net/", true],
    ["http://10.1.2.3/", true],
    ["http://11.1.2.3/", false],
    ["http://[::1]:8080/", true],
    ["http://[::1]:8081/", false],
    ["http://[fd00::9]/", true],
    ["https://a.com:444/", true],
    ["https://a.com/", false],
    ["http://b.a.com:444/", true],
  ] as const)
    assert.equal(isExempt(new URL(url)), wanted, url);
  assert.equal(exempt("*")(new URL("http://any/")), true);
  assert.equal(exempt("")(new URL("http://any/")), false);
  assert.throws(() => exempt("10.0.0.0/99"), TypeError);
  assert.throws(() => exempt("host/8"), TypeError);
});

test("proxyFromEnvironment() chooses as other programs do", () => {
  const choose = proxyFromEnvironment({ http_proxy: "http://plain", HTTPS_PROXY: "http://secure", NO_PROXY: "local" });
  assert.deepEqual(
    ["http://a/", "https://a/", "http://local/"].map((url) => choose(new URL(url))?.host),
    ["plain", "secure", undefined],
  );
  const fromAll = proxyFromEnvironment({ all_proxy: "socks5://all" });
  assert.deepEqual([fromAll(new URL("http://a/"))?.host, fromAll(new URL("https://a/"))?.type], ["all", "socks5"]);
  const asCGI = proxyFromEnvironment({ HTTP_PROXY: "http://evil", REQUEST_METHOD: "GET" });
  assert.equal(asCGI(new URL("http://a/")), undefined, "a field of a request cannot choose it");
});
