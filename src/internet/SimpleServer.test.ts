// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { type Component, component, type ComponentFailure } from "../axon/index.ts";
import { Echo } from "../testing/index.ts";
import { bytesOf, client, plainServer, program, serve, systemOf, textOf, without } from "./parts.ts";
import { SimpleServer } from "./SimpleServer.ts";

/** Says hello, and ends. */
function Greeter(...given: unknown[]): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Greeter, {
    inboxes: { inbox: "not read" },
    outboxes: { outbox: "a greeting" },
    *main(_, { outbox }) {
      outbox.send(Buffer.from(`hello, ${given.length}\n`));
    },
  });
}

test("SimpleServer() calls its protocol without arguments", async (t) => {
  const socket = await client(t, await serve(systemOf(t), SimpleServer({ port: 0, protocol: Greeter })));
  assert.equal((await bytesOf(socket, 9)).toString(), "hello, 0\n");
});

test("SimpleServer() serves many at once", async (t) => {
  const at = await serve(systemOf(t), SimpleServer({ port: 0, protocol: () => Echo() }));
  const sockets = await Promise.all(Array.from({ length: 100 }, () => client(t, at)));
  sockets.forEach((socket, i) => socket.write(`this is ${String(i).padStart(2, "0")}`));
  const answers = await Promise.all(sockets.map((socket) => bytesOf(socket, 10)));
  answers.forEach((answer, i) => assert.equal(answer.toString(), `this is ${String(i).padStart(2, "0")}`));
});

test("SimpleServer() listens again at once where it has just closed connections (the original's FastRestartServer)", async (t) => {
  let port = 0;
  for (let round = 0; round < 3; round++) {
    const system = systemOf(t);
    const at = await serve(system, SimpleServer({ port, protocol: Greeter }));
    ({ port } = at);
    const socket = await client(t, at);
    assert.equal(await textOf(socket), "hello, 0\n"); // the server's side closes first, and so its port stays in TIME_WAIT
    socket.end();
    await once(socket, "close");
    await system.stop();
  }
});

test("SimpleServer() has its own name", async (t) => {
  const { port } = await plainServer(t, () => {});
  await assert.rejects(systemOf(t).run(SimpleServer({ port, protocol: Greeter })), (failure: ComponentFailure) => {
    assert.equal(failure.component, "SimpleServer_1/TCPServer_2");
    return true;
  });
});

test("SimpleServer() refuses a port that is none, where it is made", () => {
  assert.throws(() => SimpleServer({ port: 1.5, protocol: Greeter }), RangeError);
});

for (const [peer, command] of [
  ["nc", (port) => ["nc", "-N", "127.0.0.1", port]],
  ["ncat", (port) => ["ncat", "127.0.0.1", port]],
  ["socat", (port) => ["socat", "-t5", "-", `TCP:127.0.0.1:${port}`]],
] satisfies [string, (port: string) => string[]][]) {
  test(`SimpleServer() talks to ${peer}, and answers all that it said before it ended`, { skip: without(peer) }, async (t) => {
    const { port } = await serve(systemOf(t), SimpleServer({ port: 0, protocol: () => Echo() }));
    const text = "a line of text\n".repeat(100_000);
    const { output, code } = await program(command(String(port)), text);
    assert.deepEqual([output.length, output === text, code], [text.length, true, 0]);
  });
}
