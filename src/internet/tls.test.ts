// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, test, type TestContext } from "node:test";
import { type Component, component, type Endpoint, producerFinished, type Secured, type Shutdown, type System } from "../axon/index.ts";
import { drive, Echo } from "../testing/index.ts";
import { certificates } from "./node/parts.ts";
import { client, echoes, fateOf, listeningSocat, plainServer, serve, systemOf, tap, textOf, without } from "./parts.ts";
import { type Peer, ServerCore, type ServerOptions } from "./ServerCore.ts";
import { TCPClient, type TCPClientOptions } from "./TCPClient.ts";
import type { Refusal } from "./TCPServer.ts";

const skip = without("openssl");
const papers = skip === false ? certificates(after) : (undefined as never);
const { ca, server: identity } = papers ?? {};

/** An echo server that speaks TLS. */
async function echo(
  t: TestContext,
  options: Partial<ServerOptions> = {},
): Promise<{ at: Endpoint; refused: readonly Refusal[]; peers: readonly Peer[]; system: System }> {
  const system = systemOf(t);
  const server = ServerCore({ port: 0, tls: { cert: identity.cert, key: identity.key }, protocol: () => Echo(), ...options });
  const [refused, connected] = [tap(system, server.outboxes.refused), tap(system, server.outboxes.connected)];
  return { at: await serve(system, server), refused: refused.list, peers: connected.list, system };
}

/** What a client receives that sends "hello" and ends, how it says that it is over, and what TLS agreed on. */
async function hello(options: TCPClientOptions): Promise<{ text: string; said: string; secured: readonly Secured[] }> {
  const { outbox, signal, sslready } = await drive(TCPClient(options), { inbox: [Buffer.from("hello")] });
  const [last] = signal;
  assert.equal(signal.length, 1);
  return { text: Buffer.concat(outbox).toString(), said: inWords(last!), secured: sslready };
}

function inWords({ type, message }: Shutdown): string {
  return `${type}: ${message instanceof Error ? message.message : String(message)}`;
}

test("TLS: a server and a client that trusts its authority", { skip }, async (t) => {
  const { at, peers } = await echo(t);
  const { text, said, secured } = await hello({ host: "localhost", port: at.port, tls: { ca } });
  assert.deepEqual([text, said], ["hello", "producerFinished: undefined"]);
  assert.equal(secured.length, 1);
  assert.deepEqual([secured[0]?.protocol, secured[0]?.peer, secured[0]?.alpn], ["TLSv1.3", "server", undefined]);
  assert.deepEqual([peers[0]?.secured?.serverName, peers[0]?.secured?.peer], ["localhost", undefined]);
});

test(
  "TLS: a wrong certificate is refused: of an unknown authority, for another name, expired, signed by itself (the original looked at none)",
  { skip },
  async (t) => {
    const { at } = await echo(t);
    const reasons: [TCPClientOptions, Endpoint, RegExp][] = [
      [{ tls: true }, at, /signed by an authority that is not known|not trusted/],
      [{ tls: { ca, serverName: "www.example.com" } }, at, /Hostname\/IP does not match certificate's altnames/],
      [{ tls: { ca } }, (await echo(t, { tls: papers.expired })).at, /the certificate has expired/],
      [{ tls: { ca } }, (await echo(t, { tls: papers.selfSigned })).at, /the certificate is signed by itself/],
    ];
    for (const [options, { port }, reason] of reasons) {
      const { text, said } = await hello({ host: "localhost", port, ...options });
      assert.equal(text, "");
      assert.match(said, /^shutdownMicroprocess: Cannot speak TLS with localhost:\d+: /);
      assert.match(said, reason);
    }
    const { text } = await hello({ host: "localhost", port: at.port, tls: { verify: false } });
    assert.equal(text, "hello");
  },
);

test("TLS: the server chooses its certificate by the name that is asked for (SNI)", { skip }, async (t) => {
  const { at, peers } = await echo(t, { tls: { ...identity, names: { "*.example.org": papers.other } } });
  for (const [serverName, peer] of [
    ["a.example.org", "other"],
    ["localhost", "server"],
  ] as const) {
    const { text, secured } = await hello({ host: "127.0.0.1", port: at.port, tls: { ca, serverName } });
    assert.deepEqual([text, secured[0]?.peer], ["hello", peer]);
  }
  assert.deepEqual(
    peers.map(({ secured }) => secured?.serverName),
    ["a.example.org", "localhost"],
  );
});

test("TLS: the two sides agree on a protocol (ALPN), or do not speak", { skip }, async (t) => {
  const { at } = await echo(t, { tls: { ...identity, alpn: ["h2", "http/1.1"] } });
  const to = { host: "localhost", port: at.port };
  assert.equal((await hello({ ...to, tls: { ca, alpn: ["http/1.1", "smtp"] } })).secured[0]?.alpn, "http/1.1");
  assert.match((await hello({ ...to, tls: { ca, alpn: ["smtp"] } })).said, /no application protocol/);
});

test("TLS: a client must show a certificate if the server requires one, and the protocol knows whose", { skip }, async (t) => {
  const { at, peers, refused } = await echo(t, { tls: { ...identity, ca, clientCertificates: "require" } });
  const to = { host: "localhost", port: at.port };
  assert.equal((await hello({ ...to, tls: { ca, ...papers.client } })).text, "hello");
  assert.equal(peers[0]?.secured?.peer, "client");
  for (const tls of [{ ca }, { ca, ...papers.selfSigned }]) assert.equal((await hello({ ...to, tls })).text, "");
  assert.equal(peers.length, 1);
  assert.deepEqual(
    refused.map(({ error }) => error.message.replace(/127\.0\.0\.1:\d+/, "it")),
    [
      "Cannot speak TLS with it: the client showed no certificate",
      "Cannot speak TLS with it: the certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT); to trust it, give it as `ca`",
    ],
  );
  const asking = await echo(t, { tls: { ...identity, ca, clientCertificates: "ask" } });
  assert.equal((await hello({ host: "localhost", port: asking.at.port, tls: { ca } })).text, "hello");
});

test("TLS: garbage instead of TLS costs its own connection only", { skip }, async (t) => {
  const { at, refused } = await echo(t);
  const socket = await client(t, at);
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await textOf(socket).catch(() => "");
  await fateOf(socket.destroy());
  const another = await client(t, at);
  another.write(Buffer.alloc(1000, 0xff));
  await textOf(another).catch(() => "");
  assert.equal((await hello({ host: "localhost", port: at.port, tls: { ca } })).text, "hello");
  assert.equal(refused.length, 2);
  assert.match(refused[0]!.error.message, /^Cannot speak TLS with 127\.0\.0\.1:\d+: the other side speaks HTTP, not TLS/);
});

test("TLS: a server that does not speak it is told from one that does", { skip }, async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.end("220 hello, I am no TLS server\r\n"));
  assert.match((await hello({ host, port, tls: { ca } })).said, /the other side does not speak TLS/);
});

test("TLS: who connects and says nothing is closed after the handshake timeout (slow loris)", { skip }, async (t) => {
  const { at, refused } = await echo(t, { handshakeTimeout: 50 });
  const socket = await client(t, at);
  await fateOf(socket.resume());
  assert.match(refused[0]!.error.message, /^Cannot serve 127\.0\.0\.1:\d+: it has not said who it is within 50 ms$/);
});

test("TLS: half-close works both ways", { skip }, async (t) => {
  /** Answers when the client has said all, however long that takes. */
  function Counter(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
    return component(Counter, {
      inboxes: { inbox: "bytes" },
      outboxes: { outbox: "how many" },
      *main({ inbox }, { outbox }) {
        let count = 0;
        while (yield inbox) count += inbox.recv().length;
        outbox.send(Buffer.from(`${count} bytes`));
      },
    });
  }
  const { at } = await echo(t, { protocol: Counter });
  assert.equal((await hello({ host: "localhost", port: at.port, tls: { ca } })).text, "5 bytes");
});

/** Speaks plainly until it is told to begin TLS. */
function StartTLS(): Component<{ inbox: Uint8Array; sslready: Secured }, { outbox: Uint8Array; makessl: string }> {
  return component(StartTLS, {
    inboxes: { inbox: "from the client", sslready: "TLS has begun" },
    outboxes: { outbox: "to the client", makessl: "begins TLS" },
    *main({ inbox, sslready }, { outbox, makessl }) {
      outbox.send(Buffer.from("220 ready\n"));
      if (!(yield inbox)) return;
      inbox.recv();
      outbox.send(Buffer.from("220 go ahead\n"));
      makessl.send("now");
      if (!(yield sslready)) return;
      outbox.send(Buffer.from(`250 ${sslready.recv().protocol}\n`));
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

test("TLS begins in band, on both sides (makessl, sslready)", { skip }, async (t) => {
  const system = systemOf(t);
  const server = ServerCore({ port: 0, startTLS: identity, protocol: StartTLS });
  const { port } = await serve(system, server);
  const one = TCPClient({ host: "localhost", port, startTLS: { ca } });
  const [came, ready, signals] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.sslready), tap(system, one.outboxes.signal)];
  system.activate(one);
  assert.equal(String(await came.next()), "220 ready\n");
  one.inboxes.inbox.deliver(Buffer.from("STARTTLS\n"));
  assert.equal(String(await came.next()), "220 go ahead\n");
  one.inboxes.makessl.deliver("now");
  assert.equal((await ready.next()).protocol, "TLSv1.3");
  assert.equal(String(await came.next()), "250 TLSv1.3\n");
  one.inboxes.inbox.deliver(Buffer.from("secret"));
  assert.equal(String(await came.next()), "secret");
  one.stop(producerFinished());
  assert.deepEqual(await signals.next(), producerFinished());
});

test("TLS: 100 MB through echo are SHA-equal for ncat --ssl and openssl s_client", { skip: skip || without("ncat") }, async (t) => {
  const { at } = await echo(t);
  const to = `127.0.0.1:${at.port}`;
  assert.ok(await echoes(t, ["ncat", "--ssl", "--ssl-verify", "--ssl-trustfile", papers.caFile, "-4", "localhost", String(at.port)]));
  const trusting = ["-verify_return_error", "-CAfile", papers.caFile, "-verify_hostname", "localhost"];
  assert.ok(await echoes(t, ["openssl", "s_client", "-quiet", ...trusting, "-connect", to]));
});

test("TLS: our client is served by openssl s_server, and by socat", { skip: skip || without("socat") }, async (t) => {
  const files = ["-cert", identity.certFile, "-key", identity.keyFile];
  const openssl = spawn("openssl", ["s_server", "-accept", "127.0.0.1:0", ...files, "-rev"], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => openssl.kill());
  let said = "";
  openssl.stdout.on("data", (text: Buffer) => (said += text.toString()));
  while (!/^ACCEPT .*:\d+\n/m.test(said)) await once(openssl.stdout, "data");
  const port = Number(/^ACCEPT .*:(\d+)\n/m.exec(said)?.[1]);
  const system = systemOf(t);
  const one = TCPClient({ host: "localhost", port, tls: { ca } });
  const came = tap(system, one.outboxes.outbox);
  system.activate(one);
  one.inboxes.inbox.deliver(Buffer.from("drawer\n"));
  assert.equal(String(await came.next()), "reward\n");
  const address = `OPENSSL-LISTEN:0,bind=127.0.0.1,verify=0,cert=${identity.certFile},key=${identity.keyFile}`;
  const socat = await listeningSocat(t, [address, "EXEC:cat"]);
  assert.equal((await hello({ host: "localhost", port: socat, tls: { ca } })).text, "hello");
});
