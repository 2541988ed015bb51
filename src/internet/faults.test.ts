// SPDX-License-Identifier: Apache-2.0
// What servers and clients survive.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Component, component, type Endpoint, producerFinished, type System } from "../axon/index.ts";
import { Echo } from "../testing/index.ts";
import { bytesOf, client, echoes, fateOf, listeningSocat, plainServer, serve, systemOf, tap, textOf, without } from "./parts.ts";
import { SimpleServer } from "./SimpleServer.ts";
import { TCPClient } from "./TCPClient.ts";

async function echo(t: TestContext, options: Partial<Parameters<typeof SimpleServer>[0]> = {}): Promise<{ at: Endpoint; system: System }> {
  const system = systemOf(t);
  return { at: await serve(system, SimpleServer({ port: 0, protocol: () => Echo<Uint8Array>(), ...options })), system };
}

test("the 10.5 MB drain case: all that was queued arrives after producerFinished (of the original's, 3.9 MB did)", async (t) => {
  const text = Promise.withResolvers<string>();
  const { host, port } = await plainServer(t, (socket) => {
    text.resolve(textOf(socket));
    socket.once("end", () => socket.end());
  });
  const system = systemOf(t);
  const one = TCPClient({ host, port });
  const signals = tap(system, one.outboxes.signal);
  for (let i = 0; i < 1050; i++) one.inboxes.inbox.deliver(Buffer.alloc(10_000, "x"));
  one.stop(producerFinished());
  system.activate(one);
  assert.equal((await text.promise).length, 10_500_000);
  assert.deepEqual(await signals.next(), producerFinished());
});

test("100 MB through echo are SHA-equal: socat to our server, our client to socat", { skip: without("socat") }, async (t) => {
  const { at } = await echo(t);
  assert.ok(await echoes(t, ["socat", "-t5", "-", `TCP:127.0.0.1:${at.port}`]));
  const port = await listeningSocat(t, ["TCP-LISTEN:0,bind=127.0.0.1", "EXEC:cat"]);
  const program = `
    import { TCPClient } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    import { Pipeline } from ${JSON.stringify(join(import.meta.dirname, "../chassis/index.ts"))};
    import { FromIterable, IntoWritable } from ${JSON.stringify(join(import.meta.dirname, "../axon/index.ts"))};
    import { Writable } from "node:stream";
    await Pipeline(FromIterable(process.stdin), TCPClient({ host: "127.0.0.1", port: ${port} }), IntoWritable(Writable.toWeb(process.stdout))).run();`;
  assert.ok(await echoes(t, [process.execPath, "--input-type=module", "-e", program]));
});

test("a peer that resets in the middle of a write costs its own connection only", async (t) => {
  const { at, system } = await echo(t);
  const others = await Promise.all([1, 2, 3].map(() => client(t, at)));
  others.forEach((socket) => socket.write("here"));
  for (const socket of others) await bytesOf(socket, 4);
  const { live } = system;
  for (let i = 0; i < 20; i++) {
    const socket = await client(t, at);
    socket.write(Buffer.alloc(1_000_000));
    await once(socket, "readable");
    socket.resetAndDestroy();
    await fateOf(socket);
  }
  others.forEach((socket) => socket.write("still here"));
  for (const socket of others) assert.equal(String(await bytesOf(socket, 10)), "still here");
  while (system.live > live) await new Promise(setImmediate); // nothing stays of those that were reset
});

/** Sends the same megabyte again and again. */
function Source(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  const block = Buffer.alloc(1_000_000);
  return component(Source, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "a gigabyte" },
    *main(_, { outbox }) {
      for (let i = 0; i < 1000; i++) {
        outbox.send(block);
        yield;
      }
    },
  });
}

test("a client that never reads while we send 1 GB holds the sender, and costs no memory", async (t) => {
  const sources: Component<any, { outbox: Uint8Array }>[] = [];
  const { at } = await echo(t, {
    protocol: () => {
      const source = Source();
      sources.push(source);
      return source;
    },
  });
  const socket = await client(t, at);
  socket.pause();
  while (sources.length === 0) await new Promise(setImmediate);
  const { outbox } = sources[0]!.outboxes;
  const { rss } = process.memoryUsage();
  let before = -1;
  while (before !== outbox.sent) {
    before = outbox.sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(outbox.sent < 300, `${outbox.sent} MB were sent`); // 128 wait in each of two boxes: all the same megabyte
  const grown = (process.memoryUsage().rss - rss) / 1e6;
  assert.ok(grown < 100, `${grown} MB more are used`);
});

test("a client that says nothing, or a byte now and then, costs little, and is closed after the idle timeout (slow loris)", async (t) => {
  const { at } = await echo(t, { idleTimeout: 100 });
  const [silent, slow, busy] = await Promise.all([1, 2, 3].map(() => client(t, at)));
  const beat = setInterval(() => busy!.write("x"), 20);
  t.after(() => clearInterval(beat));
  slow!.write("x");
  assert.equal(await fateOf(silent!.resume()), "ECONNRESET");
  assert.equal(await fateOf(slow!.resume()), "ECONNRESET");
  assert.equal(busy!.readyState, "open");
});

test("the clock of the wall jumps by an hour, and no connection is closed for it", async (t) => {
  const { at } = await echo(t, { idleTimeout: 500 });
  const socket = await client(t, at);
  const { now } = Date;
  t.after(() => (Date.now = now));
  for (const jump of [3_600_000, -3_600_000]) {
    Date.now = () => now() + jump;
    socket.write("tick");
    assert.equal(String(await bytesOf(socket, 4)), "tick");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(socket.readyState, "open");
});

test("connections beyond the limit are closed, and there is room again when one goes", async (t) => {
  const system = systemOf(t);
  const server = SimpleServer({ port: 0, limit: 3, protocol: () => Echo() });
  const refused = tap(system, server.outboxes.refused);
  const at = await serve(system, server);
  const sockets = await Promise.all([1, 2, 3].map(() => client(t, at)));
  for (const socket of sockets) socket.write("in");
  for (const socket of sockets) await bytesOf(socket, 2);
  const fate = await client(t, at).then(
    (socket) => fateOf(socket.resume()),
    (error: NodeJS.ErrnoException) => error.code, // sometimes it is closed before it is open
  );
  assert.equal(fate, "ECONNRESET");
  assert.match((await refused.next()).error.message, /^Cannot take another connection: there are 3 already/);
  const last = fateOf(sockets[0]!.resume());
  sockets[0]!.end();
  await last;
  for (;;) {
    const socket = await client(t, at).catch(() => undefined); // it may still be counted
    socket?.write("in");
    if (socket !== undefined && (await bytesOf(socket, 2).catch(() => undefined)) !== undefined) break;
  }
});

test("10,000 connections at once are all served", { skip: files() < 11_000 && "needs a limit of 11,000 open files" }, async (t) => {
  const { port, cpu } = await child(t, "ulimit -n 11000; ");
  const sockets = Array.from({ length: 10_000 }, () => connect({ port, host: "127.0.0.1" }));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(sockets.map((socket, i) => answered(socket, `${i}`.padStart(5, "0"))));
  const before = cpu();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(cpu() - before < 150, `10,000 idle connections took ${cpu() - before} ms of CPU time in 300 ms`);
});

test("too many open files: who comes then is shed, those that are there go on, and it recovers without spinning", async (t) => {
  const { port, cpu } = await child(t, "ulimit -n 64; ");
  const sockets = Array.from({ length: 100 }, () => connect({ port, host: "127.0.0.1" }));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const outcomes = await Promise.all(
    sockets.map((socket) =>
      answered(socket, "hello").then(
        () => "served",
        () => "shed",
      ),
    ),
  );
  const served = sockets.filter((_, i) => outcomes[i] === "served");
  assert.ok(served.length >= 20 && served.length < 64, `${served.length} were served`);
  const before = cpu();
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.ok(cpu() - before < 250, `it took ${cpu() - before} ms of CPU time in 500 ms`);
  await Promise.all(served.map((socket) => answered(socket, "still here")));
  for (const socket of sockets) socket.destroy();
  for (;;) {
    const socket = connect({ port, host: "127.0.0.1" });
    const ok = await answered(socket, "again").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (ok) break;
  }
});

/** How many files may be open here. */
function files(): number {
  const limit = execFileSync("sh", ["-c", "ulimit -n"]).toString().trim();
  return limit === "unlimited" ? Infinity : Number(limit);
}

/** An echo server in a process of its own, and the CPU time in milliseconds that it has used. */
async function child(t: TestContext, before: string): Promise<{ port: number; cpu: () => number }> {
  const program = join(import.meta.dirname, "../../bench/tcp-echo/ours.server.ts");
  const server = spawn("sh", ["-c", `${before}exec "$0" "$1"`, process.execPath, program], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill("SIGKILL"));
  const [port] = await once(server.stdout, "data");
  const cpu = (): number => {
    const words = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" ");
    return (Number(words[13]) + Number(words[14])) * 10;
  };
  return { port: Number(port), cpu };
}

/** Sends this, and waits until it has come back. */
async function answered(socket: Socket, text: string): Promise<void> {
  let missing = text.length;
  await new Promise<void>((resolve, reject) => {
    const onData = (bytes: Buffer): void => {
      missing -= bytes.length;
      if (missing > 0) return;
      socket.off("data", onData);
      resolve();
    };
    socket.on("data", onData);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("it was closed")));
    socket.write(text);
  });
}
