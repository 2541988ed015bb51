// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { type Component, producerFinished, type Shutdown, shutdownMicroprocess, System } from "../axon/index.ts";
import { at, drive, VirtualClock } from "../testing/index.ts";
import { fateOf, plainServer, SilentNetwork, systemOf, tap, textOf, without } from "./parts.ts";
import { TCPClient } from "./TCPClient.ts";

type Client = Component<{ inbox: Uint8Array }, { outbox: Uint8Array; signal: Shutdown }>;

/** What a client has received, and how it says that it is over. */
async function outcome(client: Client, ...texts: string[]): Promise<{ text: string; said: string[] }> {
  const inbox = texts.map((text) => Buffer.from(text));
  const { outbox, signal } = await drive(client, { inbox }, { shutdown: texts.length > 0 && "producerFinished" });
  return { text: Buffer.concat(outbox).toString(), said: signal.map(inWords) };
}

function inWords({ type, message }: Shutdown): string {
  return `${type}: ${message instanceof Error ? message.message : String(message)}`;
}

/** A server that sends back what it receives, and ends when the client does. */
function echo(t: TestContext): ReturnType<typeof plainServer> {
  return plainServer(t, (socket) => socket.pipe(socket));
}

test("TCPClient() sends what comes to its inbox, and what came before it was connected", async (t) => {
  const { host, port } = await echo(t);
  const { text, said } = await outcome(TCPClient({ host, port }), "one, ", "two");
  assert.equal(text, "one, two");
  assert.deepEqual(said, ["producerFinished: undefined"]);
});

test("TCPClient() finds a host by its name", async (t) => {
  const { port } = await echo(t);
  assert.equal((await outcome(TCPClient({ host: "localhost", port }), "hello")).text, "hello");
});

test("TCPClient() ends when the server has no more to send, after it has sent what it still had", async (t) => {
  const got = Promise.withResolvers<string>();
  const { host, port } = await plainServer(t, (socket) => {
    socket.end("that is all");
    got.resolve(textOf(socket));
  });
  const system = systemOf(t);
  const client = TCPClient({ host, port });
  const received = tap(system, client.outboxes.outbox);
  const signals = tap(system, client.outboxes.signal);
  for (let i = 0; i < 100; i++) client.inboxes.inbox.deliver(Buffer.alloc(100_000, "x"));
  system.activate(client);
  assert.equal((await got.promise).length, 10_000_000);
  await client.ended;
  await new Promise(setImmediate);
  assert.equal(Buffer.concat(received.list).toString(), "that is all");
  assert.deepEqual(signals.list, [producerFinished("the server has no more to send")]);
});

test("half-close: a client that has no more to send still receives the answer", async (t) => {
  const { host, port } = await plainServer(t, (socket) => {
    void textOf(socket).then((text) => socket.end(`${text.length} bytes`));
  });
  assert.equal((await outcome(TCPClient({ host, port }), "a", "bc")).text, "3 bytes");
});

test("missing error reasons: refused", async (t) => {
  const { server, host, port } = await plainServer(t, () => {});
  await once(server.close(), "close");
  const { text, said } = await outcome(TCPClient({ host, port }));
  assert.equal(text, "");
  assert.deepEqual(said, [`shutdownMicroprocess: Cannot connect to 127.0.0.1:${port}: nobody listens there (ECONNREFUSED)`]);
});

test("missing error reasons: reset", async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.on("data", () => socket.resetAndDestroy()));
  const client = TCPClient({ host, port });
  client.inboxes.inbox.deliver(Buffer.from("hello"));
  const { said } = await outcome(client);
  assert.deepEqual(said, [
    `shutdownMicroprocess: Cannot stay connected to 127.0.0.1:${port}: the other side cut the connection (ECONNRESET)`,
  ]);
});

test("missing error reasons: no answer within a minute, or the time it is given", async () => {
  for (const [options, time] of [
    [{}, 60_000],
    [{ connectTimeout: 250 }, 250],
  ] as const) {
    const clock = new VirtualClock({ auto: false });
    const network = new SilentNetwork();
    const driven = drive(TCPClient({ host: "10.0.0.1", port: 80, ...options }), {}, { clock, network, shutdown: false });
    await new Promise(setImmediate);
    clock.advance(time - 1);
    await new Promise(setImmediate);
    assert.deepEqual(network.log, ["connect to 10.0.0.1:80"]);
    clock.advance(1);
    network.events?.closed(); // the network says, too, that what was aborted is closed
    assert.deepEqual((await driven).signal.map(inWords), [
      `shutdownMicroprocess: Cannot connect to 10.0.0.1:80: no answer within ${time} ms`,
    ]);
    assert.deepEqual(network.log, ["connect to 10.0.0.1:80", "abort"]);
  }
});

test("TCPClient() waits before it connects, if it is told to", async (t) => {
  const { host, port } = await echo(t);
  const clock = new VirtualClock();
  const { outbox } = await drive(TCPClient({ host, port, delay: 5000 }), { inbox: at({ 1000: Buffer.from("later") }) }, { clock });
  assert.equal(Buffer.concat(outbox).toString(), "later");
  assert.ok(clock.now() >= 5000);
});

test("TCPClient() that is told to stop while it waits, or connects, signals that once", async () => {
  for (const delay of [1000, 0]) {
    const network = new SilentNetwork();
    const client = TCPClient({ host: "10.0.0.1", port: 80, delay });
    const driven = drive(client, {}, { network, clock: new VirtualClock({ auto: false }), shutdown: false });
    await new Promise(setImmediate);
    client.stop();
    assert.deepEqual((await driven).signal, [shutdownMicroprocess()]);
    assert.deepEqual(network.log, delay > 0 ? [] : ["connect to 10.0.0.1:80", "abort"]);
  }
});

test("TCPClient() that is told that the data has ended while it connects still sends it", async (t) => {
  const { host, port } = await echo(t);
  const client = TCPClient({ host, port });
  client.inboxes.inbox.deliver(Buffer.from("wait for me"));
  client.stop(producerFinished("early"));
  const { text, said } = await outcome(client);
  assert.deepEqual([text, said], ["wait for me", ["producerFinished: early"]]);
});

test("TCPClient() takes data that comes before it has had its turn", async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.end("x".repeat(1_000_000)));
  const system = systemOf(t, { manual: true });
  const client = TCPClient({ host, port });
  const received = tap(system, client.outboxes.outbox);
  system.activate(client);
  while (system.step() !== undefined);
  const { outbox } = client.outboxes;
  while (outbox.sent === 0) await new Promise(setImmediate);
  while (!client.isStopped) {
    while (system.step() !== undefined);
    await new Promise(setImmediate);
  }
  assert.equal(Buffer.concat(received.list).length, 1_000_000);
});

test("TCPClient() aborts when it is told to stop", async (t) => {
  const fate = Promise.withResolvers<string>();
  const system = systemOf(t);
  const { host, port } = await plainServer(t, (socket) => {
    fate.resolve(fateOf(socket));
    socket.resume().write("hello");
  });
  const client = TCPClient({ host, port });
  const { next } = tap(system, client.outboxes.outbox);
  system.activate(client);
  await next();
  client.stop();
  assert.equal(await fate.promise, "ECONNRESET");
});

test("TCPClient() refuses a port that is none, where it is made", () => {
  assert.throws(() => TCPClient({ host: "localhost", port: 0 }), {
    name: "RangeError",
    message: "Cannot connect to localhost:0: 0 is no port; ports are whole numbers from 1 to 65535",
  });
});

test("TCPClient() talks to socat", { skip: without("socat") }, async (t) => {
  const socat = spawn("socat", ["-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "EXEC:cat"], { stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => socat.kill("SIGKILL"));
  let notices = "";
  for await (const text of socat.stderr.iterator({ destroyOnReturn: false })) if (/listening on .*:\d+\n/.test((notices += text))) break;
  socat.stderr.resume();
  const port = Number(/listening on .*:(\d+)\n/.exec(notices)?.[1]);
  const { text, said } = await outcome(TCPClient({ host: "127.0.0.1", port }), "through ", "a cat");
  assert.deepEqual([text, said], ["through a cat", ["producerFinished: undefined"]]);
});

test("TCPClient() that waits for the server to close leaves its own side open until then", async (t) => {
  const { host, port } = await plainServer(t, (socket) => {
    socket.on("end", () => socket.end("you left"));
    socket.once("data", (bytes: Buffer) => bytes.toString() === "stay" && setTimeout(() => socket.end("you stayed"), 50));
  });
  assert.equal((await outcome(TCPClient({ host, port, waitForServerClose: true }), "stay")).text, "you stayed");
  assert.equal((await outcome(TCPClient({ host, port }), "hello")).text, "you left");
});

test("TCPClient() closes a connection on which nothing comes or goes for the idle timeout", async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.resume());
  const system = systemOf(t);
  const client = TCPClient({ host, port, idleTimeout: 50, keepAlive: 1000 });
  const signals = tap(system, client.outboxes.signal);
  system.activate(client);
  assert.equal(
    inWords(await signals.next()),
    `shutdownMicroprocess: Cannot stay connected to 127.0.0.1:${port}: nothing came or went for 50 ms`,
  );
});

test("TCPClient() refuses what cannot be, where it is made: no place, two places, a time below 0, a key that is none", () => {
  assert.throws(() => TCPClient({ host: "localhost" }), TypeError);
  assert.throws(() => TCPClient({ host: "localhost", port: 1, path: "/tmp/x" }), TypeError);
  assert.throws(() => TCPClient({ host: "", port: 1 }), TypeError);
  assert.throws(() => TCPClient({ host: "localhost", port: 1, idleTimeout: -1 }), RangeError);
  assert.throws(() => TCPClient({ host: "localhost", port: 1, localPort: 70_000 }), RangeError);
  assert.throws(
    () => TCPClient({ host: "localhost", port: 1, localAddress: "nonsense" }),
    /^RangeError: .*give an address of this machine/,
  );
  assert.throws(() => TCPClient({ path: `/tmp/${"x".repeat(103)}` }), /^RangeError: .*has 1 to 107 bytes, not 108$/);
  assert.throws(
    () => TCPClient({ host: "localhost", port: 1, tls: { key: "no key" } }),
    /^TypeError: Cannot speak TLS: there is a key, but no cert/,
  );
});

test("TCPClient() leaves no socket behind, whenever it is told to stop, even while it says that nothing follows", async (t) => {
  const server = createServer((socket) => void socket.on("error", () => {}).end("hello")).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const open = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const before = open();
  for (let turns = 0; turns < 16; turns++) {
    const system = new System({ manual: true });
    const client = system.activate(TCPClient({ host: "127.0.0.1", port }));
    for (let n = 0; n < turns; n++) if (system.step() === undefined) await new Promise((resolve) => setImmediate(resolve));
    client.stop();
    while (!client.isStopped) if (system.step() === undefined) await new Promise((resolve) => setImmediate(resolve));
    for (let n = 0; n < 1000 && open() > before; n++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(open(), before, `after ${turns} turns`);
  }
});
