// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import { type ComponentFailure, producerFinished, type Shutdown, System } from "../axon/index.ts";
import { plainServer, SilentNetwork, standing, systemOf, tap } from "./parts.ts";
import { TCPThreadedClient } from "./TCPThreadedClient.ts";

/** How many threads there are, and ways to them. */
function threads(): number {
  return process.getActiveResourcesInfo().filter((what) => /worker|messageport/i.test(what)).length;
}

function inWords({ type, message }: Shutdown): string {
  return `${type}: ${message instanceof Error ? message.message : String(message)}`;
}

test("TCPThreadedClient() sends what comes to its inbox (the original did not), receives, and ends in order", async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.pipe(socket));
  const system = systemOf(t);
  const client = TCPThreadedClient({ host, port });
  const [came, signals] = [tap(system, client.outboxes.outbox), tap(system, client.outboxes.signal)];
  for (let i = 0; i < 100; i++) client.inboxes.inbox.deliver(Buffer.alloc(10_000, `${i % 10}`));
  client.stop(producerFinished());
  system.activate(client);
  assert.deepEqual((await signals.next()).type, "producerFinished");
  const text = Buffer.concat(came.list).toString();
  assert.equal(text.length, 1_000_000);
  assert.ok(Array.from({ length: 100 }, (_, i) => text[i * 10_000] === `${i % 10}`).every(Boolean));
});

test("TCPThreadedClient() says why it cannot connect", async (t) => {
  const { server, host, port } = await plainServer(t, () => {});
  await once(server.close(), "close");
  const system = new System();
  const client = TCPThreadedClient({ host, port });
  const signals = tap(system, client.outboxes.signal);
  system.activate(client);
  const why = `shutdownMicroprocess: Cannot connect to 127.0.0.1:${port}: nobody listens there (ECONNREFUSED)`;
  assert.equal(inWords(await signals.next()), why);
  await client.ended;
});

test("TCPThreadedClient() holds a server that it has no room for", async (t) => {
  let written = 0;
  const { host, port } = await plainServer(t, (socket) => {
    const block = Buffer.alloc(65_536);
    const go = (): void => {
      while (written < 1_000_000_000) {
        written += block.length;
        if (!socket.write(block)) return void socket.once("drain", go);
      }
    };
    go();
  });
  const system = systemOf(t);
  const client = TCPThreadedClient({ host, port });
  const came = tap(system, client.outboxes.outbox);
  came.pause();
  system.activate(client);
  const taken = await standing(() => written);
  assert.ok(taken < 200_000_000, `${taken} bytes were taken`);
  client.stop();
  await client.ended;
});

const died = (port: number, why: string): string =>
  `shutdownMicroprocess: Cannot stay connected to 127.0.0.1:${port}: its thread has ended: ${why}; connect again`;

test("TCPThreadedClient() signals an error when its thread is terminated, its connection is closed, and nothing is left", async (t) => {
  const gone = Promise.withResolvers<void>();
  const { host, port } = await plainServer(t, (socket) => {
    socket.on("error", () => {}); // a reset is as good as an end
    socket.on("close", gone.resolve).pipe(socket);
  });
  const before = threads();
  const started = once(process, "worker");
  const system = systemOf(t);
  const client = TCPThreadedClient({ host, port });
  const [came, signals] = [tap(system, client.outboxes.outbox), tap(system, client.outboxes.signal)];
  system.activate(client);
  client.inboxes.inbox.deliver(Buffer.from("hello"));
  assert.equal(Buffer.from(await came.next()).toString(), "hello");
  const [worker] = (await started) as [Worker];
  void worker.terminate();
  assert.equal(inWords(await signals.next()), died(port, "its thread exited with code 1 before its function had returned"));
  await client.ended;
  await gone.promise;
  await new Promise(setImmediate);
  assert.deepEqual([signals.list.length, threads()], [1, before]);
});

test("TCPThreadedClient() signals an error when its thread crashes, and the program goes on and ends", { timeout: 60_000 }, async (t) => {
  const { host, port } = await plainServer(t, (socket) => void socket.on("error", () => {}).pipe(socket));
  const crash = `import { isMainThread, parentPort } from "node:worker_threads";
    if (!isMainThread) parentPort.on("message", (word) => { if (word === "crash") throw new Error("no more"); }).unref();`;
  const program = `import { System, tap } from ${JSON.stringify(new URL("../axon/index.ts", import.meta.url))};
    import { TCPThreadedClient } from ${JSON.stringify(new URL("TCPThreadedClient.ts", import.meta.url))};
    process.once("worker", (worker) => tap(client.outboxes.outbox, () => worker.postMessage("crash")));
    const client = TCPThreadedClient({ host: "${host}", port: ${port} });
    client.inboxes.inbox.deliver(Buffer.from("hello"));
    tap(client.outboxes.signal, ({ type, message }) => console.log(\`\${type}: \${message.message}, \${message.cause.message}\`));
    await new System().run(client);`;
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "program.mjs");
  writeFileSync(file, program);
  const preload = `data:text/javascript,${encodeURIComponent(crash)}`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", preload, file]);
  assert.deepEqual([stdout, stderr], [`${died(port, "no more")}, no more\n`, ""]);
});

test("TCPThreadedClient() fails when it is given what is no bytes, as TCPClient does", async (t) => {
  const { host, port } = await plainServer(t, (socket) => void socket.on("error", () => {}));
  for (const [wrong, why] of [
    ["text", /Cannot send text over a connection: send bytes, Buffer\.from\(text\)/],
    [() => {}, /Cannot pass a message of TCPThreadedClient_\d+\.inbox to another thread: .* could not be cloned; send plain data/],
  ] as const) {
    const client = TCPThreadedClient({ host, port });
    client.inboxes.inbox.deliver(wrong as never);
    await assert.rejects(new System().run(client), why);
  }
});

test("TCPThreadedClient() checks its options where it is made", () => {
  assert.throws(() => TCPThreadedClient({ host: "localhost", port: 0 }), RangeError);
});

test("TCPThreadedClient() fails on a system with a network of its own, for its thread would reach the real one", async (t) => {
  let connected = 0;
  const { host, port } = await plainServer(t, () => connected++);
  const network = new SilentNetwork();
  await assert.rejects(systemOf(t, { network }).run(TCPThreadedClient({ host, port })), (failure: ComponentFailure) => {
    assert.match(
      String(failure.cause),
      /^Error: Cannot connect to 127\.0\.0\.1:\d+: a thread reaches the real network only, .*; use TCPClient$/,
    );
    return true;
  });
  assert.deepEqual([connected, network.log], [0, []]);
});
