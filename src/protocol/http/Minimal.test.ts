// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { at, drive, VirtualClock } from "../../testing/index.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { Minimal, MinimalFactory } from "./Minimal.ts";
import { program, raw, serving, without } from "./parts.ts";

const BIG = Buffer.alloc(1_000_000, "0123456789abcdef");

/** A folder with files, one of which is outside. */
function site(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "http-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const home = join(folder, "htdocs");
  mkdirSync(join(home, "sub"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  for (const [name, text] of [
    ["index.html", "<p>home"],
    ["sub/index.html", "<p>sub"],
    ["a b.txt", "0123456789"],
    [".hidden", "secret"],
    ["nothing.cool", ""],
    ["big.bin", BIG],
  ] as const)
    writeFileSync(join(home, name), text);
  symlinkSync("../secret.txt", join(home, "link.txt"));
  symlinkSync("..", join(home, "up"));
  symlinkSync("a b.txt", join(home, "inner.txt"));
  utimesSync(join(home, "a b.txt"), 784_111_777.5, 784_111_777.5);
  return home;
}

async function ask(
  home: string,
  path: string,
  more = "",
  method = "GET",
): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  const server = HTTPServer(MinimalFactory({ homedirectory: home, memory: 1 << 22 })); // BIG is not kept
  const { outbox } = await drive(server, { inbox: [raw(`${method} ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`)] });
  const text = Buffer.concat(outbox).toString("latin1");
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  return {
    status: Number(line.slice(9, 12)),
    headers: Object.fromEntries(fields.map((field) => field.toLowerCase().split(": "))),
    body: rest.join("\r\n\r\n"),
  };
}

test("MinimalFactory() serves files, with their types and lengths (the original sent no type)", async (t) => {
  const home = site(t);
  const { status, headers, body } = await ask(home, "/a%20b.txt");
  assert.deepEqual(
    [status, headers["content-type"], headers["content-length"], body],
    [200, "text/plain; charset=utf-8", "10", "0123456789"],
  );
  assert.equal(headers["last-modified"], "sun, 06 nov 1994 08:49:37 gmt");
  assert.equal((await ask(home, "/nothing.cool")).headers["content-type"], "text/cool; charset=utf-8");
  const big = await ask(home, "/big.bin");
  assert.equal(big.body, BIG.toString());
  assert.deepEqual((await ask(home, "/big.bin", "", "HEAD")).body, "");
});

test("MinimalFactory() serves the index of a folder, and sends who forgot the slash there (the original looked for it without)", async (t) => {
  const home = site(t);
  assert.equal((await ask(home, "/")).body, "<p>home");
  assert.equal((await ask(home, "/sub/")).body, "<p>sub");
  const { status, headers } = await ask(home, "/sub?x");
  assert.deepEqual([status, headers["location"]], [301, "/sub/?x"]);
  assert.equal((await ask(home, "//sub")).headers["location"], "/sub/", "never another server");
});

test("MinimalFactory() finds nothing that is hidden or outside, however it is written", async (t) => {
  const home = site(t);
  for (const path of [
    "/.hidden",
    "/%2ehidden",
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/sub/../../secret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%00",
    "/a%00b",
    "/%",
    "/%ff",
    "/link.txt",
    "/up/secret.txt",
    "/up/",
    "/nope",
    "/a%20b.txt/",
    "/a%20b.txt/x",
    `/${"a".repeat(300)}`,
    "/.",
    "/sub/.",
  ]) {
    const { status, body } = await ask(home, path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body, /secret$/);
  }
  assert.equal((await ask(home, "/inner.txt")).status, 200, "a link inside is fine");
});

test("MinimalFactory() answers conditions", async (t) => {
  const home = site(t);
  const { headers } = await ask(home, "/a%20b.txt");
  const etag = headers["etag"]!;
  const date = "Sun, 06 Nov 1994 08:49:37 GMT";
  const earlier = "Sun, 06 Nov 1994 08:49:36 GMT";
  for (const [field, status] of [
    [`If-None-Match: ${etag}`, 304],
    [`If-None-Match: W/${etag}`, 304],
    [`If-None-Match: "x", ${etag}`, 304],
    ["If-None-Match: *", 304],
    ['If-None-Match: "x"', 200],
    [`If-None-Match: "x"\r\nIf-Modified-Since: ${date}`, 200],
    [`If-Modified-Since: ${date}`, 304],
    [`If-Modified-Since: ${earlier}`, 200],
    ["If-Modified-Since: yesterday", 200],
    [`If-Match: ${etag}`, 200],
    ['If-Match: "x"', 412],
    [`If-Match: W/${etag}`, 412],
    [`If-Unmodified-Since: ${date}`, 200],
    [`If-Unmodified-Since: ${earlier}`, 412],
  ] as const) {
    const answer = await ask(home, "/a%20b.txt", `${field}\r\n`);
    assert.equal(answer.status, status, field);
    if (status === 304) assert.deepEqual([answer.body, answer.headers["etag"]], ["", etag]);
  }
});

test("MinimalFactory() answers ranges (the original did not)", async (t) => {
  const home = site(t);
  const { headers: plain } = await ask(home, "/a%20b.txt");
  for (const [range, status, body, said] of [
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=3-", 206, "3456789", "bytes 3-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-30", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=5-500", 206, "56789", "bytes 5-9/10"],
    ["bytes=0-3,2-5", 206, "012345", "bytes 0-5/10"],
    ["bytes=10-", 416, undefined, "bytes */10"],
    ["bytes=-0", 416, undefined, "bytes */10"],
    ["bytes=3-2", 200, "0123456789", undefined],
    ["bytes=a-b", 200, "0123456789", undefined],
    ["bytes=", 200, "0123456789", undefined],
    ["lines=0-3", 200, "0123456789", undefined],
    [`bytes=${"0-,".repeat(1000)}0-`, 200, "0123456789", undefined],
    [`bytes=0-3\r\nIf-Range: ${plain["etag"]}`, 206, "0123", "bytes 0-3/10"],
    ['bytes=0-3\r\nIf-Range: "x"', 200, "0123456789", undefined],
    ["bytes=0-3\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT", 206, "0123", "bytes 0-3/10"],
    ["bytes=0-3\r\nIf-Range: Sun, 06 Nov 1994 08:49:36 GMT", 200, "0123456789", undefined],
  ] as const) {
    const answer = await ask(home, "/a%20b.txt", `Range: ${range}\r\n`);
    assert.deepEqual([answer.status, answer.headers["content-range"]], [status, said], range);
    if (body !== undefined) assert.equal(answer.body, body, range);
  }
  const far = await ask(home, "/big.bin", "Range: bytes=999990-\r\n");
  assert.deepEqual([far.headers["content-length"], far.body], ["10", BIG.subarray(-10).toString()]);
});

test("MinimalFactory() answers several ranges in parts", async (t) => {
  for (const path of ["/a%20b.txt", "/big.bin"]) {
    const { status, headers, body } = await ask(site(t), path, "Range: bytes=1-2, 8-8\r\n");
    const boundary = headers["content-type"]!.split("boundary=")[1]!;
    assert.deepEqual([status, Number(headers["content-length"])], [206, body.length]);
    const parts = body.split(`\r\n--${boundary}`).map((part) => part.split("\r\n\r\n")[1]);
    assert.deepEqual(parts, [undefined, "12", "8", undefined]);
    assert.match(body, /Content-Range: bytes 1-2\/\d+\r\n/);
  }
});

test("MinimalFactory() refuses other methods, and says which there are", async (t) => {
  const { status, headers } = await ask(site(t), "/", "", "DELETE");
  assert.deepEqual([status, headers["allow"]], [405, "get, head, options"]);
});

const get = (path: string): Buffer => raw(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);

test("MinimalFactory() sees a file that has changed, once it is no longer fresh", async (t) => {
  const home = site(t);
  const path = join(home, "x.txt");
  writeFileSync(path, "one.");
  const clock = new VirtualClock();
  clock.setTimer(() => writeFileSync(path, "three."), 500);
  clock.setTimer(() => rmSync(path), 2500);
  const server = HTTPServer(MinimalFactory({ homedirectory: home, freshFor: 1000 }));
  const requests = at({ 0: get("/x.txt"), 900: get("/x.txt"), 1100: get("/x.txt"), 2400: get("/x.txt"), 5000: get("/x.txt") });
  const { outbox } = await drive(server, { inbox: requests }, { clock });
  const text = Buffer.concat(outbox).toString();
  assert.deepEqual(text.match(/one\.|three\.|404/g)?.slice(0, 5), ["one.", "one.", "three.", "three.", "404"]);
});

test("MinimalFactory({ memory }) keeps as many bytes of small files as it may, those that were looked at last", async (t) => {
  const home = site(t);
  const files = Array.from({ length: 100 }, (_, n) => `${n}.txt`);
  for (const name of files) writeFileSync(join(home, name), "0123456789");
  writeFileSync(join(home, "larger.txt"), "0123456789a");
  const clock = new VirtualClock();
  clock.setTimer(() => [...files, "larger.txt"].forEach((name) => rmSync(join(home, name))), 500);
  const server = HTTPServer(MinimalFactory({ homedirectory: home, memory: 640 }));
  const first = [...files, "larger.txt"].map((name) => get(`/${name}`));
  const inbox = at({ 0: Buffer.concat(first), 600: Buffer.concat(files.map((name) => get(`/${name}`))) });
  const text = Buffer.concat((await drive(server, { inbox }, { clock })).outbox).toString();
  const statuses = text.match(/(?<=HTTP\/1\.1 )\d+/g)!.map(Number);
  assert.equal(statuses.length, 201);
  assert.deepEqual(
    statuses.slice(101).map((status) => status === 200),
    files.map((_, n) => n >= 36),
  );
});

test("MinimalFactory({ memory: 0 }) keeps nothing, and serves everything", async (t) => {
  const home = site(t);
  const server = HTTPServer(MinimalFactory({ homedirectory: home, memory: 0 }));
  const { outbox } = await drive(server, { inbox: [get("/a%20b.txt"), get("/a%20b.txt"), get("/nothing.cool")] });
  assert.deepEqual(
    Buffer.concat(outbox)
      .toString()
      .match(/\n0123456789|HTTP\/1.1 \d+/g),
    ["HTTP/1.1 200", "\n0123456789", "HTTP/1.1 200", "\n0123456789", "HTTP/1.1 200"],
  );
});

test("Minimal() answers one request as a component", async (t) => {
  const home = site(t);
  const server = HTTPServer(({ parsed }) => Minimal(parsed, { homedirectory: home }));
  const said = ["/", "/big.bin", "/nope"].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join("");
  const text = Buffer.concat((await drive(server, { inbox: [raw(said)] })).outbox).toString();
  assert.deepEqual(text.match(/HTTP\/1.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404"]);
  assert.equal(text.includes(BIG.toString()), true);
});

test("MinimalFactory() refuses what cannot be, where it is made", () => {
  assert.throws(() => MinimalFactory({ freshFor: -1 }), RangeError);
  assert.throws(() => MinimalFactory({ memory: -1 }), RangeError);
  assert.throws(() => MinimalFactory({ indexfilename: "a/b" }), RangeError);
});

test("MinimalFactory() talks to curl: whole, ranges, resume, --path-as-is", { skip: without("curl") }, async (t) => {
  const home = site(t);
  const { port } = await serving(t, HTTPProtocol(MinimalFactory({ homedirectory: home })));
  const curl = (...words: string[]): Promise<{ output: string }> => program(["curl", "-s", "-m", "10", ...words]);
  const base = `http://127.0.0.1:${port}`;
  assert.equal((await curl(`${base}/big.bin`)).output, BIG.toString());
  assert.equal((await curl("-r", "5-9", `${base}/big.bin`)).output, "56789");
  const partial = join(home, "partial");
  writeFileSync(partial, BIG.subarray(0, 1234));
  await curl("-C", "-", "-o", partial, `${base}/big.bin`);
  assert.equal((await curl(`${base}/partial`)).output, BIG.toString());
  assert.match((await curl("--path-as-is", "-i", `${base}/../secret.txt`)).output, /^HTTP\/1.1 404/);
  assert.match((await curl("-I", `${base}/sub/`)).output, /Content-Length: 6/);
});
