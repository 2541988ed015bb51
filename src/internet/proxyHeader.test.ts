// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Component, component, type Endpoint } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { client, fateOf, serve, systemOf, tap, textOf, without } from "./parts.ts";
import { makeProxyHeader, parseProxyHeader } from "./proxyHeader.ts";
import { type Peer, ServerCore } from "./ServerCore.ts";
import { TCPClient } from "./TCPClient.ts";
import type { Refusal } from "./TCPServer.ts";

const four = { source: { address: "192.0.2.1", port: 56_324 }, destination: { address: "198.51.100.7", port: 443 } };
const six = { source: { address: "2001:db8::1", port: 1 }, destination: { address: "::1", port: 65_535 } };

test("a PROXY header is written as the specification says", () => {
  assert.equal(makeProxyHeader({ version: 1, ...four }).toString(), "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");
  assert.equal(makeProxyHeader({ version: 1, ...six }).toString(), "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n");
  const signature = "0d0a0d0a000d0a515549540a";
  assert.equal(makeProxyHeader(four).toString("hex"), `${signature}2111000cc0000201c6336407dc0401bb`);
  const addresses = "20010db800000000000000000000000100000000000000000000000000000001";
  assert.equal(makeProxyHeader(six).toString("hex"), `${signature}21210024${addresses}0001ffff`);
  const near = { source: { address: "fe80::1%eth0", port: 1 }, destination: { address: "fe80::2%eth0", port: 2 } };
  assert.equal(makeProxyHeader({ version: 1, ...near }).toString(), "PROXY TCP6 fe80::1 fe80::2 1 2\r\n");
  assert.equal(parseProxyHeader(makeProxyHeader(near))?.source?.address, "fe80::1");
  assert.throws(() => makeProxyHeader({ source: four.source, destination: six.destination }), RangeError);
  assert.throws(() => makeProxyHeader({ version: 1, ...four, source: { address: "192.0.2.1", port: 65_536 } }), RangeError);
});

test("a PROXY header is read back, wherever it is split, and no further", () => {
  for (const version of [1, 2] as const)
    for (const ends of [four, six]) {
      const header = makeProxyHeader({ version, ...ends });
      for (let length = 0; length < header.length; length++) assert.equal(parseProxyHeader(header.subarray(0, length)), undefined);
      assert.deepEqual(parseProxyHeader(Buffer.concat([header, Buffer.from("hello")])), { ...ends, length: header.length });
    }
});

test("a PROXY header of a proxy that speaks for itself names nobody", () => {
  const nobody = { source: undefined, destination: undefined };
  assert.deepEqual(parseProxyHeader(Buffer.from("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n")), { ...nobody, length: 35 });
  const local = Buffer.from("0d0a0d0a000d0a515549540a20000000", "hex");
  assert.deepEqual(parseProxyHeader(local), { ...nobody, length: 16 });
});

test("what is no PROXY header is not taken for one", () => {
  const signature = "0d0a0d0a000d0a515549540a";
  const faults: (string | Buffer)[] = [
    "GET / HTTP/1.1\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 1\r\n",
    "PROXY TCP4 192.0.2.256 198.51.100.7 56324 443\r\n",
    "PROXY TCP4 ::1 ::1 56324 443\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.7 065 65536\r\n",
    "PROXY UDP4 192.0.2.1 198.51.100.7 1 2\r\n",
    `PROXY TCP4 ${"1".repeat(200)}`,
    Buffer.from(`${signature}1111000cc0000201c6336407dc0401bb`, "hex"),
    Buffer.from(`${signature}2211000cc0000201c6336407dc0401bb`, "hex"),
    Buffer.from(`${signature}21110004c0000201`, "hex"),
    Buffer.from(`${signature}2111ffff`, "hex"),
  ];
  for (const fault of faults) assert.throws(() => parseProxyHeader(Buffer.from(fault as string)), RangeError, String(fault));
});

/** Says who the client is, and where they came to. */
function Who({ address, port, local }: Peer): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Who, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "who" },
    *main({ inbox }, { outbox }) {
      outbox.send(Buffer.from(`${address} ${port} ${local.address} ${local.port}\n`));
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

async function served(t: TestContext, handshakeTimeout = 10_000): Promise<{ at: Endpoint; refused: ReturnType<typeof tap<Refusal>> }> {
  const system = systemOf(t);
  const server = ServerCore({ port: 0, proxyProtocol: true, handshakeTimeout, protocol: Who });
  const refused = tap(system, server.outboxes.refused);
  return { at: await serve(system, server), refused };
}

test("a server behind a proxy knows who is behind it, and what they said in the same breath", async (t) => {
  const { at } = await served(t);
  for (const version of [1, 2] as const) {
    const socket = await client(t, at);
    socket.end(Buffer.concat([makeProxyHeader({ version, ...four }), Buffer.from("hello")]));
    assert.equal(await textOf(socket), "192.0.2.1 56324 198.51.100.7 443\nhello");
  }
});

test("TCPClient() says for whom it connects", async (t) => {
  const { at } = await served(t);
  const one = TCPClient({ host: "127.0.0.1", port: at.port, proxyProtocol: six });
  const { outbox } = await drive(one, { inbox: [Buffer.from("hello")] });
  assert.equal(Buffer.concat(outbox).toString(), "2001:db8::1 1 ::1 65535\nhello");
});

test("a server behind a proxy refuses who does not say for whom they come, and who takes too long", async (t) => {
  const { at, refused } = await served(t);
  const liar = await client(t, at);
  liar.write("GET / HTTP/1.1\r\n\r\n");
  assert.equal(await fateOf(liar.resume()), "ECONNRESET");
  assert.match((await refused.next()).error.message, /Cannot read the PROXY header: it begins with "GET/);
  const gone = await client(t, at);
  gone.end("PROXY ");
  await fateOf(gone.resume());
  assert.match((await refused.next()).error.message, /ended before it had said what it has to say first/);
  const hasty = await served(t, 50);
  const slow = await client(t, hasty.at);
  slow.write("PROXY ");
  await fateOf(slow.resume());
  assert.match((await hasty.refused.next()).error.message, /it has not said who it is within 50 ms/);
});

test("a server behind a proxy understands curl", { skip: without("curl") }, async (t) => {
  const { at } = await served(t);
  const curl = spawn("curl", ["-sN", "--noproxy", "*", "--http0.9", "--haproxy-protocol", `http://127.0.0.1:${at.port}/`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => curl.kill("SIGKILL"));
  const [text] = await once(curl.stdout, "data");
  assert.match(String(text), new RegExp(`^127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 ${at.port}\n`));
});

test("a server behind haproxy knows who is behind that, and haproxy understands TCPClient()", { skip: without("haproxy") }, async (t) => {
  const { at } = await served(t);
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-haproxy-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "haproxy.cfg");
  const options = ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id", "send-proxy-v2"];
  const host = `127.77.${(process.pid >> 8) & 255}.${process.pid & 255}`; // where nobody else has ports
  const ports = options.map((_, i) => 8001 + i);
  const rules = options.map(
    (option, i) => `listen l${i}
  bind ${host}:${ports[i]} ${i === 3 ? "accept-proxy" : ""}
  unique-id-format an-extension
  server ours 127.0.0.1:${at.port} ${option}`,
  );
  const times = ["connect", "client", "server"].map((what) => `  timeout ${what} 5s`);
  writeFileSync(file, ["global", "  maxconn 100", "defaults", "  mode tcp", ...times, ...rules, ""].join("\n"));
  const haproxy = spawn("haproxy", ["-db", "-f", file], { stdio: "inherit" });
  t.after(() => haproxy.kill());
  const connected = async (port: number): Promise<Socket> => {
    for (;;) {
      const socket = await client(t, { address: host, port }).catch(() => undefined);
      if (socket !== undefined) return socket;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  for (const port of ports.slice(0, 3)) {
    const socket = await connected(port);
    const { localPort } = socket;
    socket.end("hello");
    assert.equal(await textOf(socket), `127.0.0.1 ${localPort} ${host} ${port}\nhello`);
  }
  for (const version of [1, 2] as const) {
    const one = TCPClient({ host, port: ports[3]!, proxyProtocol: { version, ...four } });
    const { outbox } = await drive(one, { inbox: [Buffer.from("hello")] });
    assert.equal(Buffer.concat(outbox).toString(), "192.0.2.1 56324 198.51.100.7 443\nhello");
  }
});
