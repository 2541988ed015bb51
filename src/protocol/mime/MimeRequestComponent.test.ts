// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished } from "../../axon/index.ts";
import { drive, SeededRandom } from "../../testing/index.ts";
import { MimeRequestComponent } from "./MimeRequestComponent.ts";

const REQUEST =
  "POST http://user:secret@example.org:80/a/b?c PROTO/1.5\r\nHost: one\r\nhost: two\r\nContent-Length: 5\r\nX-Long: begins\r\n\tgoes on\r\n\r\nhello";

test("MimeRequestComponent() reads a request wherever it is cut, with either line end, then ends", async () => {
  for (const text of [REQUEST, REQUEST.replaceAll("\r\n", "\n")]) {
    const data = Buffer.from(`${text}behind it`);
    for (let cut = 0; cut <= data.length; cut++) {
      const { outbox, malformed, signal } = await drive(
        MimeRequestComponent(),
        { inbox: [data.subarray(0, cut), data.subarray(cut)] },
        { shutdown: false },
      );
      const [{ preambleLine, header, body, parts }] = outbox as [(typeof outbox)[0]];
      assert.deepEqual(preambleLine, {
        method: "POST",
        reqprotocol: "http",
        user: "user",
        passwd: "secret",
        domain: "example.org:80",
        url: "/a/b?c",
        protocol: "PROTO",
        version: "1.5",
      });
      assert.deepEqual(
        { ...header },
        { host: ["Host", "one, two"], "content-length": ["Content-Length", "5"], "x-long": ["X-Long", "begins\tgoes on"] },
      );
      assert.deepEqual([Buffer.from(body).toString(), parts, malformed, signal], ["hello", [], [], [producerFinished()]]);
    }
  }
});
test("MimeRequestComponent() takes a multipart body apart (the original did not)", async () => {
  const body = "--x\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--x--";
  const text = `GET /here HTTP/1.1\nContent-Type: multipart/form-data; boundary=x\nContent-Length: ${body.length}\n\n${body}`;
  const { outbox } = await drive(MimeRequestComponent(), { inbox: [Buffer.from(text)] });
  assert.deepEqual(
    outbox[0]!.parts.map((part) => Buffer.from(part.body).toString()),
    ["hello"],
  );
  assert.equal(outbox[0]!.preambleLine.url, "/here");
});
test("MimeRequestComponent() says what is wrong with what is no request, and ends", async () => {
  const faults: Record<string, RegExp> = {
    "GET\n\n": /"GET" is no "METHOD protocol:\/\/domain\/url PROTOCOL\/version"/,
    "GET http://a/b PROTO/1\nnothing\n\n": /"nothing" is no "Name: value"/,
    "GET http://a/b PROTO/1\nContent-Length: -1\n\n": /its Content-Length is "-1", which is no number/,
    "GET http://a/b PROTO/1\nContent-Length: 99999999\n\n": /its body has 99999999 bytes, and may have 100/,
    "GET http://a/b PROTO/1\nContent-Length: 9\n\nshort": /it is cut off/,
    [`GET http://a/${"b".repeat(2000)}`]: /its header has more than 1000 bytes/,
    [`GET http://a/b PROTO/1\n${"A: b\n".repeat(11)}\n`]: /its header has more than 10 lines/,
  };
  for (const [text, message] of Object.entries(faults)) {
    const { outbox, malformed, signal } = await drive(MimeRequestComponent({ maxHeader: 1000, maxFields: 10, maxBody: 100 }), {
      inbox: [Buffer.from(text)],
    });
    assert.deepEqual([outbox, signal.length], [[], 1]);
    assert.match(malformed[0]!.message, message);
  }
});
test("MimeRequestComponent() survives mutated and truncated requests", async () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 500; round++) {
    const data = Buffer.from(REQUEST.slice(0, random.integer(REQUEST.length + 1)));
    for (let n = random.integer(6); n > 0 && data.length > 0; n--) data[random.integer(data.length)] = random.integer(256);
    const { outbox, malformed } = await drive(MimeRequestComponent(), { inbox: [data] });
    assert.equal(outbox.length + malformed.length, data.length === 0 ? 0 : 1);
  }
});
test("MimeRequestComponent() refuses sizes that are none", () => {
  assert.throws(() => MimeRequestComponent({ maxBody: -1 }), RangeError);
});
