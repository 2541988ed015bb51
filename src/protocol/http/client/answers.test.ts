// SPDX-License-Identifier: Apache-2.0
// Answers of every kind, split everywhere, broken off everywhere, and without end: there is a response or a failure, and nothing else happens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { ANSWERS, outcome, packed, streamed, TEXT } from "./said/parts.ts";

test("HTTPClient() and SingleShotHTTPClient() make the same of an answer, wherever it is split", async () => {
  for (const answer of ANSWERS) {
    const [wanted, wantedParts] = [await outcome([answer]), await streamed([answer])];
    if (!answer.includes("302 Found")) assert.doesNotMatch(wanted, /^failed/);
    const bytes = [...answer].map((byte) => Uint8Array.of(byte));
    assert.equal(await outcome(bytes), wanted);
    assert.equal(await streamed(bytes), wantedParts);
    for (let at = 1; at < answer.length; at += 1)
      assert.equal(await outcome([answer.subarray(0, at), answer.subarray(at)]), wanted, `split at ${at}`);
  }
});

test("HTTPClient() and SingleShotHTTPClient() survive an answer that ends or breaks at any place", async () => {
  for (const answer of ANSWERS)
    for (let at = 0; at < answer.length; at++)
      for (const breaks of [false, true]) {
        const part = [answer.subarray(0, at)];
        const isWhole = !breaks && answer.includes("until it closes") && at >= 19;
        const said = await outcome(part, breaks);
        assert.equal(said.startsWith("failed"), !isWhole, `${at} of ${answer.toString("latin1")}: ${said}`);
        if (at % 7 === 0) await streamed(part, breaks);
      }
});

/** The same for ever. */
function* endless(first: string, then: string): Generator<Uint8Array> {
  yield Buffer.from(first);
  const piece = Buffer.from(then);
  for (;;) yield piece;
}

test("HTTPClient() does not take what never ends", async () => {
  const chunks = `${(1000).toString(16)}\r\n${"x".repeat(1000)}\r\n`;
  for (const [answer, reason] of [
    [endless("HTTP/1.1 200 ", "x".repeat(10_000)), /first line is longer|longer than 4096/],
    [endless("HTTP/1.1 200 OK\r\n", "X: y\r\n".repeat(100)), /longer than 4096|more than 200 fields/],
    [endless("", "HTTP/1.1 100 Continue\r\n\r\n"), /for ever/],
    [endless("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(10_000)), /longer than 100000 bytes/],
    [endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks), /longer than 100000 bytes/],
    [endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", `1;${"x".repeat(1000)}\r\na\r\n`), /extensions of its chunks/],
    [endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n"), /longer than 4096|more than 200/],
    [[packed("gzip", gzipSync(Buffer.alloc(10_000_000)))], /longer than 100000 bytes once it is unpacked/],
    [[packed("br", brotliCompressSync(Buffer.alloc(50_000_000)))], /longer than 100000 bytes once it is unpacked/],
    [[packed("gzip, gzip", gzipSync(gzipSync(Buffer.alloc(10_000_000))))], /longer than 100000 bytes once it is unpacked/],
    [[packed("gzip, gzip, gzip, gzip", gzipSync(TEXT))], /compressed 4 times over/],
    [[packed("gzip", gzipSync(TEXT).subarray(0, 20))], /cannot be unpacked \(gzip\)/],
    [[packed("br", Buffer.from("nonsense"))], /cannot be unpacked \(br\)/],
  ] as const) {
    assert.match(await outcome(answer as Iterable<Uint8Array>), reason);
  }
  for (const [answer, wanted] of [
    [[packed("gzip", gzipSync(Buffer.alloc(10_000_000)))], "failed"],
    [[packed("gzip", gzipSync(TEXT).subarray(0, 20))], "failed"],
    [[packed("unheard-of", TEXT)], `ended ${TEXT.toString()}`],
  ] as const)
    assert.equal((await streamed(answer)).slice(0, wanted.length), wanted);
});
