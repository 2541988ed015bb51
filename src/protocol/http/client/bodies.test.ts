// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyComponent, FromIterable } from "../../../axon/index.ts";
import { drive } from "../../../testing/index.ts";
import { fetchHandler } from "../handlers/fetchHandler.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";
import { serving } from "../parts.ts";
import { SimpleHTTPClient } from "../SimpleHTTPClient.ts";
import type { HTTPBody } from "./bodies.ts";
import { CookieJar } from "./CookieJar.ts";
import { HTTPClient } from "./HTTPClient.ts";
import { bodyOf, plain, saidOf } from "./parts.ts";

test("HTTPClient() sends text, bytes, forms and Blobs, each with its Content-Type, unless the request has one", async (t) => {
  const { at } = await plain(t, async (request, response) => {
    const { "content-type": type = "-", "content-length": length = "-" } = request.headers;
    response.end(`${type} ${length} ${await bodyOf(request)}`);
  });
  const bytes = Buffer.from("ab");
  const view = new Uint16Array([0x6261]);
  const bodies: HTTPBody[] = [
    "ü",
    bytes,
    new Uint8Array([97, 98]).buffer,
    new DataView(new Uint8Array([1, 97, 98]).buffer, 1),
    view,
    new URLSearchParams({ a: "1 2", b: "ü" }),
    new Blob(["blob"]),
    new Blob(["text"], { type: "text/plain" }),
    new Blob(["st"]).stream(),
    ["a", Buffer.from("b")],
  ];
  assert.deepEqual(
    await saidOf(
      bodies.map((body) => ({ url: at, body })),
      { concurrency: 1 },
    ),
    [
      "200 - 2 Ã¼",
      "200 - 2 ab",
      "200 - 2 ab",
      "200 - 2 ab",
      "200 - 2 ab",
      "200 application/x-www-form-urlencoded;charset=UTF-8 14 a=1+2&b=%C3%BC",
      "200 - 4 blob",
      "200 text/plain 4 text",
      "200 - - st",
      "200 - - ab",
    ],
  );
  const own = { url: at, body: new URLSearchParams({ a: "1" }), headers: { "content-TYPE": "text/x" } };
  assert.deepEqual(await saidOf([own]), ["200 text/x 3 a=1"]);
});

test("HTTPClient() sends a form with files as multipart, which our server and others can read", async (t) => {
  const at = await serving(
    t,
    HTTPProtocol(
      fetchHandler({
        fetch: async (request) => {
          const form = await request.formData();
          const file = form.get("file");
          return new Response(file instanceof File ? `${String(form.get("a"))} ${file.name} ${file.type} ${await file.text()}` : "no file");
        },
      }),
    ),
  );
  const form = new FormData();
  form.append("a", "1\r\n2");
  form.append("file", new Blob(["x".repeat(100_000)], { type: "text/x" }), "näme.txt");
  const { outbox } = await drive(HTTPClient(), { inbox: [{ url: `http://127.0.0.1:${at.port}/`, body: form }] });
  assert.equal(Buffer.from(outbox[0]!.body).toString(), `1\r\n2 näme.txt text/x ${"x".repeat(100_000)}`);
});

test("HTTPClient() fails one request for a body with a wrong piece in it, and no other (it ended the client)", async (t) => {
  const { at } = await plain(
    t,
    (request, response) =>
      void bodyOf(request).then(
        (text) => response.end(text),
        () => {}, // it breaks off
      ),
  );
  async function* later(...pieces: unknown[]): AsyncGenerator<never> {
    for (const piece of pieces) {
      await undefined;
      yield piece as never;
    }
  }
  const given: unknown[] = [
    [5],
    new Map([["a", "1"]]),
    later("a", 5),
    later("a", { b: 1 }),
    later(undefined),
    FromIterable([["a", "b"]]),
    { a: 1 },
    5,
    null,
    new Date(0),
    (async function* () {
      yield "a";
      throw new Error("on purpose");
    })(),
  ];
  for (const body of given) {
    const { outbox, failures } = await drive(HTTPClient({ retries: 0 }), {
      inbox: [
        { url: at, body: "before" },
        { url: at, body: body as AnyComponent },
        { url: at, body: "after" },
      ],
    });
    assert.deepEqual(outbox.map((one) => Buffer.from(one.body).toString()).sort(), ["after", "before"]);
    assert.equal(failures.length, 1);
    assert.match(
      failures[0]!.error.message,
      /body (?:cannot be sent: (?:a piece of it is .*: give text or bytes|.*on purpose)|is neither)/,
    );
  }
});

test("HTTPClient() refuses limits, times and numbers that there cannot be when it is made (they ended the process)", () => {
  for (const options of [
    { maxBody: -1 },
    { maxHead: NaN },
    { maxHeaders: -1 },
    { maxLine: -5 },
    { backoff: { first: -1 } },
    { backoff: { first: 1, factor: NaN } },
    { backoff: { first: 1, max: -1 } },
    { retries: 1.5 },
    { maxRedirects: 0.5 },
    { timeout: NaN },
  ])
    for (const make of [HTTPClient, SimpleHTTPClient]) assert.throws(() => make(options), RangeError, JSON.stringify(options));
  HTTPClient({ retries: Infinity, maxRedirects: 0, backoff: { first: 0 }, maxBody: 0 });
});

test("HTTPClient() fails the request when something throws in a callback of the network (it ended the process)", async (t) => {
  const { at } = await plain(t, (_, response) => void response.end("fine"));
  const cookies = new CookieJar();
  let asked = 0;
  cookies.header = () => {
    if (++asked === 1) throw new Error("on purpose");
    return "";
  };
  assert.deepEqual((await saidOf([at, at], { cookies, retries: 0, concurrency: 1 })).sort(), [
    "200 fine",
    `head: Cannot get ${at}/: on purpose`,
  ]);
});
