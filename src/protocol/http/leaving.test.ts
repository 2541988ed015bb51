// SPDX-License-Identifier: Apache-2.0
// Clients that leave, in the ordinary way (they end the connection: FIN) and in the other (RST), while a handler has not answered.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { connect as connectHTTP2 } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { type Component, component, type Endpoint, sleep } from "../../axon/index.ts";
import { drive, VirtualClock } from "../../testing/index.ts";
import type { Handler } from "./handlers.ts";
import { reverseProxy } from "./handlers/reverseProxy.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { ask, dial, raw, serving, until } from "./parts.ts";
import type { Resource } from "./resource.ts";
import type { HTTPServerOptions } from "./serverOptions.ts";
import { ServerSentEvents } from "./ServerSentEvents.ts";
import { WebSocketHandler } from "./WebSocketHandler.ts";

const get = (path = "/", more = ""): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const SOON: HTTPServerOptions = { timeouts: { leaving: 30 }, failed: () => {} };
/** How clients leave: `end` says that they say no more, `destroy` closes, the last one resets. */
const WAYS = ["end", "destroy", "resetAndDestroy"] as const;

const serve = (t: TestContext, handler: Handler, options = SOON): Promise<Endpoint> => serving(t, HTTPProtocol(handler, options));

/** So many happenings, each once it has been told. */
class Counted {
  readonly #waiting: (() => void)[] = [];
  #count = 0;
  tell(): void {
    this.#count++;
    for (const look of this.#waiting) look();
  }
  reach(wanted: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => void (this.#count >= wanted && resolve());
      this.#waiting.push(look);
      look();
    });
  }
}

/** Opens a connection, says this, waits until it was heard, and leaves. */
async function leave(t: TestContext, at: Endpoint, said: string, heard: Promise<void>, way: (typeof WAYS)[number]): Promise<Socket> {
  const socket = await dial(t, at);
  socket.write(said);
  await heard;
  socket[way]();
  return socket;
}

test("HTTPServer() aborts the signal of a request whose client has left, by FIN as by reset, with HTTP/1.0 as with 1.1", async (t) => {
  const [begun, aborted] = [new Counted(), new Counted()];
  const at = await serve(t, ({ signal }) => {
    signal.addEventListener("abort", () => aborted.tell());
    begun.tell();
    return new Promise(() => {});
  });
  let count = 0;
  for (const way of WAYS)
    for (const said of [get(), "GET / HTTP/1.0\r\n\r\n", `${get().replace("GET", "POST").slice(0, -2)}Content-Length: 3\r\n\r\nab`]) {
      await leave(t, at, said, begun.reach(++count), way);
      await aborted.reach(count);
    }
});

test("HTTPServer() tells the component that answers when the client has left, also while it sends", async (t) => {
  for (const first of [undefined, "beginning"]) {
    const [begun, ended] = [new Counted(), new Counted()];
    const at = await serve(t, () => Waiting(first, begun, ended));
    for (const [i, way] of WAYS.entries()) {
      await leave(t, at, get(), begun.reach(i + 1), way);
      await ended.reach(i + 1);
    }
  }
});

test(
  "HTTPServer() keeps no descriptor of clients that have left",
  { skip: existsSync("/proc/self/fd") ? false : "needs /proc" },
  async (t) => {
    const [begun, aborted] = [new Counted(), new Counted()];
    const at = await serve(t, ({ signal }) => {
      signal.addEventListener("abort", () => aborted.tell());
      begun.tell();
      return new Promise(() => {});
    });
    const before = readdirSync("/proc/self/fd").length;
    const all = Array.from({ length: 50 }, (_, i) => leave(t, at, get(), begun.reach(50), WAYS[i % 3]!));
    const sockets = await Promise.all(all);
    await aborted.reach(50);
    await Promise.all(sockets.map((socket) => closed(socket)));
    let open = Infinity;
    for (let i = 0; i < 100 && open > before; i++) {
      await new Promise((resolve) => setImmediate(resolve)); // a socket is closed a little later than it is told to
      open = readdirSync("/proc/self/fd").length;
    }
    assert.ok(open <= before, `${open} descriptors, ${before} before`);
  },
);

test("reverseProxy() asks no longer for a client that has left, by FIN as by reset", async (t) => {
  const [asked, cancelled] = [new Counted(), new Counted()];
  const upstream = createServer((request) => {
    request.on("close", () => cancelled.tell());
    asked.tell();
  }).listen(0, "127.0.0.1");
  t.after(() => upstream.close());
  await once(upstream, "listening");
  const at = await serve(t, reverseProxy({ upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` }));
  for (const [i, way] of WAYS.entries()) {
    await leave(t, at, get(), asked.reach(i + 1), way);
    await cancelled.reach(i + 1);
  }
});

test("ServerSentEvents() ends the source of a page that has left, by FIN as by reset", async (t) => {
  const [begun, ended] = [new Counted(), new Counted()];
  const at = await serve(
    t,
    ServerSentEvents(() => Waiting(undefined, begun, ended) as never),
  );
  for (const [i, way] of WAYS.entries()) {
    await leave(t, at, get(), begun.reach(i + 1), way);
    await ended.reach(i + 1);
  }
});

test("WebSocketHandler() ends the protocol of a client that has left without a word, by FIN as by reset", async (t) => {
  const [begun, ended] = [new Counted(), new Counted()];
  const at = await serve(
    t,
    WebSocketHandler(() => Waiting(undefined, begun, ended) as never),
  );
  const key = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const [i, way] of WAYS.entries()) {
    await leave(t, at, get("/", key), begun.reach(i + 1), way);
    await ended.reach(i + 1);
  }
});

test("HTTPServer() answers a client that says no more and still listens: all that it has asked for that is whole", async (t) => {
  const at = await serve(t, slow(100), { timeouts: { leaving: 10_000 } });
  const text = await ask(t, at, get("/1") + get("/2") + "GET /3 HTTP/1.0\r\n\r\n", true);
  assert.deepEqual(text.match(/(?<=\r\n\r\n)\/\d/g), ["/1", "/2", "/3"]);
  const posted = "POST /4 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  assert.match(await ask(t, at, posted, true), /\/4 abc$/);
  const piped = await ask(t, at, get("/5") + get("/6").slice(0, -2), true);
  assert.match(piped, /^HTTP\/1\.1 200 .*\/5HTTP\/1\.1 400 /s);
});

test("HTTPServer() goes on sending to a client that says no more, as long as there is something to send", async () => {
  const run = async (every: number): Promise<[boolean, number]> => {
    const clock = new VirtualClock();
    const { outbox } = await drive(
      HTTPServer(() => Ticking(every)),
      { inbox: [raw(get())] },
      { clock },
    );
    return [Buffer.concat(outbox).toString().endsWith("0\r\n\r\n"), clock.now()];
  };
  assert.deepEqual(await run(1500), [true, 15_000]);
  assert.deepEqual(await run(2500), [false, 2000]);
});

test("HTTPServer() waits as long as it is told to for a client that says no more, and refuses a time that there cannot be", async () => {
  for (const leaving of [0, 70, 100_000]) {
    const clock = new VirtualClock();
    await drive(
      HTTPServer(() => Ticking(1e9), { timeouts: { leaving } }),
      { inbox: [raw(get())] },
      { clock },
    );
    assert.equal(clock.now(), leaving);
  }
  const clock = new VirtualClock();
  await drive(
    HTTPServer(() => Ticking(1e6), { timeouts: { leaving: Infinity } }),
    { inbox: [raw(get())] },
    { clock },
  );
  assert.equal(clock.now(), 1e7);
  assert.throws(() => HTTPServer(() => "", { timeouts: { leaving: -1 } }), RangeError);
});

test("HTTP2Server() takes the end of a request for that, and not for the end of the client", async (t) => {
  const at = await serving(t, HTTPProtocol(slow(150), { http2: "plain", timeouts: { leaving: 10 } }));
  const session = connectHTTP2(`http://127.0.0.1:${at.port}`);
  t.after(() => session.destroy());
  const stream = session.request({ ":method": "POST", ":path": "/a" });
  stream.end("body");
  let text = "";
  for await (const piece of stream) text += String(piece);
  assert.equal(text, "/a body");
});

test("HTTPServer() has a client go that sends a request, half of the next one, and its end", async (t) => {
  const at = await serve(t, () => "Hello");
  const socket = await dial(t, at);
  socket.write(`${get()}GET / HT`);
  await until(socket, "Hello");
  socket.end();
  await once(socket, "close");
});

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.resume().on("close", () => resolve())));
}

/** Says what was asked for, after so many milliseconds. */
function slow(milliseconds: number): Handler {
  return async (request) => {
    const text = await request.text();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return request.signal.aborted ? "too late" : `${request.parsed["raw-uri"]} ${text}`.trim();
  };
}

type Answering = Component<{}, { outbox: Resource }>;
const BOXES = { outboxes: { outbox: "the response" } };

/** Answers with this, perhaps, and never ends by itself. */
function Waiting(first: string | undefined, begun: Counted, ended: Counted): Answering {
  return component(Waiting, {
    ...BOXES,
    *main(_, { outbox }) {
      if (first !== undefined) outbox.send({ data: first });
      begun.tell();
      try {
        yield sleep(Infinity);
      } finally {
        ended.tell();
      }
    },
  });
}

/** Sends ten pieces. */
function Ticking(every: number): Answering {
  return component(Ticking, {
    ...BOXES,
    *main(_, { outbox }) {
      for (let i = 0; i < 10; i++) {
        if (!(yield sleep(every))) return;
        outbox.send({ data: "tick" });
      }
    },
  });
}
