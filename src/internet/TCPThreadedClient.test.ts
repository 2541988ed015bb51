// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { producerFinished, type Shutdown, System } from "../axon/index.ts";
import { plainServer, systemOf, tap } from "./parts.ts";
import { TCPThreadedClient } from "./TCPThreadedClient.ts";

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
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(written < 200_000_000, `${written} bytes were taken`);
  client.stop();
  await client.ended;
});

test("TCPThreadedClient() checks its options where it is made", () => {
  assert.throws(() => TCPThreadedClient({ host: "localhost", port: 0 }), RangeError);
});
