// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type ComponentFailure, producerFinished, System } from "../axon/index.ts";
import { bytesOf, client, fateOf, plainServer, serve, systemOf, tap } from "./parts.ts";
import { type NewCSA, type ShutdownCSA, TCPServer } from "./TCPServer.ts";

/** A server, and what it says of its connections. */
async function started(t: TestContext) {
  const system = systemOf(t);
  const server = TCPServer({ port: 0 });
  const connections = tap<NewCSA | ShutdownCSA>(system, server.outboxes.protocolHandlerSignal);
  return { system, server, connections, at: await serve(system, server) };
}

test("TCPServer() listens on 127.0.0.1, unless it is told otherwise, and says where", async (t) => {
  const system = systemOf(t);
  const at = await serve(system, TCPServer({ port: 0 }));
  assert.equal(at.address, "127.0.0.1");
  assert.ok(at.port > 0);
  assert.equal((await serve(system, TCPServer({ port: 0, host: "0.0.0.0" }))).address, "0.0.0.0");
});

test("TCPServer() makes an adapter for each connection, and says when it is closed", async (t) => {
  const { system, connections, at } = await started(t);
  const socket = await client(t, at);
  const come = await connections.next();
  assert.ok(come.type === "newCSA");
  assert.deepEqual(come.peer, { address: "127.0.0.1", port: socket.localPort });
  assert.deepEqual(come.local, at);
  system.activate(come.csa);
  come.csa.stop(producerFinished());
  socket.resume().end();
  assert.deepEqual(await connections.next(), { type: "shutdownCSA", csa: come.csa });
});

test("TCPServer() says that a connection is closed, too, when nobody has activated its adapter", async (t) => {
  const { connections, at } = await started(t);
  const fate = fateOf((await client(t, at)).resume());
  const come = await connections.next();
  come.csa.refuse();
  assert.equal(await fate, "ECONNRESET");
  assert.deepEqual(await connections.next(), { type: "shutdownCSA", csa: come.csa });
});

test("TCPServer() closes connections that nobody takes", async (t) => {
  const at = await serve(systemOf(t), TCPServer({ port: 0 }));
  const fate = await client(t, at).then(
    (socket) => fateOf(socket.resume()),
    (error: NodeJS.ErrnoException) => error.code, // sometimes it is closed before it is open
  );
  assert.equal(fate, "ECONNRESET");
});

test("TCPServer() that stops takes no more connections; those that came stay", async (t) => {
  const { system, server, connections, at } = await started(t);
  const socket = await client(t, at);
  const come = await connections.next();
  assert.ok(come.type === "newCSA");
  system.activate(come.csa);
  server.stop();
  await server.ended;
  await assert.rejects(client(t, at), { code: "ECONNREFUSED" });
  come.csa.inboxes.inbox.deliver(Buffer.from("still here"));
  assert.equal((await bytesOf(socket, 10)).toString(), "still here");
  await system.stop();
  assert.equal(await fateOf(socket), "ECONNRESET");
});

test("TCPServer() fails when it cannot listen (the original was silent)", async (t) => {
  const { port } = await plainServer(t, () => {});
  await assert.rejects(new System().run(TCPServer({ port })), (error: ComponentFailure) => {
    assert.ok(error.cause instanceof Error);
    assert.equal(
      error.cause.message,
      `Cannot listen on 127.0.0.1:${port}: the port is in use (EADDRINUSE); stop the other program or choose another port`,
    );
    return error.component === "TCPServer_1";
  });
});

test("TCPServer() refuses a port that is none, where it is made", () => {
  assert.throws(() => TCPServer({ port: 65_536 }), {
    name: "RangeError",
    message: "Cannot listen on 127.0.0.1:65536: 65536 is no port; ports are whole numbers from 0 to 65535",
  });
});
