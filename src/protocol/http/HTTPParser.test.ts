// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { HTTPParser } from "./HTTPParser.ts";
import { responseParser } from "./messageParser.ts";
import { raw, reading, summary } from "./parts.ts";

test("HTTPParser() reads any number of requests of one connection (the original read one)", async () => {
  const said = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabcGET /c HTTP/1.0\r\n\r\n";
  const { outbox } = await drive(HTTPParser(), { inbox: [...raw(said)].map((byte) => Buffer.of(byte)) });
  assert.equal(summary(outbox), "POST /a 1.1 [abc] | GET /c 1.0 close");
});

test("HTTPParser() says what the original said of a request", async () => {
  const said = raw("GET http://b.c:81/d%20e?f=g HTTP/1.1\r\nHost: x\r\nX-Y: 1\r\nx-y: 2\r\nCookie: a\r\nCookie: b\r\n\r\n");
  const sides = { peer: "1.2.3.4", peerport: 5, localip: "6.7.8.9", localport: 10 };
  const { outbox } = await drive(HTTPParser(sides), { inbox: [said] });
  const [first, second] = outbox;
  assert.deepEqual([outbox.length, first?.type, second], [2, "ParsedHTTPHeader", { type: "ParsedHTTPEnd" }]);
  const { headers, fields, ...header } = first?.type === "ParsedHTTPHeader" ? first.header : assert.fail();
  assert.deepEqual({ ...headers }, { host: "x", "x-y": "1, 2", cookie: "a; b" });
  assert.equal(fields.length, 5);
  assert.deepEqual(header, {
    bad: false,
    method: "GET",
    "raw-uri": "http://b.c:81/d%20e?f=g",
    "uri-protocol": "http",
    "uri-server": "b.c:81",
    "non-query-uri": "/d%20e",
    query: "f=g",
    version: "1.1",
    protocol: "HTTP",
    keepAlive: true,
    length: 0,
    upgrade: undefined,
    expectsContinue: false,
    ...sides,
  });
});

test("HTTPParser() survives HTTP/0.9 and folded fields (they ended the original), and says why it refuses them", async () => {
  for (const said of ["GET /len\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"]) {
    const { outbox } = await drive(HTTPParser(), { inbox: [raw(said)] });
    const [first] = outbox;
    assert.equal(first?.type === "ParsedHTTPHeader" && first.header.bad !== false && first.header.bad.status, 400);
    assert.equal(outbox.length, 1);
  }
});

test("HTTPParser() reads responses", async () => {
  const said = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.0 404 Not Found\r\n\r\nuntil it closes";
  const { outbox } = await drive(HTTPParser({ mode: "response" }), { inbox: [raw(said)] });
  assert.equal(summary(outbox), "200 1.1 [abc] | 404 1.0 close [until it closes]");
  const { outbox: head } = await drive(HTTPParser({ mode: "response", method: "HEAD" }), {
    inbox: [raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")],
  });
  assert.equal(summary(head), "200 1.1");
});

test("HTTPParser() refuses limits that there cannot be, where it is made", () => {
  assert.throws(() => HTTPParser({ maxHead: -1 }), RangeError);
});

const ok = (more: string, body = ""): string => `HTTP/1.1 200 OK\r\n${more}\r\n${body}`;

test("responseParser() reads responses, whole and split at every position", () => {
  for (const [said, expected, method = "GET"] of [
    [ok("Content-Length: 3\r\n", "abc"), "200 1.1 [abc]"],
    [ok("Content-Length: 3\r\nConnection: close\r\n", "abc"), "200 1.1 close [abc]"],
    [ok("", "abc"), "200 1.1 close [abc]"],
    [ok("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nX: y\r\n\r\n"), '200 1.1 [abc] +{"x":"y"}'],
    [ok("Content-Length: 3\r\n", "ab"), "200 1.1 broken 400"],
    [ok("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n"), "200 1.1 broken 400"],
    [ok("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "bad 400"],
    [ok("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), "bad 400"],
    [ok("Content-Length: -1\r\n"), "bad 400"],
    [ok("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "bad 501"],
    [ok("X : y\r\n"), "bad 400"],
    [ok("X: y\r\n z\r\n"), "bad 400"],
    ["HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "200 1.1"],
    ["HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200 1.1"],
    ["HTTP/1.1 299 \xe4\t!\r\nContent-Length: 0\r\n\r\n", "299 1.1"],
    ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "200 1.0 close"],
    ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", "200 1.0"],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", "100 1.1 | 204 1.1"],
    ["HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", "304 1.1"],
    ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nanything", "101 1.1 close [anything]"],
    ["HTTP/1.1 200 OK\r\n\r\nanything", "200 1.1 close [anything]", "CONNECT"],
    [ok("Content-Length: 3\r\n"), "200 1.1", "HEAD"],
    ["HTTP/1.1 2000 OK\r\n\r\n", "bad 400"],
    ["HTTP/1.1 20 OK\r\n\r\n", "bad 400"],
    ["HTTP/1.1 099 OK\r\n\r\n", "bad 400"],
    ["HTTP/1.1  200 OK\r\n\r\n", "bad 400"],
    ["HTTP/2.0 200 OK\r\n\r\n", "bad 505"],
    ["ICY 200 OK\r\n\r\n", "bad 400"],
    ["HTTP/1.1 200 O\x01K\r\n\r\n", "bad 400"],
    ["HTTP/1.1 200 OK\nContent-Length: 0\n\n", "bad 400"],
    ["SSH-2.0-OpenSSH", "bad 400"],
    ["HTTP/1.1 200 OK\r\nX: y", "bad 400"],
    ["", ""],
  ] as const) {
    const bytes = raw(said);
    const read = (...pieces: Uint8Array[]): string => {
      const parser = responseParser();
      parser.method = method;
      return reading(parser, pieces);
    };
    assert.equal(read(bytes), expected, said);
    for (let cut = 1; cut < bytes.length; cut++)
      assert.equal(read(bytes.subarray(0, cut), bytes.subarray(cut)), expected, `${said}, split at ${cut}`);
  }
});
