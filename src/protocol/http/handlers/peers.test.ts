// SPDX-License-Identifier: Apache-2.0
// Programs that everybody uses, before our server.
import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Endpoint } from "../../../axon/index.ts";
import { freePort } from "../../../internet/parts.ts";
import { listeningProgram } from "../client/parts.ts";
import { MinimalFactory } from "../Minimal.ts";
import { ask, program, without } from "../parts.ts";
import { routes } from "../routing.ts";
import { compressed } from "./compressed.ts";
import { folderWith, get, served } from "./parts.ts";

const BIG = Buffer.alloc(2_000_000, "0123456789");

/** Which requests came to our server, by whatever proxy. */
function site(folder: string, seen: string[]): ReturnType<typeof routes> {
  const files = MinimalFactory({ homedirectory: folder });
  return routes({
    "GET /*": (request) => {
      seen.push(request.parsed["raw-uri"]);
      return compressed(files)(request);
    },
    "POST /length": async (request) => String((await request.bytes()).length),
    "PUT /length": async (request) => String((await request.bytes()).length),
    "GET /broken": () => ({
      data: (async function* () {
        yield "a";
        throw new Error("on purpose");
      })(),
    }),
  });
}

async function nginx(t: TestContext, to: Endpoint): Promise<Endpoint> {
  const folder = folderWith(t);
  chmodSync(folder, 0o755);
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  const server = `listen 127.0.0.1:${port}; client_max_body_size 100m;
    location / { proxy_pass http://us; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_request_buffering off; }`;
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/errors; events {}
    http { ${temporary} access_log off; upstream us { server 127.0.0.1:${to.port}; keepalive 4; } server { ${server} } }`,
  );
  await listeningProgram(t, port, "nginx", "-c", join(folder, "nginx.conf"), "-e", join(folder, "errors"));
  return { address: "127.0.0.1", port };
}

async function haproxy(t: TestContext, to: Endpoint): Promise<Endpoint> {
  const port = await freePort();
  const file = join(folderWith(t), "haproxy.cfg");
  writeFileSync(
    file,
    `defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  default_backend us
backend us
  server us 127.0.0.1:${to.port}\n`,
  );
  await listeningProgram(t, port, "haproxy", "-f", file, "-db");
  return { address: "127.0.0.1", port };
}

for (const [name, before] of Object.entries({ nginx, haproxy }))
  test(`HTTPServer() serves through ${name}: connections that are kept, bodies, ranges`, { skip: without(name) }, async (t) => {
    const seen: string[] = [];
    const folder = folderWith(t, { "a.txt": "a".repeat(5000), big: BIG });
    const at = await before(t, await served(t, site(folder, seen)));
    for (let i = 0; i < 20; i++) assert.equal((await get(at, "/a.txt")).body.length, 5000);
    assert.ok((await get(at, "/big")).body.equals(BIG));
    assert.equal((await get(at, "/big", { headers: { range: "bytes=10-14" } })).text, "01234");
    assert.equal((await get(at, "/length", { method: "POST", body: BIG })).text, String(BIG.length));
    assert.equal(
      (await get(at, "/length", { method: "PUT", headers: { "transfer-encoding": "chunked" }, body: BIG })).text,
      String(BIG.length),
    );
    assert.equal((await get(at, "/a.txt", { method: "HEAD" })).headers["content-length"], "5000");
    assert.equal((await get(at, "/nope")).status, 404);
    assert.ok(seen.length >= 22);
  });

test("HTTPServer() and haproxy agree on where each request ends: nothing is smuggled", { skip: without("haproxy") }, async (t) => {
  const seen: string[] = [];
  const at = await haproxy(t, await served(t, site(folderWith(t, { "a.txt": "a" }), seen)));
  const hidden = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  const pairs = [
    `Content-Length: ${hidden.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    `Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n${hidden}`,
    `Transfer-Encoding : chunked\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
    `Transfer-Encoding:\x0bchunked\r\nContent-Length: 0\r\n\r\n${hidden}`,
    `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    `Content-Length: +0\r\n\r\n${hidden}`,
    `X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    `X: a\nTransfer-Encoding: chunked\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    `Transfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)};a=\n${hidden}\r\n0\r\n\r\n`,
  ];
  for (const pair of pairs) {
    seen.length = 0;
    const answer = await ask(t, at, `POST /length HTTP/1.1\r\nHost: a\r\n${pair}`, true);
    const answers = answer.match(/HTTP\/1\.[01] \d{3}/g)?.length ?? 0;
    // a second request that haproxy has seen, too, is none that was smuggled
    assert.ok(!seen.includes("/smuggled") || answers === 2, JSON.stringify([pair, answer]));
  }
  assert.equal((await get(at, "/a.txt")).text, "a");
});

test(
  "HTTPServer() does what curl asks: old versions, ranges, what broke off, expectations, uploads",
  { skip: without("curl") },
  async (t) => {
    const folder = folderWith(t, { big: BIG, "page.html": "<p>page</p>".repeat(1000) });
    const { port } = await served(t, site(folder, []));
    const url = `http://127.0.0.1:${port}`;
    const curl = async (...words: string[]): Promise<string> => (await program(["curl", "-s", "-S", ...words])).output;
    assert.match(await curl("--http1.0", "-i", `${url}/page.html`), /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n[^]*<\/p>$/);
    assert.equal(await curl("-r", "5-9", `${url}/big`), "56789");
    assert.match(await curl("-r", "0-1,5-6", "-i", `${url}/big`), /206 Partial[^]*multipart\/byteranges[^]*56/);
    const part = join(folderWith(t), "part");
    writeFileSync(part, BIG.subarray(0, 12_345));
    await curl("-C", "-", "-o", part, `${url}/big`);
    assert.ok(readFileSync(part).equals(BIG));
    assert.match(
      await curl("-i", "-H", "Expect: 100-continue", "-T", join(folder, "big"), `${url}/length`),
      /^HTTP\/1\.1 100 Continue[^]*2000000$/,
    );
    assert.equal((await curl("--compressed", `${url}/page.html`)).length, 11_000);
    assert.match(await curl("-w", "%{num_connects}", `${url}/nope`, `${url}/nope`), /1.*0$/s);
  },
);

test("HTTPServer() shows chromium a page with its script and its style", { skip: without("chromium") }, async (t) => {
  const folder = folderWith(t, {
    "index.html": '<!DOCTYPE html><link rel="stylesheet" href="s.css"><p id="p">none</p><script src="s.js"></script>',
    "s.css": "p { color: rgb(1, 2, 3) }",
    "s.js": "const p = document.getElementById('p'); p.textContent = `styled ${getComputedStyle(p).color}`;",
  });
  const { port } = await served(t, compressed(MinimalFactory({ homedirectory: folder })));
  const words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--user-data-dir=${folderWith(t)}`];
  const { output } = await program(["chromium", ...words, "--dump-dom", `http://127.0.0.1:${port}/`]);
  assert.match(output, /styled rgb\(1, 2, 3\)/);
});
