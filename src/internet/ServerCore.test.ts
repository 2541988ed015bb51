// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  type Component,
  component,
  type ComponentFailure,
  type Endpoint,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  type System,
  tap as look,
} from "../axon/index.ts";
import { Graphline, Pipeline } from "../chassis/index.ts";
import { Echo, Fails } from "../testing/index.ts";
import { bytesOf, client, fateOf, plainServer, serve, systemOf, tap, textOf } from "./parts.ts";
import { type Protocol, type ProtocolFailure, ServerCore } from "./ServerCore.ts";
import { SimpleServer } from "./SimpleServer.ts";

type Handler = Component<{ inbox: Uint8Array }, { outbox: Uint8Array }>;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Says something, and ends. */
function Says(text: string): Handler {
  return component(Says, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "what it says" },
    *main(_, { outbox }) {
      outbox.send(bytes(text));
    },
  });
}

/** Says how much it has heard, when the client has no more to say. */
function Counts(): Handler {
  return component(Counts, {
    inboxes: { inbox: "bytes to count" },
    outboxes: { outbox: "how many" },
    *main({ inbox }, { outbox }) {
      let count = 0;
      while (yield inbox) count += inbox.recv().length;
      outbox.send(bytes(`${count} bytes`));
    },
  });
}

/** Tells a list how it was told to stop. */
function Remembers(list: (Shutdown | undefined)[]): Handler {
  return component(Remembers, {
    inboxes: { inbox: "not kept" },
    outboxes: { outbox: "nothing" },
    *main({ inbox }, _, self) {
      while (yield inbox) inbox.recv();
      list.push(self.shutdown);
    },
  });
}

interface Started {
  readonly system: System;
  readonly server: ReturnType<typeof ServerCore>;
  readonly at: Endpoint;
}

async function started(t: TestContext, protocol: Protocol): Promise<Started> {
  const system = systemOf(t);
  const server = ServerCore({ port: 0, protocol });
  return { system, server, at: await serve(system, server) };
}

/** What the server says to a client that says this. */
async function ask(t: TestContext, at: Endpoint, text: string): Promise<string> {
  const socket = await client(t, at);
  socket.end(text);
  return textOf(socket);
}

test("ServerCore() gives each connection a protocol of its own, and tells it who is there", async (t) => {
  const { at } = await started(t, (peer) => Says(`you are ${peer.port}, I am ${peer.local.port}`));
  for (let i = 0; i < 3; i++) {
    const socket = await client(t, at);
    const { localPort } = socket;
    assert.equal(await textOf(socket.end()), `you are ${localPort}, I am ${at.port}`);
    assert.equal(await fateOf(socket), "closed");
  }
});

test("ServerCore() says who connected", async (t) => {
  const { system, server, at } = await started(t, () => Echo());
  const { next } = tap(system, server.outboxes.connected);
  const { localPort } = await client(t, at);
  assert.deepEqual(await next(), { address: "127.0.0.1", port: localPort, local: at });
});

test("half-close: the protocol is told of the client's end, and still answers", async (t) => {
  const { at } = await started(t, Counts);
  assert.equal(await ask(t, at, "x".repeat(1_000_000)), "1000000 bytes");
});

test("CSA drain: a protocol that ends closes its connection after all of 10.5 MB has been sent", async (t) => {
  const { at } = await started(t, () => Says("x".repeat(10_500_000)));
  assert.equal((await ask(t, at, "")).length, 10_500_000);
});

test("ServerCore() takes a Pipeline for a protocol", async (t) => {
  const { at } = await started(t, () => Pipeline(Echo<Uint8Array>(), Echo<Uint8Array>(), Counts()));
  assert.equal(await ask(t, at, "hello"), "5 bytes");
});

test("ServerCore() takes a Graphline for a protocol", async (t) => {
  const protocol = () =>
    Graphline({
      components: { A: Echo<Uint8Array>(), B: Counts() },
      linkages: {
        "self.inbox": "A.inbox",
        "self.control": "A.control",
        "A.outbox": "B.inbox",
        "A.signal": "B.control",
        "B.outbox": "self.outbox",
        "B.signal": "self.signal",
      },
    });
  const { at } = await started(t, protocol);
  assert.equal(await ask(t, at, "hello"), "5 bytes");
});

test("ServerCore() closes the connection of a protocol that sends its signal itself, and forgets to", async (t) => {
  const Forgets = (): Component<{ inbox: Uint8Array }, { outbox: Uint8Array; signal: Shutdown }> =>
    component(Forgets, {
      inboxes: { inbox: "not read" },
      outboxes: { outbox: "a word", signal: "never used" },
      *main(_, { outbox }) {
        outbox.send(bytes("bye"));
      },
    });
  const { at } = await started(t, Forgets);
  assert.equal(await ask(t, at, ""), "bye");
});

test("ServerCore() tells the protocol to stop when the connection breaks, and why", async (t) => {
  const told: (Shutdown | undefined)[] = [];
  const { server, at } = await started(t, () => Remembers(told));
  const socket = await client(t, at);
  const { localPort } = socket;
  socket.write("hello");
  while (server.childComponents().length < 3) await new Promise(setImmediate);
  socket.resetAndDestroy();
  while (told.length === 0) await new Promise(setImmediate);
  const [{ type, message } = producerFinished()] = told;
  assert.equal(type, "shutdownMicroprocess");
  assert.ok(message instanceof Error);
  assert.equal(message.message, `Cannot stay connected to 127.0.0.1:${localPort}: the other side cut the connection (ECONNRESET)`);
});

for (const [how, protocol, reason] of [
  ["whose constructor throws", () => assert.fail("not today"), /^not today$/],
  ["that throws", () => Fails(), /^ServerCore_\d+\/Fails_\d+ failed: cannot take /],
  ["in which something throws", () => Pipeline(Echo(), Fails(), Echo()), /^ServerCore_\d+\/Pipeline_\d+\/Fails_\d+ failed: cannot take /],
  ["that is no component", () => "hello" as never, /^Cannot serve 127\.0\.0\.1:\d+: the protocol gave hello, not a component$/],
  ["that waits for a promise which is rejected", () => Awaits(), /^ServerCore_\d+\/Awaits_\d+ failed: the database is gone$/],
  ["that is a promise", () => Promise.resolve(Echo()) as never, /the protocol gave a promise \(is it async\?\), not a component$/],
  ["that has no inbox", () => Deaf() as never, /^Cannot link Deaf\.inbox: Deaf has no inbox "inbox", only "control"$/],
] satisfies [string, () => ReturnType<Protocol>, RegExp][]) {
  test(`ServerCore() isolates: a protocol ${how} costs its own connection only, and is reported`, async (t) => {
    let count = 0;
    const { system, server, at } = await started(t, () => (++count === 2 ? protocol() : Echo()));
    const { next } = tap(system, server.outboxes.failures);
    const good = await client(t, at);
    good.write("one");
    assert.equal((await bytesOf(good, 3)).toString(), "one");
    const victim = await client(t, at);
    victim.write("two");
    const { peer, error } = await next();
    assert.equal(peer.port, victim.localPort);
    assert.ok(error instanceof Error);
    assert.match(error.message, reason);
    assert.equal(await fateOf(victim.resume()), "ECONNRESET");
    good.write("three");
    assert.equal((await bytesOf(good, 5)).toString(), "three");
    assert.equal(await ask(t, at, "four"), "four");
    assert.equal(server.isStopped, false);
  });
}

test("ServerCore() outlives an async protocol that rejects, and reports both faults", async (t) => {
  const { system, server, at } = await started(t, (async () => assert.fail("no such table")) as never);
  const { next } = tap(system, server.outboxes.failures);
  const socket = await client(t, at);
  const { localPort } = socket;
  const faults = [await next(), await next()].map(({ peer, error }) => `${peer.port === localPort}: ${String(error)}`);
  assert.match(faults[0]!, /^true: TypeError: .*the protocol gave a promise \(is it async\?\), not a component$/);
  assert.match(faults[1]!, /^true: .*no such table$/);
  assert.equal(await fateOf(socket.resume()), "ECONNRESET");
  assert.equal(server.isStopped, false);
});

test("ServerCore() tells who taps its failures, too, though nobody is linked to them", async (t) => {
  const { server, at } = await started(t, () => Fails());
  t.mock.method(process.stderr, "write", () => true);
  const failure = Promise.withResolvers<ProtocolFailure>();
  look(server.outboxes.failures, failure.resolve);
  const socket = await client(t, at);
  const { localPort } = socket;
  socket.write("hello");
  const { peer, error } = await failure.promise;
  assert.equal(peer.port, localPort);
  assert.match(String(error), /Fails_\d+ failed: cannot take /);
});

test("ServerCore() and SimpleServer() refuse to be made without a function that makes protocols", () => {
  const TELLS = /^Cannot serve: protocol is (undefined|a component); give a function that makes a component for each connection$/;
  for (const Server of [ServerCore, SimpleServer] as const)
    for (const options of [{ port: 0 }, { port: 0, protocol: Echo() }])
      assert.throws(() => Server(options as never), { name: "TypeError", message: TELLS });
  assert.throws(() => SimpleServer(undefined as never), /^TypeError: Cannot serve: the options are undefined; give a port and a protocol$/);
});

test("ServerCore() reports failures on standard error when nobody listens to them: who, and why, with the stack", async (t) => {
  const { at } = await started(t, () => Fails());
  const write = t.mock.method(process.stderr, "write", () => true);
  const socket = await client(t, at);
  socket.write("hello");
  await fateOf(socket.resume());
  const text = write.mock.calls.map(({ arguments: [line] }) => String(line)).join("");
  write.mock.restore();
  const [first, second] = text.split("\n");
  assert.match(first!, /^ServerCore_\d+\/Fails_\d+ failed, and its connection with 127\.0\.0\.1:\d+ is closed: RangeError: cannot take /);
  assert.match(second!, /^ {4}at .*parts\.ts/);
});

test("ServerCore() that is told that the data has ended takes no more connections, and lets those that are there finish", async (t) => {
  const { system, server, at } = await started(t, () => Echo());
  const { next } = tap(system, server.outboxes.signal);
  const socket = await client(t, at);
  socket.write("before");
  assert.equal((await bytesOf(socket, 6)).toString(), "before");
  server.stop(producerFinished("closing time"));
  const [listener] = server.childComponents();
  await listener?.ended;
  await assert.rejects(client(t, at), { code: "ECONNREFUSED" });
  socket.end("after");
  assert.equal(await textOf(socket), "after");
  await server.ended;
  assert.deepEqual(await next(), producerFinished("closing time"));
});

test("ServerCore() that is told to stop closes its connections", async (t) => {
  const told: (Shutdown | undefined)[] = [];
  const { system, server, at } = await started(t, () => Remembers(told));
  const { next } = tap(system, server.outboxes.signal);
  const sockets = await Promise.all([client(t, at), client(t, at)]);
  while (server.childComponents().length < 5) await new Promise(setImmediate);
  server.stop(shutdownMicroprocess("enough"));
  for (const socket of sockets) assert.equal(await fateOf(socket.resume()), "ECONNRESET");
  await server.ended;
  assert.deepEqual(told, [shutdownMicroprocess("enough"), shutdownMicroprocess("enough")]);
  assert.deepEqual(await next(), shutdownMicroprocess("enough"));
  await assert.rejects(client(t, at), { code: "ECONNREFUSED" });
});

test("ServerCore() that is killed leaves no connection open, be it served, handed over, or still waiting", async (t) => {
  const system = systemOf(t, { manual: true });
  const server = ServerCore({ port: 0, protocol: () => Echo() });
  const listening = tap(system, server.outboxes.listening);
  system.activate(server);
  while (listening.list.length === 0) if (system.step() === undefined) await new Promise(setImmediate);
  const at = await listening.next();
  const connections = server.childComponents()[0]!.outboxes["protocolHandlerSignal"]!;
  const arrived = async (count: number) => {
    const socket = await client(t, at);
    while (connections.sent < count) await new Promise(setImmediate);
    return socket;
  };
  const served = await arrived(1);
  while (system.step() !== undefined);
  const handedOver = await arrived(2);
  assert.equal(system.step(), server);
  const waiting = await arrived(3);
  assert.deepEqual([server.childComponents().length, server.inboxes.control.length], [5, 0]);
  server.kill();
  for (const socket of [served, handedOver, waiting]) assert.equal(await fateOf(socket.resume()), "ECONNRESET");
});

test("silent bind failure: ServerCore() fails when the port is in use", async (t) => {
  const { port } = await plainServer(t, () => {});
  await assert.rejects(systemOf(t).run(ServerCore({ port, protocol: () => Echo() })), (failure: ComponentFailure) => {
    assert.equal(failure.component, "ServerCore_1/TCPServer_2");
    assert.ok(failure.cause instanceof Error);
    assert.match(failure.cause.message, /^Cannot listen on 127\.0\.0\.1:\d+: the port is in use \(EADDRINUSE\); stop the other program or/);
    return true;
  });
});

test("ServerCore() keeps nothing of connections that are over", async (t) => {
  const { system, server, at } = await started(t, Counts);
  const before = [server.microprocess.linkages?.size, system.expectations.length, system.live];
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 10 }, () => ask(t, at, "hello")));
  while (system.live > before[2]!) await new Promise(setImmediate);
  assert.deepEqual([server.microprocess.linkages?.size, system.expectations.length, system.live], before);
});

test("ServerCore() serves again after all connections were broken at once", async (t) => {
  const { system, at } = await started(t, () => Echo());
  const { live } = system;
  const sockets = await Promise.all(Array.from({ length: 50 }, () => client(t, at)));
  for (const socket of sockets) socket.write("hello");
  await Promise.all(sockets.map((socket) => bytesOf(socket, 5)));
  for (const socket of sockets) socket.resetAndDestroy();
  while (system.live > live) await new Promise(setImmediate);
  assert.equal(await ask(t, at, "still there?"), "still there?");
});

/** Waits for what does not come. */
function Awaits(): Handler {
  return component(Awaits, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "nothing" },
    *main({ inbox }) {
      yield inbox;
      yield Promise.reject(new Error("the database is gone"));
    },
  });
}

/** Has no inbox, and so is no protocol. */
function Deaf(): Component<{}, { outbox: Uint8Array }> {
  return component(Deaf, { outboxes: { outbox: "nothing" }, *main() {} });
}
