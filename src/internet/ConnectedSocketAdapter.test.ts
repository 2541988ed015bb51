// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { test, type TestContext } from "node:test";
import { type Ended, producerFinished, type Shutdown, shutdownMicroprocess, type System, type SystemOptions } from "../axon/index.ts";
import { drive, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { bytesOf, client, fateOf, serve, SilentNetwork, systemOf, tap, type Tap, textOf } from "./parts.ts";
import { TCPServer } from "./TCPServer.ts";

/** What is said when the other side has ended. */
const ENDED = producerFinished("the other side has no more to send");

interface Connected {
  readonly system: System;
  readonly csa: ConnectedSocketAdapter;
  /** The other side. */
  readonly socket: Socket;
  readonly received: Tap<Uint8Array>;
  readonly signals: Tap<Shutdown>;
}

/** An adapter with a plain socket on the other side. */
async function connected(t: TestContext, options?: SystemOptions): Promise<Connected> {
  const system = systemOf(t, options);
  const server = TCPServer({ port: 0 });
  const { next } = tap(system, server.outboxes.protocolHandlerSignal);
  const socket = await client(t, await serve(system, server));
  const { csa } = await next();
  server.stop();
  await server.ended;
  const received = tap(system, csa.outboxes.outbox);
  const signals = tap(system, csa.outboxes.signal);
  system.activate(csa);
  return { system, csa, socket, received, signals };
}

/** Fulfilled when a component is held. */
function held(system: System, name: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = system.observe((change) => {
      if (change.type !== "held" || change.component.name !== name) return;
      stop();
      resolve();
    });
  });
}

/** A connection of which only the calls are seen. */
function silent(): { network: SilentNetwork; csa: ConnectedSocketAdapter } {
  const network = new SilentNetwork();
  return { network, csa: new ConnectedSocketAdapter(network.connection) };
}

test("ConnectedSocketAdapter carries bytes both ways", async (t) => {
  const { csa, socket, received } = await connected(t);
  socket.write("hello");
  assert.equal(Buffer.from(await received.next()).toString(), "hello");
  csa.inboxes.inbox.deliver(Buffer.from("good morning"));
  assert.equal((await bytesOf(socket, 12)).toString(), "good morning");
});

test("ConnectedSocketAdapter sends what came in one turn in one write", async () => {
  const { network, csa } = silent();
  await drive(csa, { inbox: [Buffer.from("a"), Buffer.from("b"), Buffer.from("c")] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(network.written, []);
  const again = silent();
  const { inbox } = again.csa.inboxes;
  for (const text of ["a", "b", "c"]) inbox.deliver(Buffer.from(text));
  again.csa.stop(producerFinished());
  const driven = drive(again.csa, {}, { shutdown: false });
  again.csa.events.finished();
  again.csa.events.closed();
  await driven;
  assert.deepEqual(again.network.written, [["a", "b", "c"]]);
  assert.deepEqual(again.network.log, ["resume", "end"]);
});

test("ConnectedSocketAdapter takes nothing from its inbox while the network has no room", async (t) => {
  const { network, csa } = silent();
  network.room = false;
  const system = systemOf(t, { manual: true });
  system.activate(csa);
  const say = (text: string): void => csa.inboxes.inbox.deliver(Buffer.from(text));
  const rest = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) await Promise.resolve(); // promises that have been fulfilled are told of
    while (system.step() !== undefined);
  };
  say("a");
  await rest();
  say("b");
  say("c");
  await rest();
  assert.deepEqual([network.written, csa.inboxes.inbox.length], [[["a"]], 2]);
  csa.events.drained();
  await rest();
  assert.deepEqual([network.written, csa.inboxes.inbox.length], [[["a"], ["b", "c"]], 0]);
});

test("CSA drain: 10.5 MB in the inbox before producerFinished all arrive (the original lost 6.6 MB of them)", async (t) => {
  const { system, csa, socket } = await connected(t);
  const feed = Feed(Array.from({ length: 105 }, (_, i) => Buffer.alloc(100_000, i)));
  feed.link(feed.outboxes.outbox, csa.inboxes.inbox);
  feed.link(feed.outboxes.signal, csa.inboxes.control);
  system.activate(feed);
  let length = 0;
  let inOrder = true;
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    for (let i = 0; i < piece.length; i += 1000) inOrder &&= piece[i] === Math.floor((length + i) / 100_000);
    length += piece.length;
  }
  assert.deepEqual([length, inOrder], [10_500_000, true]);
  socket.end();
  await csa.ended;
});

test("ConnectedSocketAdapter holds whoever sends to it while the other side does not read", async (t) => {
  const { system, csa, socket } = await connected(t);
  const block = Buffer.alloc(100_000);
  let made = 0;
  const feed = Feed(
    (function* () {
      for (; made < 300; made++) yield block;
    })(),
  );
  feed.link(feed.outboxes.outbox, csa.inboxes.inbox);
  feed.link(feed.outboxes.signal, csa.inboxes.control);
  system.activate(feed);
  await held(system, feed.name);
  assert.ok(made < 300, `all ${made} were sent`);
  assert.equal((await textOf(socket)).length, 30_000_000);
  socket.end();
  await csa.ended;
});

test("ConnectedSocketAdapter stops reading while its outbox is full, so that the other side is held", async (t) => {
  const { csa, socket, received } = await connected(t);
  received.pause();
  const block = Buffer.alloc(100_000);
  let made = 0;
  const blocks = function* (): Generator<Buffer> {
    for (; made < 400; made++) yield block;
  };
  Readable.from(blocks()).pipe(socket);
  const { outbox } = csa.outboxes;
  while (!outbox.full) await new Promise(setImmediate);
  const { sent } = outbox;
  for (let i = 0; i < 100; i++) await new Promise(setImmediate);
  assert.equal(outbox.sent, sent, "more came while the box was full");
  assert.ok(made < 400, `the other side could send all ${made}`);
  received.resume();
  let length = 0;
  while (length < 40_000_000) length += (await received.next()).length;
  assert.equal(length, 40_000_000);
});

test("half-close: what is sent after the other side's end still arrives (the original dropped it)", async (t) => {
  const { csa, socket, signals } = await connected(t);
  socket.end("any questions?");
  assert.deepEqual(await signals.next(), ENDED);
  csa.inboxes.inbox.deliver(Buffer.from("a late answer"));
  csa.stop(producerFinished());
  assert.equal(await textOf(socket), "a late answer");
  await csa.ended;
  assert.equal(await fateOf(socket), "closed");
});

test("duplicate closing messages: one is signalled, however the connection ends (the original sent two or three)", async (t) => {
  const endings: readonly [how: string, end: (connected: Connected) => void, said: Shutdown["type"]][] = [
    ["the other side ends, then we", ({ csa, socket }) => void socket.resume().end(() => csa.stop(producerFinished())), "producerFinished"],
    [
      "we end, then the other side",
      ({ csa, socket }) => void (csa.stop(producerFinished()), socket.resume().on("end", () => socket.end())),
      "producerFinished",
    ],
    ["both at once", ({ csa, socket }) => void (csa.stop(producerFinished()), socket.resume().end()), "producerFinished"],
    ["we abort", ({ csa, socket }) => void (socket.resume(), csa.stop()), "shutdownMicroprocess"],
    ["the other side aborts", ({ socket }) => void socket.resetAndDestroy(), "shutdownMicroprocess"],
    ["it is killed", ({ csa, socket }) => void (socket.resume(), csa.kill()), "shutdownMicroprocess"],
  ];
  for (const [how, end, said] of endings) {
    const all = await connected(t);
    await new Promise(setImmediate);
    end(all);
    await all.csa.ended;
    await fateOf(all.socket);
    await new Promise(setImmediate);
    assert.deepEqual(
      all.signals.list.map(({ type }) => type),
      [said],
      how,
    );
  }
});

test("missing error reasons: a broken connection is signalled as shutdownMicroprocess with the Error that says why", async (t) => {
  const { csa, socket, signals } = await connected(t);
  const { localPort } = socket;
  socket.resetAndDestroy();
  const { type, message } = await signals.next();
  assert.equal(type, "shutdownMicroprocess");
  assert.ok(message instanceof Error);
  assert.equal(message.message, `Cannot stay connected to 127.0.0.1:${localPort}: the other side cut the connection (ECONNRESET)`);
  await csa.ended;
  assert.equal(csa.connectionError, message);
});

test("ConnectedSocketAdapter told by shutdownMicroprocess closes at once, and the other side sees that it was cut", async (t) => {
  const { csa, socket } = await connected(t);
  csa.inboxes.inbox.deliver(Buffer.alloc(10_000_000));
  csa.stop(shutdownMicroprocess());
  assert.equal(await fateOf(socket.resume()), "ECONNRESET");
});

test("ConnectedSocketAdapter waits for a slow reader as long as it takes", async (t) => {
  const clock = new VirtualClock({ auto: false });
  const { csa, socket } = await connected(t, { clock });
  csa.inboxes.inbox.deliver(Buffer.alloc(20_000_000));
  csa.stop(producerFinished());
  await once(socket, "readable");
  clock.advance(3_600_000);
  await new Promise(setImmediate);
  assert.equal((await textOf(socket)).length, 20_000_000);
  assert.equal(csa.isStopped, false);
  socket.end();
  await csa.ended;
  assert.equal(await fateOf(socket), "closed");
});

test("ConnectedSocketAdapter gives the other side half a minute to close, then lets go", async () => {
  const clock = new VirtualClock({ auto: false });
  const { network, csa } = silent();
  const driven = drive(csa, { inbox: [Buffer.from("bye")] }, { clock, shutdown: "producerFinished" });
  await new Promise(setImmediate);
  csa.events.finished();
  await new Promise(setImmediate);
  clock.advance(29_999);
  await new Promise(setImmediate);
  assert.deepEqual([csa.isStopped, network.log], [false, ["resume", "end"]]);
  clock.advance(1);
  assert.deepEqual((await driven).signal, [producerFinished()]);
  assert.deepEqual(network.log, ["resume", "end", "abort"]);
});

test("ConnectedSocketAdapter whose connection closes before it is activated says so when it is", async () => {
  const { csa } = silent();
  csa.events.closed(new Error("gone"));
  const { signal } = await drive(csa, { inbox: [Buffer.from("too late")] }, { shutdown: false });
  assert.deepEqual(signal, [shutdownMicroprocess(new Error("gone"))]);
});

test("ConnectedSocketAdapter that fails aborts, and signals nothing", async () => {
  const { network, csa } = silent();
  const signals: Shutdown[] = [];
  const broken = new Error("broken");
  network.connection.write = () => {
    throw broken;
  };
  const taker = ToList(signals);
  taker.link(csa.outboxes.signal, taker.inboxes.inbox);
  await assert.rejects(drive(csa, { inbox: [Buffer.from("hello")] }), { cause: broken });
  assert.deepEqual([network.log, csa.outboxes.signal.sent], [["resume", "abort"], 0]);
});
test("ConnectedSocketAdapter refuses what is no bytes, whatever the network would do with it, and says what to do", async (t) => {
  const { csa } = await connected(t);
  const failed = new Promise<Ended>((resolve) =>
    csa.system.observe((change) => change.type === "ended" && change.component === csa && resolve(change)),
  );
  t.mock.method(console, "error", () => {});
  csa.inboxes.inbox.deliver("text" as never);
  await assert.rejects(csa.system.run(), /Cannot send text over a connection: send bytes, Buffer\.from\(text\)/);
  assert.equal((await failed).reason, "failed");
});
