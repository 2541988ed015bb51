// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, sleep } from "../../axon/index.ts";
import { at, drive, type DriveOptions, Echo, type Schedule, VirtualClock } from "../../testing/index.ts";
import type { Answered, Handler } from "./handlers.ts";
import { compressed } from "./handlers/compressed.ts";
import { cors } from "./handlers/cors.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { raw } from "./parts.ts";
import type { Resource } from "./resource.ts";
import type { HTTPServerOptions } from "./serverOptions.ts";

const get = (path = "/", more = ""): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const post = (body: string, path = "/"): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const chunked = (...bodies: string[]): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${[...bodies, ""].map((body) => `${body.length.toString(16)}\r\n${body}\r\n`).join("")}`;
const ended = "HTTP/1.1 200 OK\r\n";

/** What a server answers, without the fields that are always the same. */
async function answers(
  handler: Handler,
  said: string | Schedule<Uint8Array>,
  options: HTTPServerOptions = {},
  how: DriveOptions = {},
): Promise<string> {
  const inbox = typeof said === "string" ? [raw(said)] : said;
  const { outbox } = await drive(HTTPServer(handler, { server: "", ...options }), { inbox }, how);
  return Buffer.concat(outbox)
    .toString("latin1")
    .replaceAll(/Date: [^\r]*\r\n|Content-Type: text\/plain; charset=utf-8\r\n/g, "");
}

const first = (text: string): string => text.slice(0, text.indexOf("\r\n"));

test("HTTPServer() answers with text, bytes, a resource, a Response, or a promise", async () => {
  const wanted = `${ended}Content-Length: 5\r\n\r\nHello`;
  assert.equal(await answers(() => "Hello", get()), wanted);
  assert.equal(await answers(() => raw("Hello"), get()), wanted);
  assert.equal(await answers(() => ({ data: "Hello" }), get()), wanted);
  assert.equal(await answers(async () => "Hello", get()), wanted);
  assert.match(
    await answers(() => new Response("Hello"), get()),
    /^HTTP\/1.1 200 OK\r\nContent-Length: 5\r\ncontent-type: text\/plain;charset=UTF-8\r\n\r\nHello$/,
  );
  assert.match(
    await answers(async () => new Response(null, { status: 301, headers: { location: "/b" } }), get()),
    /^HTTP\/1.1 301 .*\r\nContent-Length: 0\r\nlocation: \/b\r\n\r\n$/,
  );
  assert.match(
    await answers(() => ({ statuscode: "404 Gone fishing", headers: [["x", "ä"]], data: "ü" }), get()),
    /^HTTP\/1.1 404 Gone fishing\r\nContent-Length: 2\r\nx: \xe4\r\n\r\n\xc3\xbc$/,
  );
});

test("HTTPServer() answers requests in order, however long each takes (the original answered one, and closed)", async () => {
  const waiting: (() => void)[] = [];
  const handler: Handler = ({ parsed }) =>
    new Promise((resolve) => {
      waiting.push(() => resolve(parsed.query));
      if (parsed.query === "1") for (const done of waiting.reverse()) done();
      else waiting.pop()!();
    });
  const text = await answers(handler, get("/?1") + get("/?2") + get("/?3") + get("/?4", "Connection: close\r\n") + get("/?5"));
  assert.deepEqual(
    text.match(/\r\n\r\n\d/g),
    ["1", "2", "3", "4"].map((n) => `\r\n\r\n${n}`),
  );
  assert.equal(text.match(/Connection: close/g)?.length, 1);
});

test("HTTPServer() answers all that has come in one piece", async () => {
  const { outbox } = await drive(
    HTTPServer(() => "Hello"),
    { inbox: [raw(get().repeat(100))] },
  );
  assert.equal(outbox.length, 1);
  assert.equal(Buffer.from(outbox[0]!).toString().match(/Hello/g)?.length, 100);
});

test("HTTPServer() answers the same however the requests are split", async () => {
  const said = raw(get() + post("abc") + chunked("de", "f") + get());
  const handler: Handler = async (request) => `[${await request.text()}]`;
  const wanted = await answers(handler, said.toString("latin1"));
  assert.match(wanted, /\[\].*\[abc\].*\[def\].*\[\]$/s);
  for (let cut = 1; cut < said.length; cut += 7)
    assert.equal(await answers(handler, at<Uint8Array>({ 0: said.subarray(0, cut), 5: said.subarray(cut) })), wanted);
});

test("HTTPServer() sends no body to HEAD (the original did), nor with 204 and 304", async () => {
  assert.equal(await answers(() => "Hello", get().replace("GET", "HEAD")), `${ended}Content-Length: 5\r\n\r\n`);
  assert.match(await answers(() => new Response("Hello"), get().replace("GET", "HEAD")), /^HTTP\/1.1 200 OK\r\n(?!.*Hello)/s);
  assert.equal(await answers(() => ({ statuscode: 204, data: "x" }), get()), "HTTP/1.1 204 No Content\r\n\r\n");
  assert.equal(await answers(() => ({ statuscode: 304, data: "x" }), get()), "HTTP/1.1 304 Not Modified\r\nContent-Length: 1\r\n\r\n");
});

test("HTTPServer() speaks HTTP/1.0, with and without keep-alive", async () => {
  assert.equal(await answers(() => "Hello", "GET / HTTP/1.0\r\n\r\n"), `${ended}Content-Length: 5\r\nConnection: close\r\n\r\nHello`);
  const kept = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  assert.equal(await answers(() => "Hello", kept + kept), `${ended}Content-Length: 5\r\nConnection: keep-alive\r\n\r\nHello`.repeat(2));
  assert.equal(await answers(() => ({ data: pieces("a", "b") }), kept), `${ended}Connection: close\r\n\r\nab`);
});

test("HTTPServer() sends a body of unknown length in chunks, and trailers after it", async () => {
  const text = await answers(() => ({ data: pieces("abc", "defghijklmnopq"), trailers: { "x-sum": "1" } }), get() + get());
  assert.equal(text, `${ended}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\ne\r\ndefghijklmnopq\r\n0\r\nx-sum: 1\r\n\r\n`.repeat(2));
});

test("HTTPServer() sends a stream of a Response as it comes", async () => {
  const source = slowly(["one", "two"]);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
  assert.match(await answers(() => new Response(stream), get()), /Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/);
});

test("HTTPServer() streams a body through, both ways at once", async () => {
  const text = await answers((request) => new Response(request.body), chunked("abc", "de", "f"));
  assert.equal(text.replaceAll(/^.*?\r\n\r\n|\r\n|\d/gs, ""), "abcdef");
});

test("HTTPServer() gives a handler the request as the WHATWG has it, and as the original had it", async () => {
  const seen: unknown[] = [];
  const handler: Handler = async (request) => {
    seen.push(
      request.method,
      request.url,
      request.headers.get("x"),
      request.parsed["raw-uri"],
      request.parsed.headers["x"],
      await request.json(),
    );
    return "";
  };
  await answers(handler, 'POST /a%20b?c=d HTTP/1.1\r\nHost: e.f:81\r\nX: 1\r\nx: 2\r\nContent-Length: 7\r\n\r\n{"g":1}');
  assert.deepEqual(seen, ["POST", "http://e.f:81/a%20b?c=d", "1, 2", "/a%20b?c=d", "1, 2", { g: 1 }]);
});

test("HTTPServer() says 100 Continue when the handler reads the body, and not when it does not", async () => {
  const expects = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
  assert.match(
    await answers(async (request) => request.text(), `${expects}abc`),
    /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n.*abc$/s,
  );
  const refused = await answers(() => ({ statuscode: 403 }), `${expects}${get()}`);
  assert.equal(refused.match(/HTTP\/1.1/g)?.length, 1, "what follows is a body or a request: nobody knows");
  assert.equal(first(refused), "HTTP/1.1 403 Forbidden");
});

test("HTTPServer() refuses what is no HTTP, says why, and closes (an HTTP/0.9 line ended the original)", async () => {
  for (const [said, status] of [
    ["GET /\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n`, 400],
    [`GET /${"a".repeat(10_000)} HTTP/1.1\r\n`, 414],
    [get("/", "X: y\r\n".repeat(5000)), 431],
    [`GET / HTTP/1.1\r\nX: ${"y".repeat(17_000)}`, 431],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    [get().replace("GET", "TRACE"), 501],
    ["CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501],
  ] as const) {
    const text = await answers(() => "Hello", said + get());
    assert.equal(first(text).slice(9, 12), String(status), said.slice(0, 50));
    assert.match(text, /Connection: close/);
    assert.equal(text.match(/HTTP\/1.1 \d/g)?.length, 1, "nothing more is read");
  }
});

test("HTTPServer() refuses a body that is broken, before and after the response has begun", async () => {
  const broken = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nx\r\n";
  const errors: unknown[] = [];
  const text = await answers(async (request) => request.text(), broken, { failed: (error) => errors.push(error) });
  assert.equal(first(text), "HTTP/1.1 400 Bad Request");
  const begun = await answers((request) => new Response(request.body), broken);
  assert.doesNotMatch(begun, /0\r\n\r\n$/, "it must not look whole");
});

test("HTTPServer() answers 500 when a handler fails, and goes on", async () => {
  const failures: string[] = [];
  const handler: Handler = ({ parsed }) => {
    if (parsed.query === "throws") throw new Error("one");
    if (parsed.query === "rejects") return Promise.reject(new Error("two"));
    if (parsed.query === "header") return { headers: { "x\r\ny": "z" } };
    if (parsed.query === "split") return { headers: { x: "y\r\nset-cookie: z" } };
    if (parsed.query === "nothing") return undefined as never;
    if (parsed.query === "status") return { statuscode: 99 };
    if (parsed.query === "component") return Failing();
    return parsed.query === "silent" ? Silent() : "fine";
  };
  const queries = ["throws", "rejects", "header", "split", "nothing", "status", "component", "silent", "fine"];
  const failed = (error: unknown): void => void failures.push(String(error));
  const text = await answers(handler, queries.map((query) => get(`/?${query}`)).join(""), { failed });
  assert.deepEqual(text.match(/HTTP\/1.1 \d+/g), [...Array.from({ length: 8 }, () => "HTTP/1.1 500"), "HTTP/1.1 200"]);
  assert.equal(failures.length, 8);
  assert.doesNotMatch(text, /one|two/, "what went wrong is nobody else's business");
});

test("HTTPServer() answers with a Blob, and says what is wrong with an answer that is none (it was empty)", async () => {
  const blob = new Blob(["Hel", "lo"], { type: "text/x" });
  assert.equal(await answers(() => blob, get()), `${ended}Content-Length: 5\r\ncontent-type: text/x\r\n\r\nHello`);
  assert.equal(await answers(async () => new Blob([]), get()), `${ended}Content-Length: 0\r\n\r\n`);
  assert.equal(await answers(() => blob, get().replace("GET", "HEAD")), `${ended}Content-Length: 5\r\ncontent-type: text/x\r\n\r\n`);
  const wrong: unknown[] = [
    { a: 1 },
    ["a"],
    new Date(0),
    new ArrayBuffer(2),
    new URLSearchParams("a=1"),
    5,
    null,
    { data: 5 },
    { data: { a: 1 } },
  ];
  for (const one of wrong)
    for (const handler of [() => one, async () => one, cors(() => one as string), compressed(() => one as string)] as Handler[]) {
      const failures: string[] = [];
      assert.equal(
        first(await answers(handler, get(), { failed: (error) => failures.push(String(error)) })),
        "HTTP/1.1 500 Internal Server Error",
      );
      assert.match(failures.join(), /^TypeError: Cannot (?:answer with|send) .*[Gg]ive (?:a Response|text)/s);
    }
  assert.equal(await answers(() => ({}), get()), `${ended}Content-Length: 0\r\n\r\n`);
});

test("HTTPServer() says how to get a Request of the runtime when a handler makes one of its request, or fetches it", async () => {
  for (const use of [(request: Request) => void new Request(request), (request: Request) => fetch(request).then(() => {})]) {
    const failures: string[] = [];
    const handler: Handler = async (request) => {
      await use(request);
      return "";
    };
    await answers(handler, get(), { failed: (error) => failures.push(String(error)) });
    assert.match(failures.join(), /give request\.native/);
  }
  const made: Handler = async ({ native }) => {
    const request = new Request(native);
    return `${request.method} ${await request.text()}`;
  };
  assert.match(await answers(made, post("abc")), /POST abc$/);
});

test("HTTPServer() breaks the connection off when a handler fails after its response has begun", async () => {
  for (const answer of [
    () => ({ data: failing() }),
    () => LateFailing(),
    () => ({ data: pieces("abcdef"), length: 3 }),
    () => ({ data: pieces("a"), length: 3 }),
  ]) {
    const failures: unknown[] = [];
    const server = HTTPServer(answer, { failed: (error) => failures.push(error) });
    const { outbox, signal } = await drive(server, { inbox: [raw(get() + get())] });
    assert.deepEqual([failures.length, signal[0]?.type], [1, "shutdownMicroprocess"]);
    assert.doesNotMatch(Buffer.concat(outbox).toString(), /0\r\n\r\n$/);
  }
});

test("HTTPServer() hands a request to a component: its body in, resources out", async () => {
  const text = await answers(() => Shouter(), post("abc") + chunked("de", "f"));
  assert.match(
    text,
    /HTTP\/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nx: y\r\n\r\n3\r\nABC\r\n0\r\n\r\n.*2\r\nDE\r\n1\r\nF\r\n0\r\n\r\n$/s,
  );
});

test("HTTPServer() ends the component that answers when the client leaves", async () => {
  const seen: string[] = [];
  const clock = new VirtualClock();
  const server = HTTPServer(() => Endless(seen));
  const { signal } = await drive(server, { inbox: [raw(get())] }, { clock });
  assert.deepEqual([seen, signal.map(({ type }) => type), clock.now()], [["ended"], ["shutdownMicroprocess"], 2000]);
});

test("HTTPServer() aborts the signal of a request whose client leaves", async () => {
  let left = "";
  const handler: Handler = ({ signal }) => {
    signal.addEventListener("abort", () => (left = String(signal.reason)));
    return Endless([]);
  };
  await drive(HTTPServer(handler), { inbox: [raw(get())] });
  assert.equal(left, "Error: the client has left");
});

test("HTTPServer() speaks another protocol after an upgrade, beginning with what came already", async () => {
  const handler: Handler = () => ({ upgrade: Echo<Uint8Array>(), headers: { upgrade: "echo", connection: "upgrade" } });
  const text = await answers(handler, `${get("/", "Upgrade: echo\r\nConnection: upgrade\r\n")}and now this`);
  assert.equal(text, "HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nand now this");
});

test("HTTPServer() waits for a client only so long", async () => {
  const timing = async (said: string): Promise<[string, number]> => {
    const clock = new VirtualClock();
    const server = HTTPServer(async (request) => request.text(), { failed: () => {} });
    const { outbox } = await drive(server, { inbox: [raw(said)] }, { shutdown: false, clock });
    return [first(Buffer.concat(outbox).toString()), clock.now()];
  };
  assert.deepEqual(await timing(""), ["", 60_000]);
  assert.deepEqual(await timing("GET / HT"), ["HTTP/1.1 408 Request Timeout", 30_000]);
  assert.deepEqual(await timing("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na"), ["HTTP/1.1 408 Request Timeout", 30_000]);
  assert.deepEqual(await timing(get()), ["HTTP/1.1 200 OK", 60_000]);
});

test("HTTPServer() lets nobody keep it waiting by sending a byte now and then", async () => {
  const drip = at<Uint8Array>(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i * 10_000, Buffer.of(97)])));
  const text = await answers(() => "Hello", drip);
  assert.equal(first(text), "HTTP/1.1 408 Request Timeout");
});

test("HTTPServer() reads a body that nobody wanted, if it is small; otherwise it closes", async () => {
  assert.equal((await answers(() => "Hello", post("a".repeat(1000)) + get())).match(/Hello/g)?.length, 2);
  assert.equal((await answers(() => "Hello", post("a".repeat(1000)) + get(), { maxUnread: 100 })).match(/Hello/g)?.length, 1);
});

test("HTTPServer() tells what it has answered", async () => {
  const log: Answered[] = [];
  const said = get("/a", "User-Agent: u\r\nReferer: r\r\nAuthorization: Basic bWU6cHc=\r\n");
  await answers(() => "Hello", `${said}nonsense\r\n\r\n`, { log: (one) => log.push(one), peer: "1.2.3.4" });
  assert.deepEqual(log, [
    {
      time: 0,
      took: 0,
      peer: "1.2.3.4",
      method: "GET",
      uri: "/a",
      version: "1.1",
      status: 200,
      bytes: 5,
      referrer: "r",
      agent: "u",
      user: "me",
    },
    {
      time: 0,
      took: 0,
      peer: undefined,
      method: "",
      uri: "",
      version: "1.1",
      status: 400,
      bytes: log[1]!.bytes,
      referrer: undefined,
      agent: undefined,
      user: undefined,
    },
  ]);
});

test("HTTPServer() refuses limits and times that there cannot be", () => {
  assert.throws(() => HTTPServer(() => "", { maxLine: -1 }), RangeError);
  assert.throws(() => HTTPServer(() => "", { timeouts: { idle: NaN } }), RangeError);
  assert.throws(() => HTTPServer(() => "", { server: "a\nb" }), TypeError);
});

async function* pieces(...list: string[]): AsyncGenerator<string> {
  yield* list;
}

async function* slowly(list: readonly string[]): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  for (const text of list) {
    for (let i = 0; i < 100; i++) await undefined;
    yield Buffer.from(text);
  }
}

async function* failing(): AsyncGenerator<string> {
  yield "abc";
  throw new Error("too late");
}

type Answering = Component<{ inbox: Uint8Array }, { outbox: Resource }>;
const BOXES = { inboxes: { inbox: "the body" }, outboxes: { outbox: "the response" } };

/** Sends the body back in capitals. */
function Shouter(): Answering {
  return component(Shouter, {
    ...BOXES,
    *main({ inbox }, { outbox }) {
      outbox.send({ statuscode: 201, headers: [["x", "y"]] });
      while (yield inbox) outbox.send({ data: Buffer.from(inbox.recv()).toString().toUpperCase() });
    },
  });
}

function Silent(): Answering {
  return component(Silent, { ...BOXES, *main() {} });
}

function Failing(): Answering {
  return component(Failing, {
    ...BOXES,
    *main() {
      throw new Error("on purpose");
    },
  });
}

function LateFailing(): Answering {
  return component(LateFailing, {
    ...BOXES,
    *main(_, { outbox }) {
      outbox.send({ data: "abc" });
      yield sleep(1);
      throw new Error("on purpose");
    },
  });
}

/** Takes no body: its end would be its own. */
function Endless(seen: string[]): Component<{}, { outbox: Resource }> {
  return component(Endless, {
    outboxes: BOXES.outboxes,
    *main() {
      try {
        yield sleep(Infinity);
      } finally {
        seen.push("ended");
      }
    },
  });
}
