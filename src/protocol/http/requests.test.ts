// SPDX-License-Identifier: Apache-2.0
// How requests are read: raw cases, each whole, split at every position, and byte by byte.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { seedOf } from "../../testing/index.ts";
import { type ParserLimits, requestParser } from "./messageParser.ts";
import { raw, reading } from "./parts.ts";

const H = "Host: a\r\n";
const get = (more: string, line = "GET / HTTP/1.1"): string => `${line}\r\n${H}${more}\r\n`;
const post = (more: string): string => `POST / HTTP/1.1\r\n${H}${more}`;
const chunked = (body: string): string => post(`Transfer-Encoding: chunked\r\n\r\n${body}`);
const char = (code: number): string => String.fromCharCode(code);
const hex = (code: number): string => `0x${code.toString(16).padStart(2, "0")}`;
const TCHAR = /[!#$%&'*+\-.^_`|~\w]/;

type Cases = [name: string, text: string, expected: string, limits?: ParserLimits][];

const firstLines: Cases = [
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "M-SEARCH", "get", "!#$%&'*+-.^_`|~09azAZ"].map(
    (method): Cases[number] => [`the method ${method}`, get("", `${method} / HTTP/1.1`), `${method} / 1.1`],
  ),
  ...[
    "/",
    "/a/b",
    "/a?b=c",
    "/?",
    "/%20",
    "//",
    "/..",
    "/a;b=c",
    "/:@!$&'()*+,;=-._~",
    "/[x]",
    '/"<>\\^`{|}',
    "http://b/",
    "http://b",
    "http://b:8080/x?y",
    "https://[::1]:3/",
  ].map((target): Cases[number] => [`the target ${target}`, get("", `GET ${target} HTTP/1.1`), `GET ${target} 1.1`]),
  ["OPTIONS *", get("", "OPTIONS * HTTP/1.1"), "OPTIONS * 1.1"],
  ["CONNECT", get("", "CONNECT b:443 HTTP/1.1"), "CONNECT b:443 1.1"],
  ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "GET / 1.0 close"],
  ["HTTP/1.2, which is read as 1.1", get("", "GET / HTTP/1.2"), "GET / 1.1"],
  ["HTTP/1.9", get("", "GET / HTTP/1.9"), "GET / 1.1"],
  ["empty lines before a request", `\r\n\r\n${get("")}`, "GET / 1.1"],
  ["empty lines between requests", `${get("")}\r\n${get("")}`, "GET / 1.1 | GET / 1.1"],
  ["nothing", "", ""],
  ["HTTP/0.9", "GET /\r\n\r\n", "bad 400"],
  ...["HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.9"].map((version): Cases[number] => [version, get("", `GET / ${version}`), "bad 505"]),
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad 505"],
  ...[
    "HTTP/1",
    "HTTP/1.",
    "HTTP/1.10",
    "HTTP/11",
    "http/1.1",
    "HTTP 1.1",
    "HTTP/1,1",
    "HTTP/+1.1",
    "HTTPS/1.1",
    "/1.1",
    "HTTP/1.1 ",
    "HTTP/1.1x",
    "HTTP/ 1.1",
  ].map((version): Cases[number] => [`the version ${JSON.stringify(version)}`, get("", `GET / ${version}`), "bad 400"]),
  ...[
    "GET  / HTTP/1.1",
    " GET / HTTP/1.1",
    "GET /\tHTTP/1.1",
    "GET\t/ HTTP/1.1",
    "GET /  HTTP/1.1",
    "GET HTTP/1.1",
    "GET",
    "/ HTTP/1.1",
    "GET / a HTTP/1.1",
    "G(T / HTTP/1.1",
    "G@T / HTTP/1.1",
    "GET /#a HTTP/1.1",
    "GET a HTTP/1.1",
    "GET * HTTP/1.1",
    "GET a:b HTTP/1.1",
    "GET http:// HTTP/1.1",
    "GET http://a b/ HTTP/1.1",
    "GET ://a/ HTTP/1.1",
    "CONNECT / HTTP/1.1",
    "CONNECT b HTTP/1.1",
    "CONNECT b: HTTP/1.1",
  ].map((line): Cases[number] => [`the line ${JSON.stringify(line)}`, get("", line), "bad 400"]),
  ...[0, 1, 9, 11, 12, 14, 31, 127, 128, 160, 255].map((code): Cases[number] => [
    `${hex(code)} in a target`,
    get("", `GET /${char(code)} HTTP/1.1`),
    "bad 400",
  ]),
  ...Array.from({ length: 128 }, (_, code) => code)
    .filter((code) => code !== 13 && code !== 10 && !TCHAR.test(char(code)))
    .map((code): Cases[number] => [`${hex(code)} in a method`, get("", `G${char(code)}T / HTTP/1.1`), "bad 400"]),
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "bad 400"],
  ["a line that is too long", get("", `GET /${"a".repeat(100)} HTTP/1.1`), "bad 414", { maxLine: 50 }],
  ["a line that is just not too long", get("", "GET /123 HTTP/1.1"), "GET /123 1.1", { maxLine: 17 }],
  ["a line that is just too long", get("", "GET /1234 HTTP/1.1"), "bad 414", { maxLine: 17 }],
  ["a line that never ends", "a".repeat(60), "bad 414", { maxLine: 50 }],
  ["a line that breaks off", "GET / HTT", "bad 400"],
  ["fields that break off", "GET / HTTP/1.1\r\nHost: a\r\n", "bad 400"],
];

const fields: Cases = [
  ...Array.from({ length: 256 }, (_, code) => code)
    .filter((code) => code !== 58 && code !== 10 && code !== 13)
    .map((code): Cases[number] => [
      `${hex(code)} in a name`,
      get(`X${char(code)}Y: z\r\n`),
      TCHAR.test(char(code)) && code < 128 ? "GET / 1.1" : "bad 400",
    ]),
  ...Array.from({ length: 256 }, (_, code) => code)
    .filter((code) => code < 34 || code > 125)
    .filter((code) => code !== 10 && code !== 13)
    .map((code): Cases[number] => [
      `${hex(code)} in a value`,
      get(`X: y${char(code)}z\r\n`),
      code === 9 || (code > 31 && code !== 127) ? "GET / 1.1" : "bad 400",
    ]),
  ["a value that is empty", get("X:\r\nY: \r\nZ:\t\r\n"), "GET / 1.1"],
  ["white space before a colon", get("X : y\r\n"), "bad 400"],
  ["a tab before a colon", get("X\t: y\r\n"), "bad 400"],
  ["a name that is empty", get(": y\r\n"), "bad 400"],
  ["no colon", get("X\r\n"), "bad 400"],
  ["a folded field", get("X: y\r\n z: 1\r\n"), "bad 400"],
  ["a field folded by a tab", get("X: y\r\n\tz\r\n"), "bad 400"],
  ["white space before the first field", `GET / HTTP/1.1\r\n ${H}\r\n`, "bad 400"],
  ["a bare LF after the line", `GET / HTTP/1.1\n${H}\r\n`, "bad 400"],
  ["a bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", "bad 400"],
  ["bare LFs all over", "GET / HTTP/1.1\nHost: a\n\n", "bad 400"],
  ["a bare CR in a value", get("X: y\rz\r\n"), "bad 400"],
  ["a bare CR in a name", get("X\rY: z\r\n"), "bad 400"],
  ["a bare CR after the line", `GET / HTTP/1.1\r${H}\r\n`, "bad 400"],
  ["CR CR LF", get("X: y\r\r\n"), "bad 400"],
  ["LF CR", `GET / HTTP/1.1\n\r${H}\r\n`, "bad 400"],
  ["a bare LF at the beginning", `\n${get("")}`, "bad 400"],
  ["a bare CR at the beginning", `\r${get("")}`, "bad 400"],
  ["a bare LF and a bad version: what comes first", "GET / HTTP/7.7\r\nHost: a\nX: y\r\n\r\n", "bad 400"],
  ["no Host", "GET / HTTP/1.1\r\n\r\n", "bad 400"],
  ["no Host in HTTP/1.0", "GET / HTTP/1.0\r\nX: y\r\n\r\n", "GET / 1.0 close"],
  ["two Hosts", get("Host: b\r\n"), "bad 400"],
  ["two Hosts that are the same", get("host: a\r\n"), "bad 400"],
  ["two Hosts in HTTP/1.0", `GET / HTTP/1.0\r\n${H}${H}\r\n`, "bad 400"],
  ...["a.b", "a:80", "a:", "127.0.0.1", "[::1]", "[::1]:80", "a_b", "A-b.C"].map((host): Cases[number] => [
    `Host: ${host}`,
    `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    "GET / 1.1",
  ]),
  ...["", "a b", "a/b", "a,b/", "a:b", "a:80:80", "user@a", "[::1", "::1", "a:123456", "a?b", "a\\b", "\xe4"].map((host): Cases[number] => [
    `Host: ${JSON.stringify(host)}`,
    `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    "bad 400",
  ]),
  ["Connection: close", get("Connection: close\r\n"), "GET / 1.1 close"],
  ["Connection: CLOSE among others", get("Connection: x, CLOSE\r\n"), "GET / 1.1 close"],
  ["two Connections", get("Connection: x\r\nConnection: close\r\n"), "GET / 1.1 close"],
  ["Connection: keep-alive in HTTP/1.0", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET / 1.0"],
  ["Connection: keep-alive, close", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "GET / 1.0 close"],
  ["Expect: 100-continue", get("Expect: 100-Continue\r\n"), "GET / 1.1"],
  ["another Expect", get("Expect: tea\r\n"), "bad 417"],
  ["fields that are too many", get("X: y\r\n".repeat(10)), "bad 431", { maxHeaders: 10 }],
  ["just not too many fields", get("X: y\r\n".repeat(9)), "GET / 1.1", { maxHeaders: 10 }],
  ["fields that are too long", get(`X: ${"y".repeat(100)}\r\n`), "bad 431", { maxHead: 99, maxLine: 50 }],
  ["fields that never end", `GET / HTTP/1.1\r\n${"X: y\r\n".repeat(50)}`, "bad 431", { maxHead: 99, maxLine: 50 }],
  ["a name that never ends", `GET / HTTP/1.1\r\n${"x".repeat(100)}`, "bad 431", { maxHead: 99, maxLine: 50 }],
  ["a name with __proto__", get("__proto__: x\r\n"), "GET / 1.1"],
];

const bodies: Cases = [
  ["a body", post("Content-Length: 3\r\n\r\nabc"), "POST / 1.1 [abc]"],
  ["an empty body", post("Content-Length: 0\r\n\r\n"), "POST / 1.1"],
  ["no body", post("\r\n"), "POST / 1.1"],
  ["a body of GET", get("Content-Length: 3\r\n").concat("abc"), "GET / 1.1 [abc]"],
  ["a length with zeros before it", post("Content-Length: 0003\r\n\r\nabc"), "POST / 1.1 [abc]"],
  ["a body, and another request", `${post("Content-Length: 3\r\n\r\nabc")}${get("")}`, "POST / 1.1 [abc] | GET / 1.1"],
  ["a body with a request in it", post(`Content-Length: ${get("").length}\r\n\r\n${get("")}`), `POST / 1.1 [${get("")}]`],
  ["a body that breaks off", post("Content-Length: 3\r\n\r\nab"), "POST / 1.1 broken 400"],
  ["a body in HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", "POST / 1.0 close [abc]"],
  ["a body that is too long", post("Content-Length: 11\r\n\r\n"), "bad 413", { maxBody: 10 }],
  ["a body that is just not too long", post("Content-Length: 10\r\n\r\n0123456789"), "POST / 1.1 [0123456789]", { maxBody: 10 }],
  ...[
    "-1",
    "+1",
    "0x1",
    "1,1",
    "1, 1",
    "1 1",
    "1.0",
    "1e1",
    "a",
    "",
    "1a",
    "９",
    "99999999999999999999",
    "9007199254740992",
    "1;",
    "'1'",
    "١",
  ].map((length): Cases[number] => [
    `Content-Length: ${length}`,
    post(`Content-Length: ${Buffer.from(length).toString("latin1")}\r\n\r\na`),
    "bad 400",
  ]),
  ["two lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "bad 400"],
  ["two lengths that are the same", post("Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), "bad 400"],
  ["a length and a coding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "bad 400"],
  ["a coding and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), "bad 400"],
  ["a coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "bad 400"],
  ["a coding in capitals", post("Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"), "POST / 1.1"],
  ...[
    "xchunked",
    "chunked, identity",
    "identity",
    "chunked, chunked",
    "gzip",
    "chunked, gzip",
    "chunkedx",
    "chunked;",
    "",
    ",chunked",
    "chun ked",
    '"chunked"',
    "chunked,",
    "\x0bchunked",
  ].map((coding): Cases[number] => [
    `Transfer-Encoding: ${JSON.stringify(coding)}`,
    post(`Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`),
    "bad 400",
  ]),
  ["Transfer-Encoding: gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), "bad 501"],
  ["two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "bad 400"],
  ["white space before the colon of a coding", post("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"), "bad 400"],
];

const chunks: Cases = [
  ["chunks", chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "POST / 1.1 [abcde]"],
  ["no chunks", chunked("0\r\n\r\n"), "POST / 1.1"],
  ["chunks, and another request", `${chunked("3\r\nabc\r\n0\r\n\r\n")}${get("")}`, "POST / 1.1 [abc] | GET / 1.1"],
  ["a size in capitals", chunked("A\r\n0123456789\r\n0\r\n\r\n"), "POST / 1.1 [0123456789]"],
  ["a size in small letters", chunked("a\r\n0123456789\r\n0\r\n\r\n"), "POST / 1.1 [0123456789]"],
  ["a size with zeros before it", chunked("0003\r\nabc\r\n000\r\n\r\n"), "POST / 1.1 [abc]"],
  ["extensions", chunked('3;a;b=c;d="e;f"\r\nabc\r\n0;x\r\n\r\n'), "POST / 1.1 [abc]"],
  ["extensions after white space", chunked("3 \t;a\r\nabc\r\n0\r\n\r\n"), "POST / 1.1 [abc]"],
  ["trailers", chunked("0\r\nX: y\r\nZ: 1\r\n\r\n"), 'POST / 1.1 +{"x":"y","z":"1"}'],
  ["trailers, and another request", `${chunked("1\r\na\r\n0\r\nX: y\r\n\r\n")}${get("")}`, 'POST / 1.1 [a] +{"x":"y"} | GET / 1.1'],
  ["chunks with CR LF in them", chunked("6\r\n\r\na\r\n\r\n\r\n0\r\n\r\n"), "POST / 1.1 broken 400"],
  ["a chunk of CR LF", chunked("2\r\n\r\n\r\n0\r\n\r\n"), "POST / 1.1 [\r\n]"],
  ...[
    "",
    " 3",
    "3 ",
    "+3",
    "-3",
    "0x3",
    "3h",
    "g",
    ";",
    "3,",
    "3\t",
    "3=1",
    "ffffffffffffffff",
    "10000000000000000",
    "00000000000000003",
    "20000000000000",
    "3;\x00",
    "3;a\x7f",
    "3\xa0",
  ].map((size): Cases[number] => [`the size ${JSON.stringify(size)}`, chunked(`${size}\r\nabc\r\n0\r\n\r\n`), "POST / 1.1 broken 400"]),
  ["a size that ends with LF", chunked("3\nabc\r\n0\r\n\r\n"), "POST / 1.1 broken 400"],
  ["a size with CR in it", chunked("3\r;a\r\nabc\r\n0\r\n\r\n"), "POST / 1.1 broken 400"],
  ["a chunk that ends with LF", chunked("3\r\nabc\n0\r\n\r\n"), "POST / 1.1 broken 400"],
  ["a chunk that ends with CR", chunked("3\r\nabc\r0\r\n\r\n"), "POST / 1.1 broken 400"],
  ["a chunk that is longer than it says", chunked("3\r\nabcd\r\n0\r\n\r\n"), "POST / 1.1 broken 400"],
  ["a chunk that is shorter than it says", chunked("5\r\nabc\r\n0\r\n\r\n"), "POST / 1.1 broken 400"],
  ["the last chunk with LF", chunked("0\n\r\n"), "POST / 1.1 broken 400"],
  ["the end with LF", chunked("0\r\n\n"), "POST / 1.1 broken 400"],
  ["the end with CR", chunked("0\r\n\r"), "POST / 1.1 broken 400"],
  ["chunks that break off", chunked("3\r\nab"), "POST / 1.1 broken 400"],
  ["chunks that break off before a size", chunked("3\r\nabc\r\n"), "POST / 1.1 broken 400"],
  ["chunks that break off in a size", chunked("3"), "POST / 1.1 broken 400"],
  ["trailers that break off", chunked("0\r\nX: y\r\n"), "POST / 1.1 broken 400"],
  ["chunks that are too much", chunked("6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n"), "POST / 1.1 broken 413", { maxBody: 10 }],
  ["extensions that are too long", chunked(`1;${"a".repeat(4096)}\r\na\r\n0\r\n\r\n`), "POST / 1.1 broken 400"],
  ["extensions without end", chunked(`1;${"a".repeat(4097)}`), "POST / 1.1 broken 400"],
  ["many extensions", chunked(`1;${"a".repeat(1000)}\r\na\r\n`.repeat(20)), "POST / 1.1 broken 400"],
  ["a folded trailer", chunked("0\r\nX: y\r\n z\r\n\r\n"), "POST / 1.1 broken 400"],
  ["a trailer with LF", chunked("0\r\nX: y\n\r\n"), "POST / 1.1 broken 400"],
  ["a trailer without colon", chunked("0\r\nX\r\n\r\n"), "POST / 1.1 broken 400"],
  ["trailers that are too long", chunked(`0\r\nX: ${"y".repeat(200)}\r\n\r\n`), "POST / 1.1 broken 431", { maxHead: 150 }],
  ["trailers that never end", chunked(`0\r\n${"X: y\r\n".repeat(40)}`), "POST / 1.1 broken 431", { maxHead: 150 }],
  ["trailers that are too many", chunked(`0\r\n${"X: y\r\n".repeat(6)}\r\n`), "POST / 1.1 broken 431", { maxHeaders: 5 }],
  ...[
    "Content-Length: 3",
    "Transfer-Encoding: chunked",
    "Host: b",
    "Trailer: x",
    "Connection: close",
    "Authorization: x",
    "Cookie: a=b",
    "TE: x",
  ].map((field): Cases[number] => [`${field} after the body`, chunked(`0\r\n${field}\r\n\r\n`), "POST / 1.1 broken 400"]),
];

const ALL = { "first lines": firstLines, fields, bodies, chunks };

for (const [title, cases] of Object.entries(ALL)) {
  test(`requestParser() reads ${title}: ${cases.length} cases, whole and split at every position`, () => {
    for (const [name, text, expected, limits] of cases) {
      const bytes = raw(text);
      assert.equal(reading(requestParser(limits), [bytes]), expected, name);
      const step = Math.max(1, Math.floor(bytes.length / 200)); // the long ones at 200 positions
      for (let at = 1; at < bytes.length; at += step)
        assert.equal(reading(requestParser(limits), [bytes.subarray(0, at), bytes.subarray(at)]), expected, `${name}, split at ${at}`);
      if (bytes.length < 2000)
        assert.equal(
          reading(
            requestParser(limits),
            [...bytes].map((byte) => Buffer.of(byte)),
          ),
          expected,
          `${name}, byte by byte`,
        );
    }
  });
}

test("requestParser() reads all good cases one after the other on one connection, however they are split", () => {
  const good = Object.values(ALL)
    .flat()
    .filter(([, text, expected, limits]) => text !== "" && limits === undefined && !/bad|broken|close|CONNECT/.test(expected));
  const bytes = raw(good.map(([, text]) => text).join(""));
  const expected = good.map(([, , one]) => one).join(" | ");
  const random = new SeededRandom(seedOf());
  for (let round = 0; round < 20; round++) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length;) pieces.push(bytes.subarray(at, (at += 1 + random.integer(1 << random.integer(12)))));
    assert.equal(reading(requestParser(), pieces), expected);
  }
});

test("requestParser() reads nothing more after it has refused something", () => {
  const parser = requestParser();
  assert.equal(reading(parser, [raw("GET /\r\n\r\n"), raw(get(""))], false), "bad 400");
  assert.equal(parser.isDead, true);
});

test("requestParser() survives anything: the same whole or in pieces, and never an error", () => {
  const random = new SeededRandom(seedOf());
  const seeds = Object.values(ALL).flat();
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(raw(seeds[random.integer(seeds.length)]![1]));
    if (bytes.length === 0 || bytes.length > 5000) continue;
    for (let change = random.integer(4); change >= 0; change--)
      bytes[random.integer(bytes.length)] = "\r\n :;,0aA\0\xff\x7f\t"[random.integer(13)]!.charCodeAt(0);
    const cut = random.integer(bytes.length);
    const limits = { maxHead: 200, maxLine: 40, maxHeaders: 5, maxBody: 50 };
    const whole = reading(requestParser(limits), [bytes]);
    assert.equal(
      reading(requestParser(limits), [bytes.subarray(0, cut), bytes.subarray(cut)]),
      whole,
      JSON.stringify(bytes.toString("latin1")),
    );
  }
});
