// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { connect as connectTLS, createServer as createTLSServer, type SecureVersion } from "node:tls";
import {
  type Component,
  component,
  type Endpoint,
  producerFinished,
  type Secured,
  SeededRandom,
  type Shutdown,
  type System,
} from "../axon/index.ts";
import { drive, Echo } from "../testing/index.ts";
import { certificates } from "./node/parts.ts";
import { client, echoes, fateOf, listeningSocat, plainServer, serve, standing, systemOf, tap, textOf, without } from "./parts.ts";
import { type Peer, ServerCore, type ServerOptions } from "./ServerCore.ts";
import { SingleServer } from "./SingleServer.ts";
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
  const { at, peers } = await echo(t, { tls: { ...identity, names: { "*.Example.org": papers.other } } });
  for (const [serverName, peer] of [
    ["a.example.org", "other"],
    ["localhost", "server"],
    ["B.Example.ORG", "other"],
  ] as const) {
    const { text, secured } = await hello({ host: "127.0.0.1", port: at.port, tls: { ca, serverName } });
    assert.deepEqual([text, secured[0]?.peer], ["hello", peer]);
  }
  assert.deepEqual(
    peers.map(({ secured }) => secured?.serverName),
    ["a.example.org", "localhost", "B.Example.ORG"],
  );
  for (const name of ["constructor", "__proto__", "a.b.example.org"]) {
    const stranger = connectTLS({ host: "127.0.0.1", port: at.port, servername: name, rejectUnauthorized: false });
    await once(stranger, "secureConnect");
    assert.equal(stranger.getPeerCertificate().subject.CN, "server", name);
    stranger.destroy();
  }
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

test("TLS: who wants certificates of clients has to say whose: else those of any public authority would do", { skip }, () => {
  for (const clientCertificates of ["require", "ask"] as const) {
    const tls = { ...identity, clientCertificates };
    assert.throws(
      () => ServerCore({ port: 0, tls, protocol: () => Echo() }),
      /^TypeError: Cannot speak TLS: .* of any public authority; say with ca/,
    );
  }
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

test("TLS: a client gives up a server that says nothing after the handshake timeout, at once or in band", { skip }, async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.resume());
  for (const atOnce of [true, false]) {
    const system = systemOf(t);
    const one = TCPClient({ host, port, ...(atOnce ? { tls: { ca } } : { startTLS: { ca } }), handshakeTimeout: 50 });
    const signals = tap(system, one.outboxes.signal);
    if (!atOnce) one.inboxes.makessl.deliver("now");
    system.activate(one);
    assert.match(
      inWords(await signals.next()),
      /^shutdownMicroprocess: Cannot stay connected to 127\.0\.0\.1:\d+: TLS has not begun within 50 ms$/,
    );
  }
});

test("TLS: random bytes instead of TLS, cut anywhere, cost their own connection only", { skip }, async (t) => {
  const { at, refused } = await echo(t, { handshakeTimeout: 1000 });
  const random = new SeededRandom(5);
  const { port } = await plainServer(t, (socket) => socket.once("data", (hello) => seen.resolve(hello)));
  const seen = Promise.withResolvers<Buffer>();
  connectTLS({ host: "127.0.0.1", port, rejectUnauthorized: false }).on("error", () => {});
  const hi = await seen.promise; // what a client really says first
  const garbage = Array.from({ length: 100 }, (_, i) => {
    const bytes = Buffer.from(i % 2 === 0 ? hi : Buffer.alloc(1 + random.integer(600)));
    for (let n = i % 2 === 0 ? 1 + random.integer(8) : bytes.length; n > 0; n--) bytes[random.integer(bytes.length)] = random.integer(256);
    return i % 5 === 0 ? bytes.subarray(0, random.integer(bytes.length)) : bytes;
  });
  await Promise.all(
    garbage.map(async (bytes) => {
      const socket = await client(t, at);
      socket.resume().end(bytes);
      await fateOf(socket);
    }),
  );
  assert.ok(refused.length > 80, `${refused.length} were refused`);
  for (const { error } of refused) assert.match(error.message, /^Cannot (speak TLS with|serve|go on)/);
  assert.equal((await hello({ host: "localhost", port: at.port, tls: { ca } })).text, "hello");
});

test("TLS: random bytes from a server break a client's connection with a reason", { skip }, async (t) => {
  const random = new SeededRandom(6);
  const { host, port } = await plainServer(t, (socket) => {
    socket.once("data", () => socket.end(Buffer.from(Array.from({ length: 5 + random.integer(300) }, () => random.integer(256)))));
  });
  for (let i = 0; i < 20; i++) {
    const { text, said } = await hello({ host, port, tls: { ca } });
    assert.equal(text, "");
    assert.match(said, /^shutdownMicroprocess: Cannot speak TLS with 127\.0\.0\.1:\d+: ./);
  }
});

test("TLS: a client that never reads while we send holds the sender, and memory stays flat", { skip }, async (t) => {
  let sent = 0;
  function Source(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
    return component(Source, {
      inboxes: { inbox: "not read" },
      outboxes: { outbox: "a gigabyte" },
      *main(_, { outbox }) {
        for (; sent < 1e9; sent += 65_536) {
          outbox.send(Buffer.alloc(65_536, sent));
          if (!(yield)) return;
        }
      },
    });
  }
  const { at } = await echo(t, { protocol: Source });
  const socket = connectTLS({ host: "127.0.0.1", port: at.port, servername: "localhost", ca });
  t.after(() => socket.destroy());
  socket.on("error", () => {}); // the server may be gone before
  await once(socket, "secureConnect");
  const bytes = await standing(() => sent);
  assert.ok(bytes < 30e6, `${bytes} bytes were sent`);
});

test("TLS: a protocol that never reads holds the client, and memory stays flat", { skip }, async (t) => {
  function Deaf(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
    return component(Deaf, {
      inboxes: { inbox: "not read" },
      outboxes: { outbox: "nothing" },
      *main() {
        yield new Promise<void>(() => {});
      },
    });
  }
  const { at } = await echo(t, { protocol: Deaf });
  const socket = connectTLS({ host: "127.0.0.1", port: at.port, servername: "localhost", ca });
  t.after(() => socket.destroy());
  socket.on("error", () => {}); // the server may be gone before
  await once(socket, "secureConnect");
  let taken = 0;
  const send = (): void => {
    if (taken > 1e9) return;
    socket.write(Buffer.alloc(65_536), () => {
      taken += 65_536;
      send();
    });
  };
  send();
  const bytes = await standing(() => taken);
  assert.ok(bytes < 50e6, `${bytes} bytes were taken`);
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
  const got = Promise.withResolvers<number>();
  const other = createTLSServer({ cert: identity.cert, key: identity.key, allowHalfOpen: true }, (socket) => {
    socket.end("that is all");
    let count = 0;
    socket.on("data", (bytes) => (count += bytes.length)).on("end", () => got.resolve(count));
  }).listen(0, "127.0.0.1");
  t.after(() => other.close());
  await once(other, "listening");
  const system = systemOf(t);
  const { port } = Object(other.address());
  const one = TCPClient({ host: "localhost", port, tls: { ca } });
  const [came, signals] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.signal)];
  for (let i = 0; i < 100; i++) one.inboxes.inbox.deliver(Buffer.alloc(100_000, "x"));
  system.activate(one);
  assert.equal(await got.promise, 10_000_000);
  assert.deepEqual(await signals.next(), producerFinished("the server has no more to send"));
  assert.equal(Buffer.concat(came.list).toString(), "that is all");
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

// (ncat cannot be the echo here: it writes to `--exec` and reads from it in turn, and so waits for ever when both are full.)
test("TLS: 100 MB through echo are SHA-equal: our client to socat", { skip: skip || without("socat") }, async (t) => {
  const { certFile, keyFile } = identity;
  const port = await listeningSocat(t, [`OPENSSL-LISTEN:0,bind=127.0.0.1,verify=0,cert=${certFile},key=${keyFile}`, "EXEC:cat"]);
  const options = JSON.stringify({ host: "localhost", port, tls: { ca } });
  const program = `
    import { TCPClient } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    import { Pipeline } from ${JSON.stringify(join(import.meta.dirname, "../chassis/index.ts"))};
    import { FromIterable, IntoWritable } from ${JSON.stringify(join(import.meta.dirname, "../axon/index.ts"))};
    import { Writable } from "node:stream";
    await Pipeline(FromIterable(process.stdin), TCPClient(${options}), IntoWritable(Writable.toWeb(process.stdout))).run();`;
  assert.ok(await echoes(t, [process.execPath, "--input-type=module", "-e", program]));
});

test("TLS: no version before 1.2 is spoken, nor one before that which is asked for", { skip }, async (t) => {
  const [usual, strict] = [await echo(t), await echo(t, { tls: { ...identity, minVersion: "TLSv1.3" } })];
  const outcome = async (port: number, maxVersion: SecureVersion): Promise<string> => {
    const socket = connectTLS({
      host: "127.0.0.1",
      port,
      ca,
      servername: "localhost",
      maxVersion,
      minVersion: "TLSv1",
      ciphers: "ALL:@SECLEVEL=0",
    });
    const spoken = new Promise<string>((resolve) => {
      socket.once("secureConnect", () => resolve(socket.getProtocol() ?? ""));
      socket.once("error", () => resolve("refused"));
    });
    return spoken.finally(() => socket.destroy());
  };
  const tried: string[] = [];
  for (const { at } of [usual, strict])
    for (const version of ["TLSv1.1", "TLSv1.2", "TLSv1.3"] as const) tried.push(await outcome(at.port, version));
  assert.deepEqual(tried, ["refused", "TLSv1.2", "TLSv1.3", "refused", "refused", "TLSv1.3"]);
});

test("TLS: a key may be encrypted", { skip }, async (t) => {
  const words = ["pkey", "-in", identity.keyFile, "-aes256", "-passout", "pass:secret"];
  const key = execFileSync("openssl", words, { encoding: "utf8" });
  assert.match(key, /ENCRYPTED/);
  const { at } = await echo(t, { tls: { cert: identity.cert, key, passphrase: "secret" } });
  assert.equal((await hello({ host: "localhost", port: at.port, tls: { ca } })).text, "hello");
  assert.throws(
    () => ServerCore({ port: 0, tls: { cert: identity.cert, key, passphrase: "wrong" }, protocol: () => Echo() }),
    /^Error: Cannot speak TLS: /,
  );
});

test("TLS begins in band with a SingleServer, too", { skip }, async (t) => {
  const system = systemOf(t);
  const server = SingleServer({ port: 0, startTLS: identity });
  const [came, ready] = [tap(system, server.outboxes.outbox), tap(system, server.outboxes.sslready)];
  const { port } = await serve(system, server);
  const one = TCPClient({ host: "localhost", port, startTLS: { ca } });
  const [heard, ours] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.sslready)];
  system.activate(one);
  one.inboxes.inbox.deliver(Buffer.from("STARTTLS"));
  assert.equal(String(await came.next()), "STARTTLS");
  server.inboxes.makessl.deliver("now");
  one.inboxes.makessl.deliver("now");
  assert.deepEqual([(await ready.next()).protocol, (await ours.next()).protocol], ["TLSv1.3", "TLSv1.3"]);
  server.inboxes.inbox.deliver(Buffer.from("welcome"));
  one.inboxes.inbox.deliver(Buffer.from("secret"));
  assert.deepEqual([String(await came.next()), String(await heard.next())], ["secret", "welcome"]);
});

test("TLS: our client is served by openssl s_server, and by socat", { skip: skip || without("socat") }, async (t) => {
  const files = ["-cert", identity.certFile, "-key", identity.keyFile];
  const openssl = spawn("openssl", ["s_server", "-accept", "127.0.0.1:0", ...files, "-rev"], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => openssl.kill("SIGKILL"));
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

test("TLS: an identity that two servers share (SNI) is used with the authorities of each", { skip }, async (t) => {
  const shared = { cert: identity.cert, key: identity.key };
  const requires = (ca: string) => ({ tls: { ...identity, ca, clientCertificates: "require", names: { localhost: shared } } }) as const;
  const [one, another] = [await echo(t, requires(ca)), await echo(t, requires(papers.selfSigned.cert))];
  const ask = async ({ at }: { at: Endpoint }, { cert, key }: { cert: string; key: string }): Promise<string> =>
    (await hello({ host: "localhost", port: at.port, tls: { ca, cert, key } })).text;
  assert.deepEqual([await ask(one, papers.client), await ask(one, papers.selfSigned)], ["hello", ""]);
  assert.deepEqual([await ask(another, papers.client), await ask(another, papers.selfSigned)], ["", "hello"]);
});
