// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from "node:http2";
import { connect as plainly } from "node:net";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { type Endpoint, producerFinished } from "../../../axon/index.ts";
import { certificates } from "../../../internet/node/parts.ts";
import { SimpleServer, TCPClient } from "../../../internet/index.ts";
import { SimulatedNetwork, star } from "../../../internet/simulate/index.ts";
import type { Answered, Handler } from "../handlers.ts";
import { HTTPProtocol, routes, ServerSentEvents, WebServer, type WebServerOptions } from "../index.ts";
import { ask, listening, program, raw, systemOf, without } from "../parts.ts";
import { Pipeline } from "../../../chassis/index.ts";
import { PureTransformer, Ticker } from "../../../util/index.ts";
import { HTTP2Peer } from "./parts.ts";

const noCurl = without("curl") || without("openssl");

const site = routes({
  "GET /": () => "Hello",
  "GET /big": () => ({ data: Buffer.alloc(1_000_000, "x") }),
  "GET /host": (request) => `${request.url} ${request.headers.get("host")} ${request.parsed.version}`,
  "GET /cookies": (request) => ({
    data: request.parsed.headers["cookie"] ?? "",
    headers: [
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["Connection", "close"],
    ],
  }),
  "GET /trailers": () => ({ data: pieces(), trailers: { "x-sum": "2" } }),
  "GET /throws": () => {
    throw new Error("on purpose");
  },
  "GET /breaks": () => ({ data: broken() }),
  "GET /nothing": () => ({ statuscode: 204 }),
  "POST /echo": (request) => new Response(request.body),
  "POST /ignore": () => "thanks",
  "GET /ticks": ServerSentEvents(() =>
    Pipeline(
      Ticker({ every: 5 }),
      PureTransformer(() => "tick"),
    ),
  ),
});

async function* pieces(): AsyncGenerator<string> {
  yield "a";
  yield "b";
}

async function* broken(): AsyncGenerator<string> {
  yield "a";
  throw new Error("on purpose");
}

async function serve(
  t: TestContext,
  options: Partial<WebServerOptions> = {},
): Promise<{ at: Endpoint; server: ReturnType<typeof WebServer> }> {
  const { http, ...where } = options;
  const server = WebServer({ port: 0, host: "127.0.0.1", handler: site, ...where, http: { http2: "plain", failed: () => {}, ...http } });
  return { at: await listening(systemOf(t), server), server };
}

async function session(t: TestContext, { port }: Endpoint): Promise<ClientHttp2Session> {
  const client = connect(`http://127.0.0.1:${port}`);
  client.on("error", () => {}); // the server may be gone before
  t.after(() => client.destroy());
  await once(client, "connect");
  return client;
}

/** Status, body and trailers of an answer. */
async function get(client: ClientHttp2Session, path: string, headers: OutgoingHttpHeaders = {}, body?: Uint8Array): Promise<string> {
  const stream = client.request({ ":path": path, ...headers }, { endStream: body === undefined });
  let [status, text, trailers] = ["", "", ""];
  stream.on("response", (fields) => (status = String(fields[":status"])));
  stream.on("trailers", (fields) => (trailers = ` ${JSON.stringify(fields)}`));
  stream.on("data", (bytes: Buffer) => (text += bytes.toString()));
  stream.on("error", () => {});
  if (body !== undefined) stream.end(body);
  await new Promise((resolve) => stream.on("close", resolve));
  return `${status} ${text}${trailers}${stream.rstCode === 0 ? "" : ` reset ${stream.rstCode}`}`;
}

test(
  "HTTP2Server() answers curl over TLS with the handlers of HTTP/1.1, which it answers on the same port",
  { skip: noCurl },
  async (t) => {
    const { server, ca, caFile, folder } = certificates(after);
    const log: Answered[] = [];
    const { at } = await serve(t, { tls: { cert: server.cert, key: server.key }, http: { log: (one) => log.push(one) } });
    assert.ok(ca !== "");
    const url = `https://localhost:${at.port}`;
    const words = ["curl", "-s", "-S", "--cacert", caFile, "--resolve", `localhost:${at.port}:127.0.0.1`];
    const curl = async (...more: string[]): Promise<string> => (await program([...words, ...more])).output;
    const answered = await curl("--http2", "-i", `${url}/`);
    assert.match(answered, /^HTTP\/2 200 \r\n/);
    assert.match(answered, /content-length: 5\r\nserver: Kamaelia\r\n\r\nHello$/);
    assert.match(await curl("--http1.1", "-i", `${url}/`), /^HTTP\/1\.1 200 OK\r\n[^]*Hello$/);
    assert.equal(await curl("--http2", `${url}/host`), `${url}/host localhost:${at.port} 2`);
    const file = join(folder, "upload");
    writeFileSync(file, Buffer.alloc(500_000, "0123456789"));
    assert.equal((await curl("--http2", "--data-binary", `@${file}`, `${url}/echo`)).length, 500_000);
    assert.match(await curl("--http2", "-I", `${url}/big`), /^HTTP\/2 200 [^]*content-length: 1000000\r\n/);
    assert.match(await curl("--http2", "-i", `${url}/nothing`), /^HTTP\/2 204 /);
    assert.deepEqual(
      log.map(({ version, status, bytes }) => `${version} ${status} ${bytes}`),
      ["2 200 5", "1.1 200 5", `2 200 ${`${url}/host localhost:${at.port} 2`.length}`, "2 200 500000", "2 200 0", "2 204 0"],
    );
  },
);

test("HTTP2Server() has trailers, cookies, failures and streams without end", async (t) => {
  const { at } = await serve(t);
  const client = await session(t, at);
  assert.equal(await get(client, "/trailers"), '200 ab {"x-sum":"2"}');
  assert.equal(await get(client, "/cookies", { cookie: ["x=1", "y=2"] }), "200 x=1; y=2");
  assert.match(await get(client, "/throws"), /^500 .*Internal/);
  assert.equal(await get(client, "/breaks"), `200 a reset ${constants.NGHTTP2_INTERNAL_ERROR}`);
  assert.equal(await get(client, "/", { ":method": "HEAD" }), "200 ");
  assert.match(await get(client, "/nope"), /^404 /);
  assert.equal(await get(client, "/echo", { ":method": "POST" }, Buffer.from("echo")), "200 echo");
  const ticks = client.request({ ":path": "/ticks" });
  await once(ticks, "data");
  ticks.close();
  assert.equal(await get(client, "/"), "200 Hello");
});

test("HTTP2Server() refuses what is too long, and what is for several hosts", async (t) => {
  const { at } = await serve(t, { http: { maxBody: 1000, maxLine: 100, maxHead: 4000, maxHeaders: 20 } });
  const client = await session(t, at);
  const post = { ":method": "POST" };
  assert.match(await get(client, "/echo", post, Buffer.alloc(2000)), /^413 /);
  assert.match(await get(client, "/echo", { ...post, "content-length": 2000 }, Buffer.alloc(2000)), /^413 /);
  assert.match(await get(client, `/${"x".repeat(200)}`), /^414 /);
  assert.match(await get(client, "/", { "x-long": "x".repeat(4000) }), /^431 /);
  assert.match(await get(client, "/", Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`x-${i}`, "1"]))), /^431 /);
  assert.match(await get(client, "/", { ":authority": "a", host: "another" }), /^400 /);
  assert.match(await get(client, "/a b"), /^400 |^ /);
  assert.match(await get(client, "/ignore", post, Buffer.alloc(900)), /^200 thanks/);
  assert.equal(await get(client, "/"), "200 Hello");
});

test("HTTP2Server() holds a stream that is not read, and answers the others", async (t) => {
  const { at } = await serve(t);
  const client = await session(t, at);
  const slow = client.request({ ":path": "/big" });
  slow.pause();
  await once(slow, "response");
  for (let i = 0; i < 20; i++) assert.equal(await get(client, "/"), "200 Hello");
  let length = 0;
  slow.on("data", (bytes: Buffer) => (length += bytes.length)).resume();
  await once(slow, "end");
  assert.equal(length, 1_000_000);
});

test("HTTP2Server() takes nothing new when it is told to end, and answers what runs", async (t) => {
  let answer!: (text: string) => void;
  const handler: Handler = ({ parsed }) => (parsed["raw-uri"] === "/" ? "quick" : new Promise((resolve) => (answer = resolve)));
  const { at, server } = await serve(t, { handler });
  const client = await session(t, at);
  assert.equal(await get(client, "/"), "200 quick");
  const slow = get(client, "/slow");
  while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
  const away = once(client, "goaway");
  server.stop(producerFinished());
  await away;
  answer("slow");
  assert.equal(await slow, "200 slow");
  await server.ended;
});

test("HTTP2Server() ends streams of events when it is told to end", async (t) => {
  const { at, server } = await serve(t, { grace: 100 });
  const client = await session(t, at);
  const ticks = client.request({ ":path": "/ticks" });
  ticks.on("error", () => {});
  await once(ticks, "data");
  server.stop(producerFinished());
  ticks.resume();
  await Promise.all([once(ticks, "close"), server.ended]);
});

test("HTTP2Server() goes on with others when a client resets as fast as it can, or sends rubbish", async (t) => {
  const { at } = await serve(t);
  const attacker = connect(`http://127.0.0.1:${at.port}`);
  attacker.on("error", () => {});
  for (let i = 0; i < 2000 && !attacker.destroyed; i++) {
    const stream = attacker.request({ ":path": "/big" });
    stream.on("error", () => {});
    stream.close(constants.NGHTTP2_CANCEL);
  }
  const client = await session(t, at);
  assert.equal(await get(client, "/"), "200 Hello");
  await ask(t, at, Buffer.concat([raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.alloc(3000, 0xff)]), true);
  assert.equal(await get(client, "/"), "200 Hello");
  attacker.destroy();
});

test("HTTP2Server() is found out from the first bytes, wherever they are cut", async (t) => {
  const { at } = await serve(t);
  const preface = raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  for (const cut of [1, 3, 23]) {
    const socket = plainly({ port: at.port, host: "127.0.0.1", noDelay: true });
    t.after(() => socket.destroy());
    socket.write(preface.subarray(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 5));
    socket.write(Buffer.concat([preface.subarray(cut), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]));
    const [bytes] = (await once(socket, "data")) as [Buffer];
    assert.equal(bytes[3], 4, "SETTINGS come first");
    socket.destroy();
  }
  assert.match(await ask(t, at, "PRI / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), /^HTTP\/1\.1 405 /);
  assert.match(await ask(t, at, "P", true), /^$|^HTTP\/1\.1 400 /);
});

test("HTTP2Server() answers h2load", { skip: without("h2load") }, async (t) => {
  const { at } = await serve(t);
  const { output } = await program(["h2load", "-n", "1000", "-c", "5", "-m", "10", `http://127.0.0.1:${at.port}/`]);
  assert.match(output, /1000 succeeded, 0 failed/);
});

test("HTTP2Server() works over a simulated network that loses packets", async () => {
  const network = new SimulatedNetwork(star(["server", "client"], { delay: 10, loss: 0.02 }), { seed: 3 });
  const timeouts = { idle: Infinity, head: Infinity, send: Infinity }; // virtual time does not wait for Node.js
  network
    .host("server")
    .system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: HTTPProtocol(site, { http2: "plain", timeouts }) }));
  const { system } = network.host("client");
  const answers: Promise<string[]> = new Promise((resolve) => {
    const peer = HTTP2Peer((client) => {
      void Promise.all(["/", "/trailers", "/big", "/"].map((path) => get(client, path))).then((all) => {
        client.destroy();
        resolve(all);
      });
    });
    system.activate(Pipeline.with({ circular: true })(TCPClient({ host: "server", port: 80 }), peer));
  });
  const [first, second, big = "", last] = await answers;
  assert.deepEqual([first, second, big.length, last], ["200 Hello", '200 ab {"x-sum":"2"}', 1_000_004, "200 Hello"]);
});
