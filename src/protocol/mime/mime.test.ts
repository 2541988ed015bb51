// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../testing/index.ts";
import {
  decodeTransfer,
  decodeWords,
  encodeTransfer,
  encodeWords,
  MIMEError,
  parseMIME,
  parseParameters,
  parseRequestLine,
  readHeader,
  writeParameters,
} from "./index.ts";

/** Text of all kinds of characters. */
function scribble(random: SeededRandom, length: number): string {
  const alphabet = ["a", " ", "é", "中", "😀", '"', "\\", "'", "%", "=", "?", "*", ";", "_"];
  return Array.from({ length }, () => alphabet[random.integer(alphabet.length)]).join("");
}

test("decodeWords() reads the examples of RFC 2047, section 8", () => {
  const examples = {
    "=?ISO-8859-1?Q?a?=": "a",
    "=?ISO-8859-1?Q?a?= b": "a b",
    "=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=": "ab",
    "=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=": "ab",
    "=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=": "ab",
    "=?ISO-8859-1?Q?a_b?=": "a b",
    "=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=": "a b",
    "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>": "Keith Moore <moore@cs.utk.edu>",
    "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=":
      "If you can read this you understand the example.",
    "=?utf-8?q?=C3?= =?utf-8?q?=A9?=": "é",
    "=?no-such-set?q?a?= =?": "=?no-such-set?q?a?= =?",
    plain: "plain",
  };
  for (const [written, text] of Object.entries(examples)) assert.equal(decodeWords(written), text);
});
test("encodeWords() writes what decodeWords() reads, in words of at most 75 characters", () => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 500; round++) {
    const text = scribble(random, random.integer(80));
    const written = encodeWords(text);
    for (const line of written.split("\r\n ")) assert.ok(written === text || line.length <= 75, line);
    assert.equal(decodeWords(written), text);
  }
});
test("parseParameters() reads the examples of RFC 2231", () => {
  assert.deepEqual(
    {
      ...parseParameters(
        'message/external-body; access-type=URL;\r\n URL*0="ftp://";\r\n URL*1="cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"',
      ).parameters,
    },
    { "access-type": "URL", url: "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar" },
  );
  assert.equal(
    parseParameters(
      "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
    ).parameters["title"],
    "This is even more ***fun*** isn't it!",
  );
  assert.deepEqual(parseParameters("Text/HTML ; Charset=utf-8 ;").value, "text/html");
  assert.equal(parseParameters('form-data; name="a\\"b;c"').parameters["name"], 'a"b;c');
  assert.equal(parseParameters("a/b; t=plain; t*=iso-8859-1''caf%E9").parameters["t"], "café");
});
test("parseParameters() says what is no list of parameters", () => {
  for (const text of ["a; b", 'a; b="c', "a; =c", 'a; b="c" d', `a; ${"b*1=c;".repeat(1001)}`])
    assert.throws(() => parseParameters(text), MIMEError);
});
test("writeParameters() writes what parseParameters() reads", () => {
  const random = new SeededRandom(2);
  for (let round = 0; round < 500; round++) {
    const given = { value: "a/b", parameters: { one: scribble(random, random.integer(30)), two: scribble(random, random.integer(5)) } };
    const { value, parameters } = parseParameters(writeParameters(given));
    assert.deepEqual({ value, parameters: { ...parameters } }, given);
  }
  assert.throws(() => writeParameters({ value: "a", parameters: { "b*": "c" } }), MIMEError);
});
test("encodeTransfer() writes what decodeTransfer() reads, in lines of at most 76 characters", () => {
  const random = new SeededRandom(3);
  for (let round = 0; round < 500; round++) {
    const text = Array.from({ length: random.integer(300) }, () =>
      random.integer(30) === 0 ? "\r\n" : String.fromCharCode(random.integer(256)),
    ).join("");
    const body = new Uint8Array(Buffer.from(text, "latin1"));
    for (const encoding of ["base64", "quoted-printable"] as const) {
      const written = encodeTransfer(body, encoding);
      for (const line of written.split("\r\n")) assert.ok(line.length <= 76, `${line.length}`);
      assert.match(written, /^[\r\n\t -~]*$/);
      assert.deepEqual(decodeTransfer(Buffer.from(written), encoding), body);
    }
  }
});
test("readHeader() unfolds lines, joins those of the same name, and is not fooled by names of the language", () => {
  const header = readHeader("A: b\r\n c\r\na: d\r\n__proto__: e\r\nconstructor: f");
  assert.deepEqual(Object.entries(header), [
    ["a", ["A", "b c, d"]],
    ["__proto__", ["__proto__", "e"]],
    ["constructor", ["constructor", "f"]],
  ]);
  for (const text of [" a: b", "a b: c", ": d", "é: f"]) assert.throws(() => readHeader(text), MIMEError);
});
test("parseMIME() reads a mail with parts within parts", () => {
  const inner = "Content-Type: multipart/alternative; boundary=in\n\n--in\n\nplain\n--in\nContent-Type: text/html\n\n<b>bold</b>\n--in--\n";
  const mail = `Subject: hello\nContent-Type: multipart/mixed;\n boundary="out"\n\nthis is MIME\n--out\n${inner}\n--out\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9\n--out--\n`;
  const { parts } = parseMIME(Buffer.from(mail));
  assert.deepEqual(
    parts.map(({ type, body, parts: more }) => [type.value, more.length, more.length > 0 ? "" : Buffer.from(body).toString()]),
    [
      ["multipart/alternative", 2, ""],
      ["text/plain", 0, "café"],
    ],
  );
  assert.equal(Buffer.from(parts[0]!.parts[1]!.body).toString(), "<b>bold</b>");
});
test("parseMIME() goes no deeper, and reads no more parts, than it may", () => {
  const nested = (depth: number): string =>
    depth === 0 ? "\n\nx" : `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n${nested(depth - 1)}\n--b${depth}--\n`;
  assert.equal(parseMIME(Buffer.from(nested(10))).parts.length, 1);
  assert.throws(() => parseMIME(Buffer.from(nested(11))), /too many messages within messages/);
  assert.throws(() => parseMIME(Buffer.from(nested(5)), { maxParts: 3 }), /more than 0 parts/);
  assert.throws(() => parseMIME(Buffer.from("Content-Type: multipart/mixed\n\n")), /a boundary has 1 to 70 characters, not 0/);
});
test("parseMIME() throws nothing but MIMEErrors, whatever comes", () => {
  const random = new SeededRandom(4);
  const mail = Buffer.from(
    "Content-Type: multipart/mixed; boundary=\"a\"; x*0*=utf-8''b\r\n\r\n--a\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--a--\r\n",
  );
  for (let round = 0; round < 3000; round++) {
    const data = Buffer.from(mail.subarray(0, random.integer(mail.length + 1)));
    for (let n = random.integer(8); n > 0 && data.length > 0; n--) data[random.integer(data.length)] = random.integer(256);
    try {
      parseMIME(data);
    } catch (error) {
      assert.ok(error instanceof MIMEError, String(error));
    }
  }
});
test("parseRequestLine() reads the original's lines, and today's", () => {
  const read = (line: string): string[] => Object.values(parseRequestLine(line));
  assert.deepEqual(read("GET http://foo.bar.com/fwibble PROTO/3.3"), ["GET", "http", "", "", "foo.bar.com", "/fwibble", "PROTO", "3.3"]);
  assert.deepEqual(read("PUT ftp://me@host PROTO/1"), ["PUT", "ftp", "me", "", "host", "/", "PROTO", "1"]);
  assert.deepEqual(read("OPTIONS * HTTP/1.1"), ["OPTIONS", "", "", "", "", "*", "HTTP", "1.1"]);
  for (const line of [
    "",
    "GET",
    "GET http://a/b",
    "GET  HTTP/1.1",
    "GET http:///b PROTO/1",
    "GET http://a/b c PROTO/1",
    "GET http://a/b PROTO",
  ])
    assert.throws(() => parseRequestLine(line), MIMEError);
});
