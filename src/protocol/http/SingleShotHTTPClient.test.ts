// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { createServer as createPlainServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { realClock } from "../../axon/index.ts";
import { drive, type DriveOptions } from "../../testing/index.ts";
import { bodyOf, plain } from "./client/parts.ts";
import { type HTTPAnswered, SingleShotHTTPClient, type SingleShotHTTPClientOptions } from "./SingleShotHTTPClient.ts";

const REAL: DriveOptions = { shutdown: false, clock: realClock };

const serving = async (t: TestContext, listener: RequestListener): Promise<string> => (await plain(t, listener)).at;

/** A server that hears one request, and says this, byte by byte or at once, then closes. */
async function saying(t: TestContext, said: string, heard: (text: string) => void = () => {}): Promise<string> {
  const server = createPlainServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes: Buffer) => {
      heard(bytes.toString());
      socket.end(Buffer.from(said, "latin1"));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x?y=z`;
}

/** What comes, in one line. */
async function get(url: string, options: SingleShotHTTPClientOptions = {}): Promise<string> {
  const { outbox } = await drive(SingleShotHTTPClient(url, options), {}, REAL);
  return outbox
    .map(describe)
    .join(" ")
    .replaceAll(/\](?: \[)/g, "");
}

function describe(said: HTTPAnswered): string {
  if (said.type === "ParsedHTTPHeader") return `${said.header.responsecode}`;
  if (said.type === "ParsedHTTPBodyChunk") return `[${Buffer.from(said.bodychunk).toString("latin1")}]`;
  if (said.type === "ParsedHTTPRedirect") return `-> ${new URL(said.redirect).pathname}`;
  return said.type === "ParsedHTTPEnd" ? "end" : `failed: ${said.error.message}`;
}

test("SingleShotHTTPClient() says what the original said", async (t) => {
  const heard: string[] = [];
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  const url = await saying(t, answer, (text) => heard.push(text));
  const { host } = new URL(url);
  await get(url);
  await get(url, { postbody: "abc", extraheaders: [["X", "y"]] });
  const rest = `Host: ${host}\r\nUser-agent: Kamaelia HTTP Client 0.3 (RJL)\r\nConnection: Keep-Alive\r\n`;
  assert.deepEqual(heard, [`GET /x?y=z HTTP/1.1\r\n${rest}\r\n`, `POST /x?y=z HTTP/1.1\r\nContent-Length: 3\r\n${rest}X: y\r\n\r\nabc`]);
});

test("SingleShotHTTPClient() reads bodies of every kind from node:http", async (t) => {
  const at = await serving(t, (request, response) => {
    if (request.url === "/chunked") response.write("abc", () => response.end("def"));
    else if (request.url === "/nothing") response.writeHead(204).end();
    else if (request.url === "/missing") response.writeHead(404).end("not here");
    else response.end("abcdef");
  });
  assert.equal(await get(`${at}/`), "200 [abcdef] end");
  assert.equal(await get(`${at}/chunked`), "200 [abcdef] end");
  assert.equal(await get(`${at}/nothing`), "204 end");
  assert.equal(await get(`${at}/`, { method: "HEAD" }), "200 end");
  assert.equal(await get(`${at}/missing`), "404 [not here] end", "the original gave the page without its header");
});

test("SingleShotHTTPClient() reads what other servers say", async (t) => {
  for (const [said, wanted] of [
    ["HTTP/1.0 200 OK\r\n\r\nuntil it closes", "200 [until it closes] end"],
    ["HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\na", "200 [a] end"],
    ["HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", "200 [a] end"],
    [
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
      "200 [a] end",
    ],
    ["HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", "304 end"],
  ] as const)
    assert.equal(await get(await saying(t, said)), wanted);
});

test("SingleShotHTTPClient() says why it has failed (from the original nothing came)", async (t) => {
  for (const [said, wanted] of [
    ["", /closed the connection before it had answered/],
    ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", /\[abc\] failed: .* breaks off/],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", /\[abc\] failed: .* breaks off/],
    ["SSH-2.0-OpenSSH\r\n", /does not speak HTTP/],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", /does not speak HTTP/],
    ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", /longer than 10 bytes/],
  ] as const)
    assert.match(await get(await saying(t, said), { maxBody: 10 }), wanted);
  assert.match(await get("http://127.0.0.1:1/"), /^failed: Cannot get http:\/\/127\.0\.0\.1:1\/: Cannot connect/);
});

test("SingleShotHTTPClient() waits for a server only so long", async (t) => {
  const at = await serving(t, () => {});
  assert.match(await get(at, { timeout: 50, connectTimeout: 10_000 }), /failed: .* said nothing for 50 ms/);
});

test("SingleShotHTTPClient() follows redirects, relative ones, too (the original only absolute ones)", async (t) => {
  const seen: string[] = [];
  const at = await serving(t, async (request, response) => {
    seen.push(`${request.method} ${request.url} ${await bodyOf(request)}`.trim());
    const [, status] = /^\/(\d+)$/.exec(request.url ?? "") ?? [];
    if (status === undefined) response.end("there");
    else response.writeHead(Number(status), { location: "./there?x" }).end("go");
  });
  assert.equal(await get(`${at}/301`), "-> /there 200 [there] end");
  seen.length = 0;
  for (const status of [301, 302, 303, 307, 308]) await get(`${at}/${status}`, { postbody: "abc" });
  const followed = seen.filter((line) => line.includes("there"));
  assert.deepEqual(followed, ["GET /there?x", "GET /there?x", "GET /there?x", "POST /there?x abc", "POST /there?x abc"]);
  assert.equal(await get(`${at}/300`), "300 [go] end");
});

test("SingleShotHTTPClient() does not go round for ever", async (t) => {
  const at = await serving(t, (_, response) => void response.writeHead(302, { location: "/" }).end());
  assert.match(await get(at, { maxRedirects: 3 }), /^(-> \/ ){4}failed: .*redirects more than 3 times/);
});

test("SingleShotHTTPClient() tells another server nothing that is private", async (t) => {
  const seen: (string | undefined)[] = [];
  const other = await serving(t, ({ headers }, response) => {
    seen.push(headers.authorization, headers.cookie, String(headers["x"]));
    response.end();
  });
  const at = await serving(t, ({ headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(302, { location: other.replace("127.0.0.1", "localhost") }).end();
  });
  await get(at.replace("//", "//me:pw@"), { extraheaders: { Cookie: "a=b", X: "y" } });
  assert.deepEqual(seen, ["Basic bWU6cHc=", undefined, undefined, "y"]);
});

test("SingleShotHTTPClient() refuses what cannot be asked, where it is made", () => {
  assert.throws(() => SingleShotHTTPClient("ftp://a/"), TypeError);
  assert.throws(() => SingleShotHTTPClient("nonsense"), TypeError);
  assert.throws(() => SingleShotHTTPClient("http://a/", { extraheaders: { x: "a\r\nb" } }), TypeError);
  assert.throws(() => SingleShotHTTPClient("http://a/", { method: "GET / HTTP/1.1\r\nX: " }), TypeError);
});
