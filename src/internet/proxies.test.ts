// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { drive, Echo } from "../testing/index.ts";
import { certificates, type Papers } from "./node/parts.ts";
import { freePort, listeningSocat, plainServer, serve, systemOf, tap, without } from "./parts.ts";
import type { Proxy } from "./proxies.ts";
import { SimpleServer } from "./SimpleServer.ts";
import { TCPClient, type TCPClientOptions } from "./TCPClient.ts";

/** Starts a proxy, and waits until it listens. Somebody else may have taken its port: then another one. */
async function proxy(t: TestContext, command: (port: string) => readonly string[]): Promise<number> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort();
    const [name = "", ...words] = command(String(port));
    const child = spawn(name, words, { stdio: "ignore" });
    t.after(() => child.kill());
    while (child.exitCode === null) {
      const open = await isOpen(port);
      await new Promise((resolve) => setTimeout(resolve, 20)); // if it is somebody else's, ours ends now
      if (open && child.exitCode === null) return port;
    }
  }
  throw new Error("Cannot start the proxy: it ends");
}

function isOpen(port: number): Promise<boolean> {
  const probe = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    probe.on("error", () => resolve(false));
    probe.on("connect", () => resolve(true));
  }).finally(() => probe.destroy()) as Promise<boolean>;
}

async function echo(t: TestContext): Promise<{ host: string; port: number }> {
  const { port } = await serve(systemOf(t), SimpleServer({ port: 0, protocol: () => Echo() }));
  return { host: "127.0.0.1", port };
}

/** What comes back through a proxy, and how the client says that it is over. (These proxies take the end of one side for the end of both.) */
async function through(t: TestContext, options: TCPClientOptions): Promise<[text: string, said: string]> {
  const system = systemOf(t);
  const one = TCPClient(options);
  const [came, signals] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.signal)];
  one.inboxes.inbox.deliver(Buffer.from("hello"));
  system.activate(one);
  void came.next().then(() => one.stop(producerFinished()));
  const { message } = await signals.next();
  return [came.list.join(""), message instanceof Error ? message.message : "in order"];
}

test("TCPClient() connects through a SOCKS 5 proxy: microsocks", { skip: without("microsocks") }, async (t) => {
  const to = await echo(t);
  const port = await proxy(t, (port) => ["microsocks", "-i", "127.0.0.1", "-p", port]);
  const socks: Proxy = { type: "socks5", host: "127.0.0.1", port };
  assert.deepEqual(await through(t, { ...to, proxy: socks }), ["hello", "in order"]);
  assert.deepEqual(await through(t, { ...to, host: "localhost", proxy: socks }), ["hello", "in order"]); // the proxy looks the name up
  const { port: six } = await serve(systemOf(t), SimpleServer({ host: "::1", port: 0, protocol: () => Echo() }));
  assert.deepEqual(await through(t, { host: "::1", port: six, proxy: socks }), ["hello", "in order"]);
  const nobody = await freePort();
  const [text, said] = await through(t, { host: "127.0.0.1", port: nobody, proxy: socks });
  assert.deepEqual([text, said], ["", `Cannot connect to 127.0.0.1:${nobody} through 127.0.0.1:${port}: nobody listens there`]);
});

test("TCPClient() tells a SOCKS 5 proxy who it is, if it wants to know: microsocks", { skip: without("microsocks") }, async (t) => {
  const to = await echo(t);
  const port = await proxy(t, (port) => ["microsocks", "-i", "127.0.0.1", "-p", port, "-u", "me", "-P", "secret"]);
  const socks: Proxy = { type: "socks5", host: "127.0.0.1", port };
  assert.deepEqual(await through(t, { ...to, proxy: { ...socks, username: "me", password: "secret" } }), ["hello", "in order"]);
  for (const [who, why] of [
    [{}, "the proxy wants to know who we are"],
    [{ username: "me", password: "wrong" }, "the proxy does not let us in: wrong user name or password"],
  ] as const)
    assert.match((await through(t, { ...to, proxy: { ...socks, ...who } }))[1], new RegExp(why));
});

test("TCPClient() connects through an HTTP proxy: ncat", { skip: without("ncat") }, async (t) => {
  const to = await echo(t);
  const open = await proxy(t, (port) => ["ncat", "-lk", "127.0.0.1", port, "--proxy-type", "http"]);
  assert.deepEqual(await through(t, { ...to, proxy: { type: "http", host: "127.0.0.1", port: open } }), ["hello", "in order"]);
  const closed = await proxy(t, (port) => ["ncat", "-lk", "127.0.0.1", port, "--proxy-type", "http", "--proxy-auth", "me:secret"]);
  const http: Proxy = { type: "http", host: "127.0.0.1", port: closed };
  assert.deepEqual(await through(t, { ...to, proxy: { ...http, username: "me", password: "secret" } }), ["hello", "in order"]);
  assert.match((await through(t, { ...to, proxy: http }))[1], /the proxy answers 407/);
});

test("TCPClient() connects through an HTTP proxy: tinyproxy", { skip: without("tinyproxy") }, async (t) => {
  const to = await echo(t);
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-proxy-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "tinyproxy.conf");
  const port = await proxy(t, (port) => {
    writeFileSync(file, `Port ${port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\nMaxClients 20\nBasicAuth me secret\n`);
    return ["tinyproxy", "-d", "-c", file];
  });
  const http: Proxy = { type: "http", host: "127.0.0.1", port };
  const me = { username: "me", password: "secret" };
  assert.deepEqual(await through(t, { ...to, proxy: { ...http, ...me } }), ["hello", "in order"]);
  assert.deepEqual(await through(t, { ...to, host: "localhost", proxy: { ...http, ...me } }), ["hello", "in order"]);
  assert.match((await through(t, { ...to, proxy: http }))[1], /the proxy answers 407/);
  assert.match((await through(t, { ...to, proxy: { ...http, ...me, password: "wrong" } }))[1], /the proxy answers 40[137]/);
  const nobody = { host: "127.0.0.1", port: await freePort() };
  assert.match((await through(t, { ...nobody, proxy: { ...http, ...me } }))[1], /the proxy answers 50\d/);
});

test(
  "TCPClient() speaks TLS with the proxy itself, and within that with the server",
  { skip: without("ncat") || without("socat") || without("openssl") },
  async (t) => {
    const { ca, server, selfSigned } = certificates((remove) => after(remove));
    const plain = await proxy(t, (port) => ["ncat", "-lk", "127.0.0.1", port, "--proxy-type", "http"]);
    const inTLS = ({ certFile, keyFile }: Papers): Promise<number> => {
      const address = `OPENSSL-LISTEN:0,bind=127.0.0.1,fork,verify=0,cert=${certFile},key=${keyFile}`;
      return listeningSocat(t, [address, `TCP:127.0.0.1:${plain}`]);
    };
    const http = { type: "http", host: "127.0.0.1", port: await inTLS(server), tls: { ca, serverName: "localhost" } } as const;
    assert.deepEqual(await through(t, { ...(await echo(t)), proxy: http }), ["hello", "in order"]);
    const { port } = await serve(systemOf(t), SimpleServer({ port: 0, tls: server, protocol: () => Echo() }));
    assert.deepEqual(await through(t, { host: "localhost", port, tls: { ca }, proxy: http }), ["hello", "in order"]);
    const system = systemOf(t);
    const one = TCPClient({ host: "localhost", port, tls: { ca }, proxy: http });
    const ready = tap(system, one.outboxes.sslready);
    system.activate(one);
    await ready.next();
    one.stop();
    await one.ended;
    const [text, said] = await through(t, { ...(await echo(t)), proxy: { ...http, port: await inTLS(selfSigned) } });
    assert.equal(text, "");
    assert.match(said, /^Cannot connect to 127.0.0.1:\d+ through 127.0.0.1:\d+: .*the certificate is signed by itself/);
  },
);

test("TCPClient() speaks TLS with the server through a proxy", { skip: without("ncat") || without("openssl") }, async (t) => {
  const { ca, server } = certificates((remove) => after(remove));
  const { port } = await serve(systemOf(t), SimpleServer({ port: 0, tls: server, protocol: () => Echo() }));
  const http = await proxy(t, (port) => ["ncat", "-lk", "127.0.0.1", port, "--proxy-type", "http"]);
  const options = { host: "localhost", port, tls: { ca }, proxy: { type: "http", host: "127.0.0.1", port: http } } as const;
  assert.deepEqual(await through(t, options), ["hello", "in order"]);
});

test("TCPClient() says what is wrong with a proxy: it is not there, speaks something else, closes, talks without end", async (t) => {
  const to = { host: "127.0.0.1", port: 9 };
  const nobody = await freePort();
  const [, refused] = await through(t, { ...to, proxy: { type: "http", host: "127.0.0.1", port: nobody } });
  assert.match(refused, /^Cannot connect to 127\.0\.0\.1:9 through 127\.0\.0\.1:\d+: Cannot connect to .*: nobody listens there/);
  for (const [type, answer, why] of [
    ["http", "SSH-2.0-OpenSSH_9\r\n\r\n", /its answer is not HTTP/],
    ["http", "x".repeat(20_000), /its answer is not HTTP/],
    ["http", "HTTP/1.1 503 Too busy\r\nX: y\r\n\r\n", /the proxy answers 503 Too busy/],
    ["http", "HTTP/1.1 200", /the other side ended before it had said what it has to say first/],
    ["socks5", "HTTP/1.1 400 Bad Request\r\n\r\n", /it speaks no SOCKS 5/],
    ["socks5", "\x05\x00\x05\x02\x00\x01\0\0\0\0\0\0", /the proxy's rules do not allow it/],
    ["socks5", "\x05\x00\x05\x00\x00\x09\0\0\0\0\0\0", /its answer is not SOCKS 5/],
  ] as const) {
    const { port } = await plainServer(t, (socket) => socket.end(Buffer.from(answer, "latin1")));
    assert.match((await through(t, { ...to, proxy: { type, host: "127.0.0.1", port } }))[1], why);
  }
});

test("TCPClient() gives what the server said in the same breath as the proxy", async (t) => {
  const { port } = await plainServer(t, (socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\n220 welcome"));
  });
  const client = TCPClient({ host: "example.org", port: 25, proxy: { type: "http", host: "127.0.0.1", port } });
  const { outbox } = await drive(client, {}, { shutdown: false });
  assert.equal(Buffer.concat(outbox).toString(), "220 welcome");
});

test("TCPClient() refuses proxies that there cannot be, where it is made", () => {
  const to = { host: "localhost", port: 80 };
  for (const [options, what] of [
    [{ ...to, proxy: { type: "http", host: "p", port: 0 } }, /ports are whole numbers/],
    [{ host: "fe80::1%lo", port: 1, proxy: { type: "socks5", host: "p", port: 1 } }, /it does not know our interfaces/],
    [{ path: "/tmp/x", proxy: { type: "http", host: "p", port: 1 } }, /it is a file of this machine/],
    [{ ...to, proxy: { type: "socks5", host: "p", port: 1, username: "x".repeat(256) } }, /the user name is longer than 255 bytes/],
    [{ ...to, proxy: { type: "http", host: "p", port: 1, username: "a\r\nX: y" } }, /has a line end or a colon/],
    [{ ...to, proxy: { type: "socks5", host: "p", port: 1, tls: {} } }, /the protocol has none/],
  ] satisfies [TCPClientOptions, RegExp][])
    assert.throws(() => TCPClient(options), { name: "RangeError", message: what });
});
