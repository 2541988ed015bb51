// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { drive } from "../../../testing/index.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";
import { MinimalFactory } from "../Minimal.ts";
import { serving } from "../parts.ts";
import { HTTPDownload, type HTTPDownloadRequest } from "./HTTPDownload.ts";
import { folderFor, plain } from "./parts.ts";
import type { HTTPClientOptions } from "./settings.ts";

const FILM = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3));

/** A server that knows ranges, and cuts the connection after so many bytes of each answer. */
function cutting(
  after: number,
  seen: string[],
  { etag = () => '"v1"', film = FILM }: { etag?: () => string; film?: Buffer } = {},
): RequestListener {
  return ({ headers }, response) => {
    const { range = "", "if-range": condition = "" } = headers;
    seen.push(`${range} ${condition}`.trim());
    const [, first = "0"] = /^bytes=(\d+)-$/.exec(range) ?? [];
    const from = condition === etag() ? Number(first) : 0;
    const part = film.subarray(from);
    const fields = { "content-length": part.length, ...(etag() === "" ? {} : { etag: etag() }) };
    if (from === 0) response.writeHead(200, fields);
    else response.writeHead(206, { ...fields, "content-range": `bytes ${from}-${film.length - 1}/${film.length}` });
    if (part.length <= after) response.end(part);
    else response.write(part.subarray(0, after), () => setTimeout(() => response.destroy(), 10));
  };
}

async function get(wanted: readonly HTTPDownloadRequest[], options: HTTPClientOptions = {}): Promise<string[]> {
  const { outbox, failures } = await drive(HTTPDownload(options), { inbox: wanted });
  return [
    ...outbox.map(({ bytes, resumed }) => `${bytes} ${resumed}`),
    ...failures.map(({ phase, error }) => `${phase}: ${error.message}`),
  ];
}

test("HTTPDownload() continues what broke off where it was", async (t) => {
  const seen: string[] = [];
  const { at } = await plain(t, cutting(100_000, seen));
  const path = join(folderFor(t), "film");
  assert.deepEqual(await get([{ url: at, path }]), ["300000 0"]);
  assert.ok(readFileSync(path).equals(FILM));
  assert.equal(seen[0], "");
  for (const again of seen.slice(1)) assert.match(again, /^bytes=\d+- "v1"$/);
  assert.ok(seen.length >= 3 && !existsSync(`${path}.part`) && !existsSync(`${path}.part.json`));
});

test("HTTPDownload() continues what another run has begun; if it has changed, it begins again", async (t) => {
  const seen: string[] = [];
  let tag = '"v1"';
  const { at } = await plain(t, cutting(150_000, seen, { etag: () => tag }));
  const path = join(folderFor(t), "film");
  const [said = ""] = await get([{ url: at, path }], { retries: 0 });
  assert.match(said, /^body: Cannot get /);
  assert.equal(existsSync(path), false);
  const have = readFileSync(`${path}.part`).length;
  assert.ok(have > 0);
  assert.deepEqual(await get([{ url: at, path }]), [`300000 ${have}`]);
  assert.ok(readFileSync(path).equals(FILM));
  assert.equal(seen[1], `bytes=${have}- "v1"`);
  writeFileSync(`${path}.part`, "old");
  writeFileSync(`${path}.part.json`, JSON.stringify({ url: at, validator: '"v0"' }));
  tag = '"v2"';
  assert.deepEqual(await get([{ url: at, path }], { retries: 9 }), ["300000 0"]);
  assert.ok(readFileSync(path).equals(FILM));
});

test("HTTPDownload() does not put together parts of different things", async (t) => {
  const seen: string[] = [];
  let version = 0;
  const { at } = await plain(t, cutting(100_000, seen, { etag: () => `"v${version++ >> 2}"` }));
  const path = join(folderFor(t), "film");
  const [said = ""] = await get([{ url: at, path }]);
  assert.match(said, /^body: .*(?:has changed since|gives another part)/);
  assert.equal(existsSync(path), false);
  const weak = await plain(t, cutting(100_000, seen, { etag: () => 'W/"v1"' }));
  assert.match((await get([{ url: weak.at, path }], { retries: 1 }))[0]!, /^body: /);
});

test("HTTPDownload() says what could not be had, and leaves the old file as it was", async (t) => {
  const { at } = await plain(t, (_, response) => void response.writeHead(404).end("nope"));
  const folder = folderFor(t);
  const path = join(folder, "film");
  writeFileSync(path, "old");
  assert.deepEqual(await get([{ url: at, path }]), [
    `request: Cannot get ${at}: the server answers 404 Not Found`.replace("request", "head"),
  ]);
  assert.equal(readFileSync(path, "utf8"), "old");
  const { at: there } = await plain(t, (_, response) => void response.end("x"));
  assert.match((await get([{ url: there, path: join(folder, "missing", "film") }]))[0]!, /^file: .*Cannot write .*missing\/film: .*ENOENT/);
  assert.match((await get([{ url: "nonsense", path }]))[0]!, /no URL/);
});

test("HTTPDownload() gets files from our own server, one after the other", async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, "film"), FILM);
  const { port } = await serving(t, HTTPProtocol(MinimalFactory({ homedirectory: folder })));
  const wanted = [1, 2, 3].map((n) => ({ url: `http://127.0.0.1:${port}/film`, path: join(folder, `copy ${n}`) }));
  writeFileSync(`${wanted[1]!.path}.part`, FILM.subarray(0, 1000));
  assert.deepEqual(await get(wanted), ["300000 0", "300000 0", "300000 0"], "nobody knows what the part is");
  const hash = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
  for (const { path } of wanted) assert.equal(hash(path), hash(join(folder, "film")));
});
