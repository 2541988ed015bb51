// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { MinimalFactory } from "../Minimal.ts";
import { ask } from "../parts.ts";
import { requestHandlers, routes } from "../routing.ts";
import { folderWith, get, served } from "./parts.ts";

const page = "<p>page</p>".repeat(1000);

test("MinimalFactory() sends compressed files that are there, to those who take them", async (t) => {
  const old = "older than what it stands for";
  const folder = folderWith(t, {
    "a.html": page,
    "a.html.br": brotliCompressSync(page),
    "a.html.gz": gzipSync(page),
    "b.html": page,
    "b.html.gz": old,
  });
  utimesSync(join(folder, "b.html.gz"), 0, 0);
  const at = await served(t, MinimalFactory({ homedirectory: folder, precompressed: true, cacheControl: "max-age=60" }));
  const asked = async (path: string, accepts: string): Promise<string> => {
    const { headers, body } = await get(at, path, { headers: { "accept-encoding": accepts } });
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal(headers["cache-control"], "max-age=60");
    assert.equal(headers["content-length"], String(body.length));
    return `${headers["content-encoding"] ?? "plain"} ${headers.vary ?? ""}`;
  };
  assert.equal(await asked("/a.html", "gzip, br"), "br Accept-Encoding");
  assert.equal(await asked("/a.html", "gzip"), "gzip Accept-Encoding");
  assert.equal(await asked("/a.html", ""), "plain Accept-Encoding");
  assert.equal(await asked("/b.html", "gzip"), "plain ");
  const { headers } = await get(at, "/a.html", { headers: { "accept-encoding": "br" } });
  const again = { "accept-encoding": "br", "if-none-match": headers.etag! };
  assert.equal((await get(at, "/a.html", { headers: again })).status, 304);
  assert.equal((await get(at, "/a.html", { headers: { "if-none-match": headers.etag! } })).status, 200);
});

test("MinimalFactory() serves a folder below a path, by routes() and by requestHandlers()", async (t) => {
  const files = MinimalFactory({ homedirectory: folderWith(t, { "a.txt": "a", "index.html": "index", "sub/b c.txt": "b" }) });
  for (const handler of [routes({ "GET /files/*": files }), requestHandlers([["/files/", files]])]) {
    const at = await served(t, handler);
    const asked = async (path: string): Promise<string> => String((await get(at, path)).body);
    assert.deepEqual([await asked("/files/a.txt"), await asked("/files/"), await asked("/files/sub/b%20c.txt")], ["a", "index", "b"]);
    assert.equal((await get(at, "/files/sub")).headers.location, "/files/sub/");
    assert.equal((await get(at, "/files/..%2fa.txt")).status, 404);
  }
});

test("MinimalFactory() lists folders without an index, if it is told to", async (t) => {
  const files = { "sub/<b> & c.txt": "12345", "sub/.hidden": "", "sub/deep/x": "", "with/index.html": "index" };
  const folder = folderWith(t, files);
  const outside = folderWith(t, { secret: "" });
  symlinkSync(outside, join(folder, "out"));
  const at = await served(t, MinimalFactory({ homedirectory: folder, listing: true }));
  const { text } = await get(at, "/sub/");
  assert.match(text, /<a href="\.\/%3Cb%3E%20%26%20c\.txt">&lt;b&gt; &amp; c\.txt<\/a><\/td><td>5</);
  assert.match(text, /<a href="\.\.\/">[^]*<a href="\.\/deep\/">deep\//);
  assert.doesNotMatch(text, /hidden/);
  assert.doesNotMatch((await get(at, "/")).text, /href="\.\.\/"/);
  assert.equal((await get(at, "/with/")).text, "index");
  assert.equal((await get(at, "/sub")).status, 301);
  for (const path of ["/out/", "/nope/", "/sub/.hidden/"]) assert.equal((await get(at, path)).status, 404, path);
  assert.equal((await get(await served(t, MinimalFactory({ homedirectory: folder })), "/sub/")).status, 404);
});

test("MinimalFactory() lets nobody out of its folder, however the way is written, compressed and listed or not", async (t) => {
  const folder = folderWith(t, { "site/a.txt": "a", "secret.txt": "secret", "secret.txt.gz": "secret" });
  const at = await served(t, MinimalFactory({ homedirectory: join(folder, "site"), listing: true, precompressed: true, dotFiles: true }));
  const ways = ["..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "%c0%ae%c0%ae", "..%5c", "..\\", "%u002e%u002e", "..;", "x/../.."];
  for (const way of ways)
    for (const path of [
      `/${way}/secret.txt`,
      `/${way}%2fsecret.txt`,
      `//${way}//secret.txt`,
      `/${way}/`,
      `/a.txt/${way}/${way}/secret.txt`,
    ]) {
      const answer = await ask(t, at, `GET ${path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 (?:40[034]|301) /, path);
      assert.doesNotMatch(answer, /\r\n\r\nsecret|>secret/, path);
    }
});
