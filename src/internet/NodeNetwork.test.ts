// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { type Connection, type ConnectionEvents, type Endpoint, type Listener, System } from "../axon/index.ts";
import { Echo } from "../testing/index.ts";
import { networkOf, NodeNetwork } from "./NodeNetwork.ts";
import { bytesOf, client, fateOf, plainServer, SilentNetwork, textOf } from "./parts.ts";

/** What a connection tells, to look at and to wait for. */
class Told {
  readonly log: string[] = [];
  text = "";
  error: Error | undefined;
  readonly events: ConnectionEvents;
  readonly #waits: { readonly event: string; readonly resolve: () => void }[] = [];

  constructor() {
    this.events = {
      opened: () => this.#tell("opened"),
      data: (bytes) => {
        this.text += new TextDecoder().decode(bytes);
        this.#tell("data");
      },
      ended: () => this.#tell("ended"),
      drained: () => this.#tell("drained"),
      finished: () => this.#tell("finished"),
      closed: (error) => {
        this.error = error;
        this.#tell("closed");
      },
    };
  }

  until(event: string): Promise<void> {
    return this.log.includes(event) ? Promise.resolve() : new Promise((resolve) => this.#waits.push({ event, resolve }));
  }

  #tell(what: string): void {
    this.log.push(what);
    for (const { event, resolve } of this.#waits) if (event === what) resolve();
  }
}

/** Listens, and connects a plain client. */
async function pair(t: TestContext): Promise<{ socket: Socket; connection: Connection; told: Told }> {
  const told = new Told();
  let listener!: Listener;
  const accepted = Promise.withResolvers<Connection>();
  const at = await new Promise<Endpoint>((listening) => {
    listener = new NodeNetwork().listen(
      { host: "127.0.0.1", port: 0 },
      {
        listening,
        accepted(connection) {
          accepted.resolve(connection);
          return told.events;
        },
        closed: () => {},
      },
    );
  });
  const socket = await client(t, at);
  t.after(() => listener.close());
  return { socket, connection: await accepted.promise, told };
}

/** Listens where it cannot. */
function failsToListen(host: string, port: number): Promise<(Error | undefined)[]> {
  const calls: (Error | undefined)[] = [];
  return new Promise((resolve) => {
    new NodeNetwork().listen(
      { host, port },
      {
        listening: () => assert.fail("it listens"),
        accepted: () => assert.fail("it accepts"),
        closed(error) {
          calls.push(error);
          setImmediate(() => resolve(calls));
        },
      },
    );
  });
}

test("NodeNetwork carries bytes both ways, and tells of the end and the close once each", async (t) => {
  const { socket, connection, told } = await pair(t);
  connection.resume();
  connection.write([Buffer.from("hello "), Buffer.from("client")]);
  assert.equal((await bytesOf(socket, 12)).toString(), "hello client");
  socket.end("hello server");
  await told.until("ended");
  connection.end();
  await told.until("closed");
  assert.equal(told.text, "hello server");
  assert.deepEqual([told.log, told.error], [["data", "ended", "finished", "closed"], undefined]);
});

test("NodeNetwork connects, and knows both addresses", async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.end("welcome"));
  const told = new Told();
  const connection = new NodeNetwork().connect({ host, port }, told.events);
  await told.until("ended");
  connection.end();
  await told.until("closed");
  assert.equal(told.text, "welcome");
  assert.equal(told.log[0], "opened");
  assert.deepEqual(connection.remote, { address: host, port });
  assert.equal(connection.local.address, "127.0.0.1");
  assert.ok(connection.local.port > 0);
});

test("NodeNetwork reads nothing from an accepted connection before resume, and nothing after pause", async (t) => {
  const { socket, connection, told } = await pair(t);
  socket.write("early");
  await once(socket.end(), "finish");
  assert.equal(told.text, "");
  connection.resume();
  connection.pause();
  await new Promise(setImmediate);
  assert.equal(told.text, "");
  connection.resume();
  await told.until("ended");
  assert.equal(told.text, "early");
  connection.end();
  await told.until("closed");
});

test("NodeNetwork sends all that was written before the end, however slowly it is taken", async (t) => {
  const { socket, connection, told } = await pair(t);
  connection.resume();
  const block = Buffer.alloc(8 << 20, "x");
  assert.equal(connection.write([block, block]), false);
  connection.end();
  const [text] = await Promise.all([textOf(socket), told.until("finished")]);
  assert.equal(text.length, 16 << 20);
  socket.end();
  await told.until("closed");
});

test("NodeNetwork tells once that there is room again", async (t) => {
  const { socket, connection, told } = await pair(t);
  connection.resume();
  const block = Buffer.alloc(8 << 20);
  assert.equal(connection.write([block]), false);
  const fate = fateOf(socket.resume());
  await told.until("drained");
  assert.deepEqual(told.log, ["drained"]);
  connection.abort();
  await Promise.all([told.until("closed"), fate]);
});

test("NodeNetwork aborts with a reset, but does not cut what has been sent to the end", async (t) => {
  const one = await pair(t);
  const fate = fateOf(one.socket.resume());
  one.connection.abort();
  assert.equal(await fate, "ECONNRESET");
  await one.told.until("closed");
  const two = await pair(t);
  two.connection.write([Buffer.alloc(100_000, "x")]);
  two.connection.end();
  await two.told.until("finished");
  two.connection.abort();
  await two.told.until("closed");
  const orderly = fateOf(two.socket);
  assert.equal((await textOf(two.socket)).length, 100_000);
  two.socket.destroy();
  assert.equal(await orderly, "closed");
});

test("NodeNetwork says why a connection broke", async (t) => {
  const { socket, connection, told } = await pair(t);
  connection.resume();
  const { port } = connection.remote;
  socket.resetAndDestroy();
  await told.until("closed");
  assert.equal(told.error?.message, `Cannot stay connected to 127.0.0.1:${port}: the other side cut the connection (ECONNRESET)`);
  assert.deepEqual(told.error?.cause instanceof Error && "code" in told.error.cause && told.error.cause.code, "ECONNRESET");
  assert.deepEqual(told.log, ["closed"]);
});

test("NodeNetwork says why it cannot connect", async (t) => {
  const { server, host, port } = await plainServer(t, () => {});
  await once(server.close(), "close"); // now nobody listens there
  const told = new Told();
  new NodeNetwork().connect({ host, port }, told.events);
  await told.until("closed");
  assert.equal(told.error?.message, `Cannot connect to 127.0.0.1:${port}: nobody listens there (ECONNREFUSED)`);
  assert.deepEqual(told.log, ["closed"]);
});

test("NodeNetwork says why it cannot listen, once", async (t) => {
  const { port } = await plainServer(t, () => {});
  const [inUse, ...more] = await failsToListen("127.0.0.1", port);
  assert.equal(
    inUse?.message,
    `Cannot listen on 127.0.0.1:${port}: the port is in use (EADDRINUSE); stop the other program or choose another port`,
  );
  assert.deepEqual(more, []);
  const [notOurs] = await failsToListen("203.0.113.1", 0);
  assert.equal(notOurs?.message, "Cannot listen on 203.0.113.1:0: this machine has no such address (EADDRNOTAVAIL)");
});

test("NodeNetwork throws for a port that is none", () => {
  assert.throws(() => new NodeNetwork().connect({ host: "127.0.0.1", port: 70_000 }, new Told().events), RangeError);
});

test("networkOf() gives the network of the system, or the one that all share", () => {
  const network = new SilentNetwork();
  const component = new System({ network }).activate(Echo());
  assert.equal(networkOf(component), network);
  const one = networkOf(new System().activate(Echo()));
  assert.ok(one instanceof NodeNetwork);
  assert.equal(networkOf(new System().activate(Echo())), one);
});
