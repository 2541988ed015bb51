// SPDX-License-Identifier: Apache-2.0
// What servers and clients survive.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Component, component, type Endpoint, producerFinished, shutdownMicroprocess, type System } from "../axon/index.ts";
import { Echo, VirtualClock } from "../testing/index.ts";
import {
  bytesOf,
  client,
  echoes,
  fateOf,
  listeningSocat,
  plainServer,
  program,
  serve,
  standing,
  systemOf,
  tap,
  textOf,
  without,
} from "./parts.ts";
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

/** Sends a gigabyte, each piece of it fresh. */
function Source(size: number): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Source, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "a gigabyte" },
    *main(_, { outbox }) {
      for (let i = 0; i < 1e9 / size; i++) {
        outbox.send(Buffer.alloc(size, i));
        if (!(yield)) return;
      }
    },
  });
}

for (const size of [1000, 65_536, 1_000_000])
  test(`a client that never reads while we send 1 GB in pieces of ${size} bytes holds the sender, and memory stays flat`, async (t) => {
    const source = Source(size);
    const { at } = await echo(t, { protocol: () => source });
    const { rss } = process.memoryUsage();
    const socket = await client(t, at);
    socket.pause();
    const sent = ((await standing(() => source.outboxes.outbox.sent)) * size) / 1e6;
    assert.ok(sent < 30, `${sent} MB were sent`);
    const grown = (process.memoryUsage().rss - rss) / 1e6;
    assert.ok(grown < 60, `${grown} MB more are used`);
  });

test("a server that is told to stop while its clients do not read ends at once, also when it is told twice or was to finish first", async (t) => {
  for (const [first, second] of [
    [shutdownMicroprocess(), shutdownMicroprocess()],
    [producerFinished(), shutdownMicroprocess()],
  ] as const) {
    const system = systemOf(t);
    const server = SimpleServer({ port: 0, protocol: () => Source(65_536) });
    const at = await serve(system, server);
    const { live } = system;
    const sockets = await Promise.all([1, 2, 3].map(() => client(t, at)));
    for (const socket of sockets) await once(socket.pause(), "readable");
    const fates = sockets.map(fateOf);
    server.stop(first);
    server.stop(second);
    await server.ended;
    assert.ok(system.live < live);
    for (const socket of sockets) socket.resume();
    assert.deepEqual(await Promise.all(fates), Array(3).fill("ECONNRESET"));
    await assert.rejects(client(t, at), { code: "ECONNREFUSED" });
  }
});

test("a client that says nothing, or a byte now and then, costs little, and is closed after the idle timeout (slow loris)", async (t) => {
  const clock = new VirtualClock({ auto: false });
  const system = systemOf(t, { clock });
  const at = await serve(system, SimpleServer({ port: 0, protocol: () => Echo<Uint8Array>(), idleTimeout: 100 }));
  const { live } = system;
  const [silent, slow, busy] = await Promise.all([1, 2, 3].map(() => client(t, at)));
  const fates = [silent!, slow!].map(fateOf);
  while (system.live < live + 6) await new Promise(setImmediate); // two for each
  const says = async (socket: Socket): Promise<void> => {
    socket.write("x");
    await bytesOf(socket, 1);
  };
  await says(slow!);
  for (let time = 0; time < 1000; time += 50) {
    await says(busy!);
    clock.advance(50);
  }
  for (const socket of [silent!, slow!]) socket.resume();
  assert.deepEqual(await Promise.all(fates), ["ECONNRESET", "ECONNRESET"]);
  assert.equal(busy!.readyState, "open");
  await says(busy!);
});

test("the clock of the wall jumps by an hour, and no connection is closed for it", async (t) => {
  const { at } = await echo(t, { idleTimeout: 10_000 });
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

test("one address has no more connections than it may, others have theirs, and there is room again when one goes", async (t) => {
  const system = systemOf(t);
  const server = SimpleServer({ port: 0, limitPerAddress: 2, protocol: () => Echo() });
  const refused = tap(system, server.outboxes.refused);
  const { port } = await serve(system, server);
  const from = async (localAddress: string): Promise<string> => {
    const one = TCPClient({ host: "127.0.0.1", port, localAddress });
    clients.push(one);
    const [came, signals] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.signal)];
    one.inboxes.inbox.deliver(Buffer.from("hello"));
    system.activate(one);
    return Promise.race([came.next().then(String), signals.next().then(() => "refused")]);
  };
  const clients: ReturnType<typeof TCPClient>[] = [];
  const outcomes: string[] = [];
  for (const address of ["127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.3"]) outcomes.push(await from(address));
  assert.deepEqual(outcomes, ["hello", "hello", "refused", "hello"]);
  assert.match(
    (await refused.next()).error.message,
    /^Cannot take another connection: there are 2 from 127\.0\.0\.2 already, and no more are allowed$/,
  );
  clients[0]!.stop(producerFinished());
  await clients[0]!.ended;
  let attempts = 0;
  while ((await from("127.0.0.2")) !== "hello") assert.ok(++attempts < 100); // it may still be counted
  assert.equal(await from("127.0.0.2"), "refused");
});

test("10,000 connections at once are all served", { skip: files() < 11_000 && "needs a limit of 11,000 open files" }, async (t) => {
  const { port, cpu } = await child(t, "ulimit -n 11000; ");
  const sockets = Array.from({ length: 10_000 }, () => connect({ port, host: "127.0.0.1" }));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(sockets.map((socket, i) => answered(socket, `${i}`.padStart(5, "0"))));
  await resting(cpu, 300, 150);
});

test("too many open files: who comes then is shed, those that are there go on, and it recovers without spinning", async (t) => {
  const { port, cpu, said } = await child(t, "ulimit -n 64; ");
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
  await resting(cpu, 500, 250);
  await Promise.all(served.map((socket) => answered(socket, "still here")));
  assert.ok(said().includes("Cannot accept a connection: this process has too many open files (EMFILE)"), said()); // the runtime says nothing
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

test("a client, a server and a peer that find too many open files say so, and there is room again when some are closed", async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.pipe(socket));
  const from = (file: string): string => JSON.stringify(join(import.meta.dirname, file));
  const script = `
    import { SimplePeer, SimpleServer, TCPClient } from ${from("index.ts")};
    import { drive, Echo } from ${from("../testing/index.ts")};
    import { System } from ${from("../axon/index.ts")};
    import { closeSync, openSync } from "node:fs";
    const hello = async () => {
      const { outbox, signal } = await drive(TCPClient({ host: "${host}", port: ${port} }), { inbox: [Buffer.from("hello")] });
      return outbox.join("") || signal[0].message.message;
    };
    const run = (make) => new System().run(make()).then(() => "it runs", ({ cause }) => cause.message);
    const said = [await hello()];
    const files = [];
    try { for (;;) files.push(openSync("/dev/null")); } catch {}
    said.push(await hello(), await run(() => SimpleServer({ port: 0, protocol: () => Echo() })), await run(() => SimplePeer({ receiverAddress: "127.0.0.1", receiverPort: 9 })));
    for (const file of files) closeSync(file);
    said.push(await hello());
    console.log(JSON.stringify(said));
    process.exit();`;
  const { output } = await program(["sh", "-c", 'ulimit -n 64; exec "$0" --input-type=module -e "$1"', process.execPath, script], "");
  const [before, client, server, peer, after] = JSON.parse(output);
  assert.deepEqual([before, after], ["hello", "hello"]);
  const why = "this process has too many open files (EMFILE); close some, or raise the limit (ulimit -n)";
  assert.equal(client, `Cannot connect to ${host}:${port}: ${why}`);
  assert.equal(server, `Cannot listen on 127.0.0.1:0: ${why}`);
  assert.equal(peer, `Cannot bind to 0.0.0.0:0: ${why}`);
});

/** How many files may be open here. */
function files(): number {
  const limit = execFileSync("sh", ["-c", "ulimit -n"]).toString().trim();
  return limit === "unlimited" ? Infinity : Number(limit);
}

const PROGRAM = `
  import { Echo } from ${JSON.stringify(join(import.meta.dirname, "../testing/index.ts"))};
  import { SimpleServer } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
  import { tap } from ${JSON.stringify(join(import.meta.dirname, "../axon/index.ts"))};
  const server = SimpleServer({ port: 0, protocol: () => Echo() });
  tap(server.outboxes.listening, ({ port }) => console.log(port));
  tap(server.outboxes.refused, ({ error }) => console.log(error.message));
  await server.run();`;

/** An echo server in a process of its own, the CPU time in milliseconds that it has used, and what it has said. */
async function child(t: TestContext, before: string): Promise<{ port: number; cpu: () => number; said: () => string }> {
  const words = ["-c", `${before}exec "$0" --input-type=module -e "$1"`, process.execPath, PROGRAM];
  const server = spawn("sh", words, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill("SIGKILL"));
  let said = "";
  server.stdout.on("data", (text: Buffer) => (said += text.toString()));
  await once(server.stdout, "data");
  const cpu = (): number => {
    const words = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" ");
    return (Number(words[13]) + Number(words[14])) * 10;
  };
  return { port: Number.parseInt(said), cpu, said: () => said };
}

/** Waits until it takes less CPU time than `most` in so many ms: it may have had something left to do, but not for ever. */
async function resting(cpu: () => number, time: number, most: number): Promise<void> {
  for (let round = 1; ; round++) {
    const before = cpu();
    await new Promise((resolve) => setTimeout(resolve, time));
    const took = cpu() - before;
    if (took < most) return;
    assert.ok(round < 10, `it took ${took} ms of CPU time in ${time} ms`);
  }
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
