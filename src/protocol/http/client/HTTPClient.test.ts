// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { type AnyComponent, type Component, component, producerFinished, type Shutdown, System } from "../../../axon/index.ts";
import { Pipeline } from "../../../chassis/index.ts";
import { drive, Feed } from "../../../testing/index.ts";
import { systemOf } from "../parts.ts";
import { HTTPClient } from "./HTTPClient.ts";
import { HTTPPool } from "./HTTPPool.ts";
import { bodyOf, odd, plain, REAL, saidOf } from "./parts.ts";
import type { HTTPClientOptions } from "./settings.ts";
import { type HTTPResponse, type HTTPStreamedResponse, textOf } from "./response.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

test("HTTPClient() gives a response for each request, with what asked for it", async (t) => {
  const { at } = await plain(t, async (request, response) => {
    response.writeHead(request.url === "/missing" ? 404 : 200, { "x-method": request.method, "content-type": "text/plain" });
    response.end(`${request.url} ${await bodyOf(request)}`);
  });
  const asked = [`${at}/a`, { url: `${at}/b`, method: "PUT", body: "é", headers: { X: "y" } }, `${at}/missing`];
  const { outbox, failures } = await drive(HTTPClient({ ordered: true }), { inbox: asked });
  assert.deepEqual(
    outbox.map(({ status, reason, headers, url, request }) => [status, reason, headers["x-method"], url, request]),
    [
      [200, "OK", "GET", `${at}/a`, asked[0]],
      [200, "OK", "PUT", `${at}/b`, asked[1]],
      [404, "Not Found", "GET", `${at}/missing`, asked[2]],
    ],
  );
  assert.equal(textOf(outbox[1]!), "/b é");
  assert.deepEqual(failures, []);
});

test("HTTPClient() has no more requests under way, and no more connections, than it may", async (t) => {
  let most = 0;
  const waiting: ServerResponse[] = [];
  const { at, connections } = await plain(t, (_, response) => {
    most = Math.max(most, waiting.push(response));
    if (waiting.length === 4) setTimeout(() => waiting.splice(0).forEach((one) => one.end("x")), 5); // none is answered before
  });
  const said = await saidOf(Array<string>(40).fill(at), { concurrency: 8, connections: 4 });
  assert.deepEqual([said.length, new Set(said), most, connections()], [40, new Set(["200 x"]), 4, 4]);
});

test("HTTPClient() answers each as soon as it is there, or in order if asked to", async (t) => {
  const waiting: ServerResponse[] = [];
  const { at } = await plain(t, ({ url }, response) => {
    if (url === "/slow") waiting.push(response);
    else response.end(url, later);
  });
  const later = (): void =>
    void setTimeout(() => (waiting.length === 0 ? later() : waiting.splice(0).forEach((one) => one.end("/slow"))), 50);
  assert.deepEqual(await saidOf([`${at}/slow`, `${at}/fast`]), ["200 /fast", "200 /slow"]);
  assert.deepEqual(await saidOf([`${at}/slow`, `${at}/fast`], { ordered: true }), ["200 /slow", "200 /fast"]);
});

test("HTTPClient() says why a request got no response: what, in which phase, and what may help", async (t) => {
  const { at } = await odd(t, (socket, request) => {
    if (request.includes("/silent")) return;
    if (request.includes("/short")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    else if (request.includes("/stops")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    else if (request.includes("/loop")) socket.end("HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
    else if (request.includes("/long")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    else socket.end("SSH-2.0-OpenSSH\r\n");
  });
  const reasons: [url: string, reason: RegExp, options?: HTTPClientOptions][] = [
    ["nonsense", /^request: Cannot get nonsense: Cannot ask for nonsense: it is no URL/],
    ["http://127.0.0.1:1/", /^connect: Cannot get http:\/\/127\.0\.0\.1:1\/: Cannot connect .*nobody listens there/],
    [`${at}/silent`, /^head: Cannot get .*\/silent: the server said nothing for 100 ms; .*headTimeout/, { headTimeout: 100 }],
    [`${at}/ssh`, /^head: .*does not speak HTTP/],
    [`${at}/short`, /^body: .*breaks off/],
    [
      `${at}/stops`,
      /^body: .*said nothing for 150 ms; .*allow it with timeout/,
      { timeout: 150, headTimeout: 10_000, connectTimeout: 10_000 },
    ],
    [`${at}/long`, /^(?:head|body): .*longer than 100 bytes/],
    [`${at}/loop`, /^redirect: .*redirects more than 10 times; allow more with maxRedirects/],
    ["http://me:secret@127.0.0.1:1/", /^connect: Cannot get http:\/\/127\.0\.0\.1:1\/: /],
  ];
  for (const [url, reason, options = {}] of reasons) {
    const [said = ""] = await saidOf([url], { retries: 0, maxBody: 100, ...options }, REAL);
    assert.match(said, reason);
    assert.doesNotMatch(said, /secret/);
  }
  assert.match((await saidOf([{ url: `${at}/silent`, totalTimeout: 50 }], {}, REAL))[0]!, /longer than 50 ms in all/);
});

test("HTTPClient() tries again what may pass, later and later, by its clock and by chance", async (t) => {
  const times: number[] = [];
  const system = new System();
  const { at } = await odd(t, (socket, _, count) => {
    times.push(count);
    if (count === 1) socket.resetAndDestroy();
    else if (count === 2) socket.end();
    else if (count === 3) socket.write("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
    else socket.write(OK);
  });
  assert.deepEqual(await saidOf([at], { retries: 3 }), ["200 ok"]);
  assert.equal(times.length, 4);
  await system.stop();
});

test("HTTPClient() waits as long as a server asks it to (Retry-After), but not too long", async (t) => {
  const { at, requests } = await odd(t, (socket, request, count) => {
    const after = request.includes("/long") ? "3600" : request.includes("/date") ? "Thu, 01 Jan 1970 00:00:07 GMT" : "5";
    if (count % 2 === 1) socket.write(`HTTP/1.1 429 Slow down\r\nRetry-After: ${after}\r\nContent-Length: 0\r\n\r\n`);
    else socket.write(OK);
  });
  const took = async (path: string): Promise<[string[], number]> => {
    const client = HTTPClient();
    let now = 0;
    const { outbox } = await drive(
      Pipeline(
        client,
        Noting((time) => (now = time)),
      ),
      { inbox: [`${at}${path}`] },
    );
    return [outbox.map(({ status }) => `${status}`), now];
  };
  assert.deepEqual(await took("/"), [["200"], 5000]);
  assert.deepEqual(await took("/date"), [["200"], 7000]);
  assert.deepEqual(await took("/long"), [["429"], 0]);
  assert.equal(requests.length, 5);
});

function Noting(note: (time: number) => void): Component<{ inbox: HTTPResponse }, { outbox: HTTPResponse }> {
  return component(Noting, {
    inboxes: { inbox: "responses" },
    outboxes: { outbox: "the same" },
    *main({ inbox }, { outbox }, self) {
      while (yield inbox) {
        note(self.system.clock.now());
        outbox.send(inbox.recv());
      }
    },
  });
}

test("HTTPClient() does not send twice what must not be sent twice", async (t) => {
  const { at, requests } = await odd(t, (socket) => socket.end());
  for (const method of ["POST", "PATCH"]) {
    const [said = ""] = await saidOf([{ url: at, method, body: "x" }]);
    assert.match(said, new RegExp(`^head: Cannot ${method} .*before it had answered$`));
  }
  assert.equal(requests.length, 2);
  const [said = ""] = await saidOf([{ url: at, method: "PUT", body: "x" }]);
  assert.match(said, /\(tried 3 times\)$/);
  assert.equal(requests.length, 5);
});

test("HTTPClient() streams a response: its body is a component, and while nobody reads it the server waits", async (t) => {
  const SIZE = 20_000_000;
  let sent = 0;
  const { at } = await plain(t, (_, response) => {
    const send = (): void => {
      while (sent < SIZE) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536, "x"))) return void response.once("drain", send);
      }
      response.end();
    };
    send();
  });
  const system = systemOf(t);
  const client = HTTPClient({ stream: true });
  const response = await first(system, client, at);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(sent < 12_000_000, `${sent} bytes were taken that nobody wanted`);
  let length = 0;
  await system.run(
    Pipeline(
      response.body,
      Counting((bytes) => (length += bytes)),
    ),
  );
  assert.equal(length, sent);
});

/** The response to one request. */
function first(system: System, client: ReturnType<typeof streaming>, url: string): Promise<HTTPStreamedResponse> {
  return new Promise((resolve) => {
    const taker: Component<{ inbox: HTTPStreamedResponse }, {}> = component(first, {
      inboxes: { inbox: "responses" },
      *main({ inbox }) {
        while (yield inbox) resolve(inbox.recv());
      },
    });
    taker.link(client.outboxes.outbox, taker.inboxes.inbox);
    system.activate(taker);
    system.activate(client);
    client.inboxes.inbox.deliver(url);
  });
}

const streaming = () => HTTPClient({ stream: true });

function Counting(count: (bytes: number) => void): Component<{ inbox: Uint8Array }, {}> {
  return component(Counting, {
    inboxes: { inbox: "bytes" },
    *main({ inbox }) {
      while (yield inbox) for (const { length } of inbox) count(length);
    },
  });
}

test("HTTPClient() lets go of a response that nobody wants, and says so if nobody ever looked at it", async (t) => {
  const { at } = await odd(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n${"x".repeat(8_000_000)}`);
  });
  const system = systemOf(t);
  const cancelled = streaming();
  const response = await first(system, cancelled, at);
  response.cancel();
  cancelled.stop(producerFinished());
  await cancelled.ended;
  const { outbox, failures } = await drive(
    HTTPClient({ stream: true, timeout: 100, headTimeout: 10_000, connectTimeout: 10_000 }),
    { inbox: [at] },
    REAL,
  );
  assert.equal(outbox.length, 1);
  assert.match(failures[0]!.error.message, /nobody has read its body for 100 ms/);
});

test("HTTPClient() tells a body that breaks off, on its signal and on failures", async (t) => {
  const { at } = await odd(t, (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", () => socket.resetAndDestroy()));
  const system = systemOf(t);
  const client = HTTPClient({ stream: true, retries: 0 });
  const failures: string[] = [];
  listenTo(system, client.outboxes.failures, ({ error }) => failures.push(error.message));
  const { body } = await first(system, client, at);
  const said = new Promise<Shutdown>((resolve) => listenTo(system, body.outboxes.signal, resolve));
  listenTo(system, body.outboxes.outbox, () => {});
  system.activate(body);
  const { type, message } = await said;
  assert.equal(type, "shutdownMicroprocess");
  assert.match(String(message), /cut the connection|breaks off/);
  assert.match(failures[0]!, /cut the connection|breaks off/);
});

function listenTo<T>(system: System, outbox: Component<{}, { outbox: T }>["outboxes"]["outbox"], hear: (message: T) => void): void {
  const ear: Component<{ inbox: T }, {}> = component(listenTo, {
    inboxes: { inbox: "messages" },
    *main({ inbox }) {
      while (yield inbox) hear(inbox.recv());
    },
  });
  ear.link(outbox, ear.inboxes.inbox);
  system.activate(ear);
}

test("HTTPClient() sends a body as it comes, from a component or an iterable, in chunks or with its length", async (t) => {
  const { at } = await plain(t, async (request, response) => {
    const { "transfer-encoding": coding = "", "content-length": length = "" } = request.headers;
    response.end(`${coding}${length} ${await bodyOf(request)}`);
  });
  async function* words(): AsyncGenerator<string> {
    yield "one ";
    yield "two";
  }
  const said = await saidOf(
    [
      { url: at, body: Feed(["a", Buffer.from("b"), "", "c"]) },
      { url: at, body: words(), method: "PUT" },
      { url: at, body: ["x", "y"], length: 2 },
      { url: at, body: ["x"], length: 2 },
      { url: at, body: ["xyz"], length: 2 },
    ],
    { ordered: true },
  );
  assert.deepEqual(said.slice(0, 3), ["200 chunked abc", "200 chunked one two", "200 2 xy"]);
  assert.match(said[3]!, /^send: Cannot POST .* shorter than its length says/);
  assert.match(said[4]!, /^send: .* longer than its length says/);
});

test("HTTPClient() sends a body no faster than the server takes it", async (t) => {
  const { at } = await plain(t, (request, response) => {
    request.pause();
    setTimeout(() => request.resume(), 100);
    let length = 0;
    request.on("data", (bytes: Buffer) => (length += bytes.length));
    request.on("end", () => response.end(String(length)));
  });
  let [made, most] = [0, 0];
  function* pieces(): Generator<Uint8Array> {
    for (let i = 0; i < 300; i++) {
      made++;
      yield Buffer.alloc(65_536);
    }
  }
  setTimeout(() => (most = made), 80);
  assert.deepEqual(await saidOf([{ url: at, body: pieces() }], {}, REAL), [`200 ${300 * 65_536}`]);
  assert.ok(most < 290, `${most} of 300 pieces were made while the server took none`);
});

test("HTTPClient() asks first whether a body is wanted, if it is to (100-continue)", async (t) => {
  const { at, server } = await plain(t, async (request, response) => void response.end(await bodyOf(request)));
  server.on("checkContinue", async (request, response) => {
    if (request.url === "/no") response.writeHead(413, { connection: "close" }).end("no");
    else {
      response.writeContinue();
      response.end(await bodyOf(request));
    }
  });
  const ask = (path: string, body: string | string[]): object => ({ url: `${at}${path}`, method: "PUT", body, expectContinue: true });
  const said = await saidOf([ask("/", "whole"), ask("/", ["in ", "pieces"]), ask("/no", ["never sent"])] as never, { ordered: true });
  assert.deepEqual(said, ["200 whole", "200 in pieces", "413 no"]);
  const old = await odd(t, (socket, request) => request.includes("late") && socket.write(OK)); // knows nothing of that
  assert.deepEqual(await saidOf([{ url: old.at, method: "PUT", body: "late", expectContinue: 200 }]), ["200 ok"]);
});

test("HTTPClient() gives what a server says before it has heard all, and does not use that connection again", async (t) => {
  const { at, requests } = await odd(t, (socket, _, count) => {
    if (count === 1) socket.write("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
  });
  async function* endless(): AsyncGenerator<string> {
    for (;;) {
      yield "more ";
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  assert.deepEqual(await saidOf([{ url: at, body: endless() }], {}, REAL), ["401 no"]);
  assert.ok(requests.length >= 1);
});

test("HTTPClient() keeps connections for a while, and shares a pool with others that are given it", async (t) => {
  const { at, connections } = await plain(t, (_, response) => void response.end("x"));
  const pool = new HTTPPool();
  const clients = [HTTPClient({ pool }), HTTPClient({ pool })];
  const system = systemOf(t);
  const count = (client: AnyComponent): Promise<void> =>
    new Promise((resolve) => listenTo(system, client.outboxes["outbox"]!, () => resolve()));
  for (const client of clients) {
    const answered = count(client);
    system.activate(client);
    client.inboxes.inbox.deliver(at);
    await answered;
  }
  assert.deepEqual([connections(), pool.size, pool.idle], [1, 1, 1]);
  for (const client of clients) client.stop();
  await Promise.all(clients.map(({ ended }) => ended));
  assert.equal(pool.size, 0);
});

test("HTTPClient() asks for compressed answers, and unpacks them", async (t) => {
  const { at } = await plain(t, (request, response) => {
    const packed = gzipSync("hello ".repeat(10));
    response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
    asked.push(request.headers["accept-encoding"]);
  });
  const asked: unknown[] = [];
  const { outbox } = await drive(HTTPClient(), { inbox: [at] });
  assert.match(String(asked[0]), /^gzip, deflate, br/);
  assert.deepEqual([textOf(outbox[0]!), outbox[0]!.headers["content-encoding"]], ["hello ".repeat(10), undefined]);
});

test("HTTPClient() refuses what there cannot be", () => {
  assert.throws(() => HTTPClient({ concurrency: 0 }), RangeError);
  assert.throws(() => HTTPClient({ timeout: -1 }), RangeError);
  assert.throws(() => HTTPClient({ retries: NaN }), RangeError);
  assert.throws(() => HTTPClient({ proxy: "gopher://x" }), TypeError);
  assert.throws(() => HTTPClient({ agent: "x\r\nEvil: y" }), TypeError);
});

test("textOf() reads what a response says it is written in", () => {
  const of = (type: string, ...bytes: number[]): string => textOf({ headers: { "content-type": type }, body: Uint8Array.from(bytes) });
  assert.equal(of("text/plain; charset=latin1", 233), "é");
  assert.equal(of('text/html; charset="utf-8"', 195, 169), "é");
  assert.equal(of("text/html; charset=nonsense", 65), "A");
  assert.equal(of("", 195, 169), "é");
});
