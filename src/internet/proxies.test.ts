// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { type ConnectionEvents, producerFinished } from "../axon/index.ts";
import { drive, Echo } from "../testing/index.ts";
import { certificates, type Papers } from "./node/parts.ts";
import { freePort, listeningSocat, plainServer, serve, SilentNetwork, systemOf, tap, without } from "./parts.ts";
import { type Proxy, throughProxy } from "./proxies.ts";
import { SimpleServer } from "./SimpleServer.ts";
import { TCPClient, type TCPClientOptions } from "./TCPClient.ts";

/** Starts a proxy, and waits until it listens. Somebody else may have taken its port: then another one. */
async function proxy(t: TestContext, command: (port: string) => readonly string[]): Promise<number> {
  let said = "";
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = await freePort();
    const [name = "", ...words] = command(String(port));
    const child = spawn(name, words, { stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => child.kill("SIGKILL"));
    said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (said += bytes.toString()));
    let ended = false;
    child.on("close", () => (ended = true));
    while (!ended) {
      if ((await isOpen(port)) && isHis(child.pid!, port)) return port;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (!/in use|listening sockets/i.test(said)) break;
  }
  throw new Error(`Cannot start the proxy: it ends, and says "${said}"`);
}

/** Whether it is this process that listens; only Linux says. */
function isHis(pid: number, port: number): boolean {
  if (!existsSync("/proc/net/tcp")) return true;
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = ["tcp", "tcp6"]
    .flatMap((name) => readFileSync(`/proc/net/${name}`, "utf8").split("\n"))
    .map((line) => line.trim().split(/ +/));
  const sockets = rows.filter(([, local, , state]) => local?.endsWith(end) === true && state === "0A").map((row) => `socket:[${row[9]}]`);
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.includes(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false; // it has just ended, or closed a file
  }
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
    [
      { ...to, proxy: { type: "socks4" as never, host: "p", port: 1 } },
      /^Cannot connect through p:1: there is no type "socks4" of proxies/,
    ],
    [{ ...to, proxy: { type: "SOCKS5" as never, host: "p", port: 1 } }, /only "socks5" and "http"$/],
  ] satisfies [TCPClientOptions, RegExp][])
    assert.throws(() => TCPClient(options), { name: "RangeError", message: what });
  assert.throws(() => TCPClient({ ...to, proxy: { type: "http", host: "", port: 1 } }), TypeError);
  assert.throws(
    () => TCPClient({ ...to, proxy: { type: "http", host: "p", port: 1, tls: { ca: "p.pem" } } }),
    /ca has no certificate in it/,
  );
});

test("no name of a host says anything else to a proxy: line ends, blanks, what is not ASCII, and what ends a name are refused", () => {
  for (const type of ["http", "socks5"] as const) {
    const proxy: Proxy = { type, host: "p", port: 1 };
    const network = new SilentNetwork();
    const through = throughProxy(network, proxy);
    for (const [host, why] of [
      ["evil\r\nX-Injected: 1", /^Cannot connect to "evil\\r\\nX-Injected: 1" through p: there is no such name of a host; give a name/],
      ["a b", /there is no such name of a host/],
      ["a\0b", /there is no such name of a host/],
      ["a/../b", /there is no such name of a host/],
      ["example.org:25", /there is no such name of a host/],
      ["user@example.org", /there is no such name of a host/],
      ["münchen.example", /give it as xn--mnchen-3ya\.example$/],
    ] as const) {
      assert.throws(() => TCPClient({ host, port: 80, proxy }), { name: "RangeError", message: why });
      assert.throws(() => through.connect({ host, port: 80 }, NOBODY), { name: "RangeError", message: why });
    }
    assert.throws(() => through.connect({ host: "a", port: 65_536 }, NOBODY), RangeError);
    assert.throws(() => through.connect({ path: "/tmp/x" }, NOBODY), RangeError);
    assert.deepEqual(network.log, []);
    for (const host of ["my_host-1.example.org", "192.0.2.1", "2001:db8::1", "localhost"]) through.connect({ host, port: 80 }, NOBODY);
    assert.deepEqual(network.log, Array(4).fill("connect to p:1"));
    assert.throws(() => throughProxy(network, { ...proxy, type: "socks4" as never }), /there is no type "socks4" of proxies/);
  }
});

const NOBODY: ConnectionEvents = { opened() {}, data() {}, ended() {}, drained() {}, finished() {}, closed() {} };
