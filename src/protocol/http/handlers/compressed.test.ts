// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";
import { type Component, component } from "../../../axon/index.ts";
import type { Answer, Handler } from "../handlers.ts";
import { MinimalFactory } from "../Minimal.ts";
import { ask, dial, until } from "../parts.ts";
import type { Resource } from "../resource.ts";
import { chooseCoding, CODINGS } from "./codings.ts";
import { compressed } from "./compressed.ts";
import { folderWith, get, served } from "./parts.ts";

const long = "All work and no play makes Jack a dull boy. ".repeat(500);
const unpack: Record<string, (bytes: Uint8Array) => Buffer> = {
  br: (bytes) => zlib.brotliDecompressSync(bytes),
  gzip: (bytes) => zlib.gunzipSync(bytes),
  zstd: (bytes) => zlib.zstdDecompressSync(bytes),
};

async function* pieces(): AsyncGenerator<string> {
  for (let i = 0; i < 10; i++) yield long;
}

function Sender(resources: readonly Resource[]): Component<{}, { outbox: Resource }> {
  return component(Sender, {
    outboxes: { outbox: "a response" },
    *main(_, { outbox }) {
      for (const resource of resources) {
        outbox.send(resource);
        yield;
      }
    },
  });
}

const html = { "content-type": "text/html" };
const answers: Record<string, () => Answer | Promise<Answer>> = {
  text: () => long,
  promised: async () => long,
  resource: () => ({ data: Buffer.from(long), headers: html }),
  response: () => new Response(long),
  stream: () => ({ data: pieces(), headers: html }),
  "stream of a response": () => new Response(new Blob([long, long]).stream(), { headers: html }),
  component: () => Sender([{ headers: html }, { data: long }, { data: long }]),
  "whole of a component": () => Sender([{ headers: html, data: long, complete: true }]),
};

for (const [what, answer] of Object.entries(answers))
  for (const coding of CODINGS)
    test(`compressed() makes a ${what} shorter with ${coding}`, async (t) => {
      const at = await served(t, compressed(answer));
      const plain = await get(at, "/");
      const got = await get(at, "/", { headers: { "accept-encoding": coding } });
      assert.equal(got.headers["content-encoding"], coding);
      assert.equal(got.headers.vary, "Accept-Encoding");
      assert.equal(plain.headers.vary, "Accept-Encoding");
      assert.equal(plain.headers["content-encoding"], undefined);
      assert.ok(got.body.length < plain.body.length / 10);
      assert.deepEqual(unpack[coding]!(got.body), plain.body);
    });

test("compressed() leaves alone what is short, what is no text, what has a coding, what is a part, and what must not be transformed", async (t) => {
  const alone: Record<string, Resource> = {
    "/short": { data: "short" },
    "/png": { data: Buffer.alloc(5000), headers: { "content-type": "image/png" } },
    "/untyped": { data: Buffer.alloc(5000) },
    "/coded": { data: long, headers: { ...html, "content-encoding": "x" } },
    "/part": { data: long, statuscode: 206, headers: { ...html, "content-range": "bytes 0-1/2" } },
    "/no-transform": { data: long, headers: { ...html, "cache-control": "no-transform" } },
    "/events": { data: long, headers: { "content-type": "text/event-stream" } },
  };
  const at = await served(
    t,
    compressed(({ parsed }) => alone[parsed["raw-uri"]]!),
  );
  for (const path of Object.keys(alone)) {
    const { headers, body } = await get(at, path, { headers: { "accept-encoding": "gzip, br" } });
    assert.ok(headers["content-encoding"] !== "gzip" && headers["content-encoding"] !== "br", path);
    assert.ok(body.length > 0);
  }
});

test("compressed() keeps conditions and HEAD right: tags are weak, lengths are those of what is sent", async (t) => {
  const folder = folderWith(t, { "page.html": long });
  const at = await served(t, compressed(MinimalFactory({ homedirectory: folder })));
  const headers = { "accept-encoding": "gzip" };
  const whole = await get(at, "/page.html", { headers });
  assert.match(whole.headers.etag!, /^W\/"/);
  assert.equal(whole.headers["accept-ranges"], undefined);
  assert.equal((await get(at, "/page.html", { headers: { ...headers, "if-none-match": whole.headers.etag! } })).status, 304);
  const part = await get(at, "/page.html", { headers: { ...headers, range: "bytes=0-9" } });
  assert.equal(`${part.status} ${part.text}`, `206 ${long.slice(0, 10)}`);
  const head = await get(at, "/page.html", { method: "HEAD", headers });
  assert.equal(head.headers["content-encoding"], "gzip");
  assert.equal(head.headers["content-length"], undefined);
});

test("compressed() takes no more of a stream than the client reads", async (t) => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      given++;
      yield Buffer.from(Array.from({ length: 65_536 }, () => Math.random() * 256));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const at = await served(
    t,
    compressed(() => ({ data: endless(), headers: html })),
  );
  const socket = await dial(t, at);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
  await until(socket, "gzip");
  socket.pause();
  for (let before = 0; given <= 5 || before !== given; await new Promise((resolve) => setTimeout(resolve, 100))) before = given;
  assert.ok(given < 500, `${given} pieces`);
});

test("compressed() does not hold back what comes slowly", async (t) => {
  let go!: () => void;
  async function* slow(): AsyncGenerator<string> {
    yield "first";
    await new Promise<void>((resolve) => (go = resolve));
    yield "second";
  }
  const at = await served(
    t,
    compressed(() => ({ data: slow(), headers: html })),
  );
  const socket = await dial(t, at);
  const unzipped = zlib.createGunzip();
  let text = "";
  unzipped.on("data", (bytes: Buffer) => (text += bytes.toString()));
  let rest = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    const body = rest.indexOf("\r\n\r\n");
    if (body < 0) return;
    let at = body + 4;
    for (;;) {
      const line = rest.indexOf("\r\n", at);
      if (line < 0) break;
      const size = Number.parseInt(rest.subarray(at, line).toString(), 16);
      if (!(size > 0) || rest.length < line + 2 + size + 2) break;
      unzipped.write(rest.subarray(line + 2, line + 2 + size));
      rest = Buffer.concat([rest.subarray(0, body + 4), rest.subarray(line + 4 + size)]);
      at = body + 4;
    }
  });
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
  const heardSoFar = (): string => text;
  while (heardSoFar() !== "first") await new Promise((resolve) => setImmediate(resolve));
  go();
  while (heardSoFar() !== "firstsecond") await new Promise((resolve) => setImmediate(resolve));
});

test("compressed() says when a stream breaks off, and goes on with others", async (t) => {
  const handler: Handler = ({ parsed }) => {
    if (parsed["raw-uri"] === "/") return "fine";
    return {
      headers: html,
      data: (async function* () {
        yield long;
        throw new Error("on purpose");
      })(),
    };
  };
  const at = await served(t, compressed(handler));
  assert.doesNotMatch(await ask(t, at, "GET /breaks HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n\r\n"), /0\r\n\r\n$/);
  assert.equal((await get(at, "/")).text, "fine");
});

test("compressed() refuses codings that there are not", () => {
  assert.throws(() => compressed(() => "", { codings: ["deflate" as "gzip"] }), RangeError);
  assert.throws(() => compressed(() => "", { minSize: -1 }), RangeError);
});

test("chooseCoding() follows what clients prefer", () => {
  const ours = ["br", "gzip"] as const;
  const cases: Record<string, string | undefined> = {
    "": undefined,
    gzip: "gzip",
    "gzip, br": "br",
    "gzip;q=1, br;q=0.5": "gzip",
    "*": "br",
    "*;q=0.5, br;q=0": "gzip",
    "identity;q=1, gzip;q=0.5": undefined,
    "gzip;q=0": undefined,
    "x-gzip": "gzip",
    "GZIP ; Q=0.3": "gzip",
    "gzip;q=nonsense": undefined,
    deflate: undefined,
  };
  for (const [accepts, coding] of Object.entries(cases)) assert.equal(chooseCoding(accepts, ours), coding, accepts);
});
