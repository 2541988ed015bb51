// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at as times, drive } from "../../../testing/index.ts";
import { HTTPClient } from "./HTTPClient.ts";
import { HTTPPool, keptFor } from "./HTTPPool.ts";
import { odd, plain, saidOf } from "./parts.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

test("HTTPPool() keeps connections as long as it should, and as the server says", async (t) => {
  const connectionsFor = async (keepAlive: number, fields: string, pause: number): Promise<number> => {
    let connections = 0;
    const { at } = await odd(t, (socket) => {
      if (!known.has(socket)) connections++;
      known.add(socket);
      socket.write(`HTTP/1.1 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`);
    });
    const known = new Set<unknown>();
    const { outbox } = await drive(HTTPClient({ keepAlive }), { inbox: times({ 0: at, [pause]: at, [2 * pause]: at }) });
    assert.equal(outbox.length, 3);
    return connections;
  };
  assert.equal(await connectionsFor(4000, "", 1000), 1);
  assert.equal(await connectionsFor(4000, "", 5000), 3);
  assert.equal(await connectionsFor(0, "", 1), 3);
  assert.equal(await connectionsFor(60_000, "Keep-Alive: timeout=5, max=100\r\n", 4500), 3);
  assert.equal(await connectionsFor(60_000, "Keep-Alive: timeout=5, max=100\r\n", 3500), 1);
  assert.equal(await connectionsFor(60_000, "Connection: close\r\n", 1), 3);
});

test("HTTPPool() asks again when the server has closed a connection that it had kept; what must not be sent twice takes a fresh one", async (t) => {
  const { at, connections } = await plain(t, (request, response) => {
    response.end("x");
    setTimeout(() => request.socket.destroy(), 20);
  });
  const requests = [at, { url: at, method: "POST", body: "x" }, at];
  const { outbox, failures } = await drive(HTTPClient({ keepAlive: 1e9, retries: 0 }), {
    inbox: times({ 0: requests[0]!, 10_000: requests[1]!, 20_000: requests[2]! }),
  });
  assert.deepEqual([outbox.length, failures.length], [3, 0]);
  assert.ok(connections() >= 2);
});

test("HTTPPool() has no more connections than it may, to all servers together", async (t) => {
  const servers = await Promise.all(Array.from({ length: 4 }, () => plain(t, (_, response) => void response.end("x"))));
  let most = 0;
  const pool = new HTTPPool({ connections: 2, maxConnections: 3 });
  for (const { server } of servers) server.on("connection", () => (most = Math.max(most, pool.size)));
  const urls = Array.from({ length: 40 }, (_, i) => servers[i % 4]!.at);
  assert.equal((await saidOf(urls, { pool })).filter((said) => said === "200 x").length, 40);
  assert.ok(most <= 3, `${most} connections`);
  assert.deepEqual([pool.size, pool.idle], [0, 0]);
});

test("HTTPPool() takes no notice of what nobody has asked for", async (t) => {
  const { at } = await odd(t, (socket, _, count) => socket.write(count === 1 ? OK + OK : OK));
  assert.deepEqual(await saidOf([at, at, at], { concurrency: 1 }), ["200 ok", "200 ok", "200 ok"]);
});

test("HTTPPool() closes connections in order: the server sees no reset", async (t) => {
  const ends: string[] = [];
  const { at, server } = await plain(t, (_, response) => void response.end("x"));
  const over = new Promise<void>((resolve) =>
    server.on("connection", (socket) => {
      socket.on("end", () => ends.push("end"));
      socket.on("error", (error: NodeJS.ErrnoException) => ends.push(error.code ?? ""));
      socket.on("close", () => resolve());
    }),
  );
  assert.deepEqual(await saidOf([at]), ["200 x"]);
  await over;
  assert.deepEqual(ends, ["end"]);
});

test("HTTPPool() refuses what there cannot be, and clients with different clocks", () => {
  assert.throws(() => new HTTPPool({ connections: 0 }), RangeError);
  assert.throws(() => new HTTPPool({ keepAlive: -1 }), RangeError);
  const pool = new HTTPPool();
  const clock = (): never => null as never;
  pool.enter({ now: clock } as never);
  assert.throws(() => pool.enter({ now: clock } as never), /between systems/);
});

test("Keep-Alive says how long a server keeps a connection", () => {
  assert.deepEqual(
    [keptFor("timeout=5, max=3"), keptFor("max=3"), keptFor("timeout=0"), keptFor(undefined)],
    [4000, undefined, 0, undefined],
  );
});
