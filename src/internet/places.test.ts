// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { producerFinished, type Shutdown } from "../axon/index.ts";
import { drive, Echo, VirtualClock } from "../testing/index.ts";
import { interleaved } from "./node/race.ts";
import { type LookUp, NodeNetwork } from "./NodeNetwork.ts";
import { client, freePort, plainServer, serve, systemOf, tap, textOf } from "./parts.ts";
import { SimpleServer } from "./SimpleServer.ts";
import { TCPClient, type TCPClientOptions } from "./TCPClient.ts";

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-net-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function hello(options: TCPClientOptions, lookUp?: LookUp): Promise<[string, string]> {
  const network = lookUp === undefined ? {} : { network: new NodeNetwork({ lookUp }) };
  const { outbox, signal } = await drive(TCPClient(options), { inbox: [Buffer.from("hello")] }, network);
  assert.equal(signal.length, 1);
  return [Buffer.concat(outbox).toString(), inWords(signal[0]!)];
}

function inWords({ message }: Shutdown): string {
  return message instanceof Error ? message.message : "in order";
}

test("a server and a client meet at a unix socket, whose file is gone afterwards", async (t) => {
  const path = join(folderFor(t), "socket");
  const system = systemOf(t);
  const server = SimpleServer({ path, protocol: () => Echo() });
  assert.deepEqual(await serve(system, server), { address: path, port: 0 });
  assert.deepEqual(await hello({ path }), ["hello", "in order"]);
  server.stop(producerFinished());
  await server.ended;
  assert.equal(existsSync(path), false);
  assert.deepEqual(await hello({ path }), ["", `Cannot connect to ${path}: there is no such file (ENOENT)`]);
});

test("a unix socket whose program was killed is taken over; one whose program lives is not", async (t) => {
  const path = join(folderFor(t), "socket");
  const program = `require("net").createServer(() => {}).listen(${JSON.stringify(path)}, () => console.log("here"))`;
  const other = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => other.kill("SIGKILL"));
  await once(other.stdout, "data");
  await assert.rejects(systemOf(t).run(SimpleServer({ path, protocol: () => Echo() })), /EADDRINUSE/);
  other.kill("SIGKILL");
  await once(other, "close");
  assert.equal(existsSync(path), true);
  await serve(systemOf(t), SimpleServer({ path, protocol: () => Echo() }));
  assert.deepEqual(await hello({ path }), ["hello", "in order"]);
});

test("a file that is no socket is not taken over", async (t) => {
  const path = join(folderFor(t), "precious");
  writeFileSync(path, "data");
  await assert.rejects(systemOf(t).run(SimpleServer({ path, protocol: () => Echo() })), /EADDRINUSE/);
  assert.equal(readFileSync(path, "utf8"), "data");
});

test("a client that is reset at a unix socket, and one that is aborted, end", async (t) => {
  const path = join(folderFor(t), "socket");
  const system = systemOf(t);
  const server = SimpleServer({ path, protocol: () => Echo() });
  await serve(system, server);
  const one = TCPClient({ path });
  const [came, signals] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.signal)];
  system.activate(one);
  one.inboxes.inbox.deliver(Buffer.from("hello"));
  assert.equal(String(await came.next()), "hello");
  server.stop();
  await signals.next();
  await Promise.all([one.ended, server.ended]);
});

test("a server at :: is reached over IPv6 and IPv4, and knows both by their own addresses", async (t) => {
  const system = systemOf(t);
  const server = SimpleServer({ host: "::", port: 0, protocol: () => Echo() });
  const connected = tap(system, server.outboxes.connected);
  const { port } = await serve(system, server);
  for (const host of ["127.0.0.1", "::1"]) {
    assert.deepEqual(await hello({ host, port }), ["hello", "in order"]);
    assert.equal((await connected.next()).address, host);
  }
  const only = SimpleServer({ host: "::", port: 0, ipv6Only: true, protocol: () => Echo() });
  const six = await serve(system, only);
  assert.match((await hello({ host: "127.0.0.1", port: six.port }))[1], /nobody listens there/);
});

test("TCPClient() connects from the address and the port that it is told", async (t) => {
  const system = systemOf(t);
  const server = SimpleServer({ port: 0, protocol: () => Echo() });
  const connected = tap(system, server.outboxes.connected);
  const { port } = await serve(system, server);
  const localPort = await freePort();
  await hello({ host: "127.0.0.1", port, localAddress: "127.0.0.2", localPort });
  const { address, port: from } = await connected.next();
  assert.deepEqual([address, from], ["127.0.0.2", localPort]);
});

test("addresses of both kinds take turns, beginning with the kind that came first (RFC 8305, section 4)", () => {
  const all = (...list: string[]) => list.map((address) => ({ address, family: address.startsWith("6") ? 6 : 4 }));
  assert.deepEqual(interleaved(all("6a", "6b", "6c", "4a", "4b")), ["6a", "4a", "6b", "4b", "6c"]);
  assert.deepEqual(interleaved(all("4a", "6a", "6b")), ["4a", "6a", "6b"]);
  assert.deepEqual(interleaved([]), []);
});

/** A port of 127.0.0.2 where nobody ever answers: the queue of a program that accepts nothing is full. */
async function deaf(t: TestContext): Promise<number> {
  const program = `
    const server = require("net").createServer().listen({ host: "127.0.0.2", port: 0, backlog: 1 }, () => {
      require("fs").writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child: ChildProcess = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const [port] = await once(child.stdout!, "data");
  for (let i = 0; i < 2; i++) await client(t, { address: "127.0.0.2", port: Number(port) }); // the queue holds two
  return Number(port);
}

test("TCPClient() takes the address that answers first, and does not wait for those that never do (happy eyeballs)", async (t) => {
  const port = await deaf(t);
  const system = systemOf(t);
  await serve(system, SimpleServer({ host: "127.0.0.3", port, protocol: () => Echo() }));
  const addresses = ["127.0.0.2", "127.0.0.3"].map((address) => ({ address, family: 4 }));
  const start = performance.now();
  assert.deepEqual(await hello({ host: "two.example", port }, (_name, _family, answer) => setImmediate(answer, null, addresses)), [
    "hello",
    "in order",
  ]);
  const took = performance.now() - start;
  assert.ok(took > 200 && took < 30_000, `${took} ms`); // an attempt has a minute
});

test("TCPClient() goes to the next address at once when one refuses, and says why the first did when all do", async (t) => {
  const { port } = await plainServer(t, (socket) => socket.pipe(socket));
  const answer: LookUp = (_name, _family, tell) =>
    setImmediate(tell, null, [
      { address: "::1", family: 6 },
      { address: "127.0.0.1", family: 4 },
    ]);
  t.mock.timers.enable({ apis: ["setTimeout"] }); // who waits waits for ever
  assert.deepEqual(await hello({ host: "two.example", port }, answer), ["hello", "in order"]);
  t.mock.timers.reset();
  const nobody = await freePort();
  assert.equal(
    (await hello({ host: "two.example", port: nobody }, answer))[1],
    `Cannot connect to two.example:${nobody}: nobody listens there (ECONNREFUSED)`,
  );
});

test("TCPClient() says that there is no such host, and none of that kind", async () => {
  const none: LookUp = (_name, _family, tell) => tell(null, []);
  assert.equal(
    (await hello({ host: "a.example", port: 1 }, none))[1],
    "Cannot connect to a.example:1: the name has no address of that kind",
  );
  const fails: LookUp = (_name, _family, tell) => tell(Object.assign(new Error("?"), { code: "ENOTFOUND" }), []);
  assert.equal((await hello({ host: "a.example", port: 1 }, fails))[1], "Cannot connect to a.example:1: there is no such host (ENOTFOUND)");
});

test("TCPClient() asks only for addresses of the kind that it is told", async () => {
  const asked: unknown[] = [];
  const lookUp: LookUp = (name, family, tell) => {
    asked.push([name, family]);
    tell(null, []);
  };
  await hello({ host: "a.example", port: 1, family: 6 }, lookUp);
  assert.deepEqual(asked, [["a.example", 6]]);
});

test("TCPClient() gives up when DNS never answers, and holds nobody up meanwhile (the original did)", async () => {
  const clock = new VirtualClock({ auto: false });
  const network = new NodeNetwork({ lookUp: () => {} });
  const driven = drive(TCPClient({ host: "a.example", port: 80, connectTimeout: 1000 }), {}, { clock, network, shutdown: false });
  await new Promise(setImmediate);
  clock.advance(1000);
  assert.equal(inWords((await driven).signal[0]!), "Cannot connect to a.example:80: no answer within 1000 ms");
});

test("several processes share a port, and each gets connections", async (t) => {
  const [host, port] = [`127.78.${(process.pid >> 8) & 255}.${process.pid & 255}`, 8000]; // where nobody else has ports
  const program = `
    import { SimpleServer } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    import { component, System } from ${JSON.stringify(join(import.meta.dirname, "../axon/index.ts"))};
    const Who = () => component(Who, { inboxes: { inbox: "" }, outboxes: { outbox: "" }, *main(_, { outbox }) { outbox.send(Buffer.from(String(process.pid))); } });
    const Says = () => component(Says, { inboxes: { inbox: "" }, *main({ inbox }) { while (yield inbox) console.log(inbox.recv().port); } });
    const [system, server, says] = [new System(), SimpleServer({ host: "${host}", port: ${port}, reusePort: true, protocol: Who }), Says()];
    says.link(server.outboxes.listening, says.inboxes.inbox);
    system.activate(says);
    await system.run(server);`;
  const children = [1, 2].map(() =>
    spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  t.after(() => children.forEach((child) => child.kill("SIGKILL")));
  await Promise.all(children.map((child) => once(child.stdout, "data")));
  const seen = new Set<string>();
  for (let i = 0; i < 200 && seen.size < 2; i++) seen.add(await textOf(await client(t, { address: host, port })));
  assert.deepEqual([...seen].sort(), children.map(({ pid }) => String(pid)).sort());
});
