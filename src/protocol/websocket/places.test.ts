// SPDX-License-Identifier: Apache-2.0
// WebSockets through TLS, through a proxy, and through a bad network.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test, type TestContext } from "node:test";
import { type Component, component, handle, sleep } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { SimpleServer } from "../../internet/index.ts";
import { SimulatedNetwork, star } from "../../internet/simulate/index.ts";
import { Echo, Feed, ToList } from "../../testing/index.ts";
import { HTTPProtocol, WebServer, WebSocketHandler, type WebSocketMessage } from "../http/index.ts";
import { listening, systemOf, without } from "../http/parts.ts";
import { echoing, wsServer } from "./parts.ts";
import { WebSocketClient } from "./WebSocketClient.ts";

const BOXES = ["outbox", "closed", "signal"] as const;

function certificate(t: TestContext): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-wss-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost";
  execFileSync("openssl", [...words.split(" "), "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}

test(
  "WebSocketClient() speaks wss with servers that can prove who they are, and with no others",
  { skip: without("openssl") },
  async (t) => {
    const system = systemOf(t);
    const identity = certificate(t);
    const handler = WebSocketHandler(() => Echo<WebSocketMessage>());
    const { port } = await listening(system, WebServer({ port: 0, host: "127.0.0.1", tls: identity, handler }));
    const url = `wss://localhost:${port}/`;
    const trusting = handle(WebSocketClient({ url, tls: { ca: identity.cert } }), { system, outboxes: BOXES });
    await trusting.put("hello");
    assert.equal(await trusting.get(), "hello");
    trusting.finish();
    await trusting.ended;
    const wary = handle(WebSocketClient({ url }), { system, outboxes: BOXES });
    assert.match((await wary.get("closed"))!.reason, /certificate|trust|authority/i);
    const other = handle(WebSocketClient({ url: `wss://127.0.0.1:${port}/`, tls: { ca: identity.cert } }), { system, outboxes: BOXES });
    assert.match((await other.get("closed"))!.reason, /127\.0\.0\.1/);
  },
);

test("WebSocketClient() connects through a proxy", async (t) => {
  const { url } = await wsServer(t, echoing);
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on("connect", (request, socket) => {
    asked.push(request.url);
    const [host, port] = request.url!.split(":");
    const there = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Go on\r\n\r\n");
      socket.pipe(there).pipe(socket);
    });
    for (const side of [socket, there]) side.on("error", () => {});
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const client = handle(WebSocketClient({ url, proxy: { type: "http", host: "127.0.0.1", port } }), {
    system: systemOf(t),
    outboxes: BOXES,
  });
  await client.put("hello");
  assert.equal(await client.get(), "hello");
  assert.deepEqual(asked, [new URL(url).host]);
  client.finish();
  await client.ended;
});

/** Counts, one number each second. */
function Counts(to: number): Component<{}, { outbox: string }> {
  return component(Counts, {
    outboxes: { outbox: "numbers" },
    *main(_, { outbox }) {
      for (let n = 1; n <= to; n++) {
        yield sleep(1000);
        outbox.send(`${n}`);
      }
    },
  });
}

test("WebSocketClient() comes again when the network does, in virtual time, the same way each time", async () => {
  const run = async (): Promise<[WebSocketMessage[], number]> => {
    const network = new SimulatedNetwork(star(["server", "client"], { delay: 10, rate: 1e7, loss: 0.01 }));
    const protocol = HTTPProtocol(WebSocketHandler(() => Echo<WebSocketMessage>(), { compression: { threshold: 1 } }));
    network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol }));
    const heard: WebSocketMessage[] = [];
    const { system } = network.host("client");
    const client = WebSocketClient({ url: "ws://server/", compression: true, reconnect: true, pingAfter: 2000, pongTimeout: 1000 });
    let heal = (): void => {};
    system.clock.setTimer(() => (heal = network.partition(["server"], ["client"])), 20_500);
    system.clock.setTimer(() => heal(), 30_500);
    await system.run(Pipeline(Counts(60), client, ToList(heard)));
    return [heard, system.clock.now()];
  };
  const [heard, took] = await run();
  assert.equal(heard.at(-1), "60");
  assert(heard.length > 50 && heard.length < 60, `${heard.length} came back`);
  assert.deepEqual(
    heard,
    heard.toSorted((a, b) => Number(a) - Number(b)),
  );
  assert.deepEqual(await run(), [heard, took]);
});

test("a client that reads slowly, and answers late, is not taken for lost", async () => {
  const network = new SimulatedNetwork(star(["server", "client"], { delay: 10, rate: 1e6 }));
  const many = Array.from({ length: 300 }, (_, i) => `${i}`.padEnd(20_000, "."));
  const protocol = HTTPProtocol(WebSocketHandler(() => Feed(many), { pingAfter: 2000, pongTimeout: 1000, closeTimeout: 60_000 }));
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol }));
  const heard: WebSocketMessage[] = [];
  const { system } = network.host("client");
  await system.run(Pipeline(WebSocketClient({ url: "ws://server/" }), ToList(heard)));
  assert.equal(heard.length, many.length);
  assert(system.clock.now() > 40_000);
});
