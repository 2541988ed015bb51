// SPDX-License-Identifier: Apache-2.0
// Servers that do not do what one expects, over real sockets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { component, type Component } from "../../../axon/index.ts";
import { SimpleServer } from "../../../internet/index.ts";
import { SimulatedNetwork, star } from "../../../internet/simulate/index.ts";
import { drive, Feed } from "../../../testing/index.ts";
import { Pipeline } from "../../../chassis/index.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";
import { systemOf } from "../parts.ts";
import { SimpleHTTPClient } from "../SimpleHTTPClient.ts";
import { SingleShotHTTPClient } from "../SingleShotHTTPClient.ts";
import type { HTTPAnswered } from "./feed.ts";
import { HTTPClient } from "./HTTPClient.ts";
import { bodyOf, odd, plain, saidOf } from "./parts.ts";
import { type HTTPResponse, textOf } from "./response.ts";

test("HTTPClient() reads chunks of every size from node:http", async (t) => {
  const { at } = await plain(t, async (request, response) => {
    const size = Number(request.url?.slice(1));
    for (let sent = 0; sent < 20_000; sent += size)
      if (!response.write("x".repeat(Math.min(size, 20_000 - sent)))) await new Promise((resolve) => response.once("drain", resolve));
    response.end();
  });
  for (const size of [7, 100, 4096, 19_999, 20_000]) assert.equal((await saidOf([`${at}/${size}`]))[0]?.length, 20_004);
});

test("HTTPClient() says so, or asks again, wherever a server cuts the connection", async (t) => {
  const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 40\r\nX: y\r\n\r\n${"x".repeat(40)}`);
  for (const how of ["reset", "end"] as const)
    for (let at = 0; at < answer.length; at += 5) {
      const server = await odd(t, (socket, _, count) => {
        if (count > 1) socket.write(answer);
        else
          socket.write(answer.subarray(0, at), () => void setImmediate(() => (how === "reset" ? socket.resetAndDestroy() : socket.end())));
      });
      assert.deepEqual(await saidOf([server.at]), [`200 ${"x".repeat(40)}`], `${how} after ${at}`);
      const once = await odd(t, (socket) => socket.write(answer.subarray(0, at), () => void setImmediate(() => socket.destroy())));
      const [said = ""] = await saidOf([{ url: once.at, method: "POST" }]);
      assert.match(said, /^(?:head|body): Cannot POST /, `${how} after ${at}`);
    }
});

test("SingleShotHTTPClient() goes on where an answer broke off, if it is asked to try again, and nobody notices", async (t) => {
  const film = Buffer.from("0123456789".repeat(1000));
  const seen: string[] = [];
  const { at } = await plain(t, ({ headers }, response) => {
    const { range, "if-range": condition } = headers;
    seen.push(range ?? "");
    const from = condition === '"x"' ? Number(/\d+/.exec(range ?? "")?.[0]) : 0;
    const rest = { "content-length": film.length - from, "content-range": `bytes ${from}-${film.length - 1}/${film.length}` };
    if (from === 0) response.writeHead(200, { etag: '"x"', "content-length": film.length });
    else response.writeHead(206, { etag: '"x"', ...rest });
    response.write(film.subarray(from, from + 4000), () =>
      setTimeout(() => (from + 4000 < film.length ? response.destroy() : response.end()), 5),
    );
  });
  const { outbox } = await drive(SingleShotHTTPClient(at, { retries: 5 }), {}, { shutdown: false });
  assert.deepEqual(
    outbox.map(({ type }) => type).filter((type) => type !== "ParsedHTTPBodyChunk"),
    ["ParsedHTTPHeader", "ParsedHTTPEnd"],
  );
  const body = Buffer.concat(outbox.flatMap((part) => (part.type === "ParsedHTTPBodyChunk" ? [part.bodychunk] : [])));
  assert.ok(body.equals(film));
  assert.ok(seen.length >= 3 && seen[0] === "");
});

test("HTTPClient() follows redirects as it should: methods, bodies, secrets, loops; or not, if it is not to", async (t) => {
  const other = await plain(
    t,
    async ({ method, headers }, response) => void response.end(`${method} ${headers.authorization ?? "-"} ${headers.cookie ?? "-"}`),
  );
  const { at } = await plain(t, async (request, response) => {
    const { url = "", method, headers } = request;
    const body = await bodyOf(request);
    const [, status, to = ""] = /^\/(\d+)\/(.*)$/.exec(url) ?? [];
    const location = to === "other" ? other.at.replace("127.0.0.1", "localhost") : `/${to}`;
    if (url === "/301/utf8") response.writeHead(301, { location: Buffer.from("/é").toString("latin1") }).end();
    else if (status === undefined) response.end(`${method} ${headers.authorization ?? "-"} ${body}${url.includes("%") ? url : ""}`);
    else response.writeHead(Number(status), { location }).end("x".repeat(url.includes("large") ? 200_000 : 10));
  });
  const secret = { Authorization: "s", Cookie: "c=1" };
  const said = await saidOf(
    [
      { url: `${at}/303/a`, method: "PUT", body: "b", headers: secret },
      { url: `${at}/307/a`, method: "PUT", body: "b", headers: secret },
      { url: `${at}/302/a`, method: "DELETE", headers: secret },
      { url: `${at}/301/other`, headers: secret },
      { url: `${at}/308/large`, headers: secret },
      `${at}/301/utf8`,
    ],
    { ordered: true },
  );
  assert.deepEqual(said, ["200 GET s", "200 PUT s b", "200 DELETE s", "200 GET - -", "200 GET s", "200 GET - /%C3%A9"]);
  const { outbox } = await drive(HTTPClient({ followRedirects: false }), { inbox: [`${at}/302/a`] });
  assert.deepEqual([outbox[0]?.status, outbox[0]?.headers["location"]], [302, "/a"]);
});

test("HTTPClient() unpacks a bomb no faster than it is read", async (t) => {
  const SIZE = 50_000_000;
  const bomb = gzipSync(Buffer.alloc(SIZE)); // 50 kB
  const { at } = await plain(t, (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
  const system = systemOf(t);
  let [length, most, pieces] = [0, 0, 0];
  const before = process.memoryUsage().arrayBuffers;
  const slow: Component<{ inbox: Uint8Array }, {}> = component(Feed, {
    inboxes: { inbox: "bytes" },
    *main({ inbox }) {
      while (yield inbox) {
        const { length: more } = inbox.recv();
        length += more;
        if (++pieces % 64 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
    },
  });
  const taking: Component<{ inbox: { body: Component<{}, { outbox: Uint8Array }> } }, {}> = component(drive, {
    inboxes: { inbox: "responses" },
    *main({ inbox }, _, self) {
      while (yield inbox) {
        const { body } = inbox.recv();
        self.addChildren(body, slow);
        self.link(body.outboxes.outbox, slow.inboxes.inbox);
        self.link(body.outboxes.signal, slow.inboxes.control);
        body.activate();
        slow.activate();
      }
    },
  });
  await system.run(Pipeline(Feed([at]), HTTPClient({ stream: true }), taking));
  assert.equal(length, SIZE);
  assert.ok(most < 30_000_000, `${most} bytes of memory`);
});

test("SimpleHTTPClient() posts, pauses and comes back: what has no body, and what has a reason", async (t) => {
  const { at } = await plain(t, ({ url }, response) => void response.writeHead(url === "/403" ? 403 : 200).end(url));
  const { outbox, failures } = await drive(SimpleHTTPClient(), { inbox: [`${at}/`, `${at}/403`, { url: `${at}/h`, method: "HEAD" }] });
  assert.deepEqual([outbox.map((body) => Buffer.from(body).toString()), failures[0]?.status], [["/", ""], 403]);
});

test("HTTPClient() asks our server over a simulated network that loses packets, the same way each time", async () => {
  const run = async (): Promise<[string[], number]> => {
    const network = new SimulatedNetwork(star(["server", "client"], { delay: 20, rate: 1e7, loss: 0.03 }));
    let asked = 0;
    const protocol = HTTPProtocol(async (request) => {
      if (++asked % 7 === 0) return { statuscode: 503, headers: { "Retry-After": "1" }, data: "busy" };
      if (request.parsed["non-query-uri"] === "/packed")
        return { headers: { "Content-Encoding": "gzip" }, data: gzipSync("x".repeat(100_000)) };
      if (request.parsed["non-query-uri"] === "/moved") return { statuscode: 302, headers: { Location: "/there" }, data: "" };
      return `${request.method} ${request.parsed["non-query-uri"]} ${(await request.text()).length}`;
    });
    network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol }));
    const said: string[] = [];
    const { system } = network.host("client");
    const asks = [
      "http://server/a",
      { url: "http://server/b", method: "PUT", body: Buffer.alloc(50_000) },
      { url: "http://server/c", method: "PUT", body: Feed(["x".repeat(20_000), "y".repeat(20_000)]) },
      "http://server/moved",
      "http://server/packed",
      ...Array.from({ length: 20 }, (_, i) => `http://server/${i}`),
    ];
    await system.run(Pipeline(Feed(asks), HTTPClient({ concurrency: 3, ordered: true }), Texts(said)));
    const took = system.clock.now();
    await system.run(Pipeline(SingleShotHTTPClient("http://server/packed"), Lengths(said)));
    return [said, took];
  };
  const [said, took] = await run();
  assert.deepEqual(said.slice(0, 4), ["200 GET /a 0", "200 PUT /b 50000", "200 PUT /c 40000", "200 GET /there 0"]);
  assert.deepEqual([said.length, said[4]?.length, said.at(-1)], [26, 100_004, "200 100000"]);
  assert.ok(said.every((line) => line.startsWith("200 ")) && took > 1000);
  assert.deepEqual(await run(), [said, took]);
});

function Lengths(said: string[]): Component<{ inbox: HTTPAnswered }, {}> {
  return component(Lengths, {
    inboxes: { inbox: "what is answered" },
    *main({ inbox }) {
      let [status, length] = [0, 0];
      while (yield inbox)
        for (const part of inbox) {
          if (part.type === "ParsedHTTPHeader") status = part.header.responsecode;
          else if (part.type === "ParsedHTTPBodyChunk") length += part.bodychunk.length;
        }
      said.push(`${status} ${length}`);
    },
  });
}

test("HTTPClient() does not wait for ever for a connection, and has tried more than once", async () => {
  const network = new SimulatedNetwork(star(["server", "client"], { delay: 20, rate: 1e7, loss: 1 }));
  const { system } = network.host("client");
  const why: string[] = [];
  const client = SingleShotHTTPClient("http://server/", { connectTimeout: 1000, retries: 2, backoff: { first: 100 } });
  const told: Component<{ inbox: HTTPAnswered }, {}> = component(Lengths, {
    inboxes: { inbox: "what is answered" },
    *main({ inbox }) {
      while (yield inbox) for (const part of inbox) if (part.type === "HTTPFailure") why.push(part.error.message);
    },
  });
  await system.run(Pipeline(client, told));
  assert.match(
    why[0]!,
    /^Cannot get http:\/\/server\/: Cannot connect: no answer within 1000 ms; wait longer with connectTimeout \(tried 3 times\)$/,
  );
  assert.ok(system.clock.now() >= 3100 && system.clock.now() <= 3400, `${system.clock.now()} ms`);
});

function Texts(said: string[]): Component<{ inbox: HTTPResponse }, {}> {
  return component(Texts, {
    inboxes: { inbox: "responses" },
    *main({ inbox }) {
      while (yield inbox) for (const response of inbox) said.push(`${response.status} ${textOf(response)}`);
    },
  });
}
