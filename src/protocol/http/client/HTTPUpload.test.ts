// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at as times, drive } from "../../../testing/index.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";
import { serving } from "../parts.ts";
import { HTTPUpload } from "./HTTPUpload.ts";
import { bodyOf, odd, plain } from "./parts.ts";

const saidBy = async (driven: PromiseLike<{ outbox: readonly { type: string }[] }>): Promise<string> =>
  (await driven).outbox
    .map((part) => {
      if ("header" in part) return (part.header as { responsecode: number }).responsecode;
      if ("bodychunk" in part) return Buffer.from(part.bodychunk as Uint8Array).toString();
      return "error" in part ? (part.error as Error).message : part.type;
    })
    .join(" ");

test("HTTPUpload() sends what comes to its inbox as the body of a request, as it comes", async (t) => {
  const { at } = await plain(t, async (request, response) => {
    const { method, headers } = request;
    response.end(`${method} ${headers["content-type"]} ${headers["transfer-encoding"]} ${await bodyOf(request)}`);
  });
  const upload = HTTPUpload(at, { headers: { "Content-Type": "text/plain" } });
  const said = await saidBy(drive(upload, { inbox: times({ 0: "one ", 1000: Buffer.from("two "), 100_000: "three" }) }));
  assert.equal(said, "200 PUT text/plain chunked one two three ParsedHTTPEnd");
});

test("HTTPUpload() sends to our own server, with a length if it is known", async (t) => {
  const { port } = await serving(
    t,
    HTTPProtocol(async (request) => `${request.parsed.headers["content-length"]} ${await request.text()}`),
  );
  assert.equal(
    await saidBy(drive(HTTPUpload(`http://127.0.0.1:${port}/`, { length: 3 }), { inbox: ["a", "bc"] })),
    "200 3 abc ParsedHTTPEnd",
  );
});

test("HTTPUpload() says why it could not be sent", async (t) => {
  assert.match(
    await saidBy(drive(HTTPUpload("http://127.0.0.1:1/"), { inbox: ["a"] })),
    /^Cannot PUT .*nobody listens there .*\(tried 3 times\)$/,
  );
  const { at } = await odd(t, (socket) => socket.resetAndDestroy());
  assert.match(await saidBy(drive(HTTPUpload(at), { inbox: ["a"] })), /^Cannot PUT .*cut the connection/);
  const moved = await odd(
    t,
    (socket, text) => text.includes("0\r\n\r\n") && socket.end("HTTP/1.1 307 Go\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"),
  );
  assert.match(
    await saidBy(drive(HTTPUpload(moved.at), { inbox: ["a"] })),
    /a body that comes piece by piece cannot be sent again; ask there/,
  );
  assert.throws(() => HTTPUpload("ftp://x"), TypeError);
});
