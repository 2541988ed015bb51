// SPDX-License-Identifier: Apache-2.0
// What strangers say: cut at every position, damaged anywhere, or nothing but chance.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Connection, type ConnectionEvents, type Network, SeededRandom } from "../axon/index.ts";
import { assertCaptured, readCapture } from "../testing/index.ts";
import { SilentNetwork } from "./parts.ts";
import { type Proxy, throughProxy } from "./proxies.ts";
import { makeProxyHeader, parseProxyHeader } from "./proxyHeader.ts";
import { chain, SimulatedNetwork, Topology, topologyFromFile, traceFromFile } from "./simulate/index.ts";

const random = new SeededRandom(2004);

/** A copy in which some bytes are others, or missing, or twice there. */
function damaged(bytes: Buffer): Buffer {
  let copy = Buffer.from(bytes);
  for (let n = 1 + random.integer(4); n > 0; n--) {
    const at = random.integer(copy.length + 1);
    const kind = random.integer(4);
    if (kind === 0) copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at + random.integer(8))]);
    else if (kind === 1) copy = Buffer.concat([copy.subarray(0, at), copy.subarray(Math.max(0, at - 4))]);
    else if (at < copy.length) copy[at] = kind === 2 ? random.integer(256) : copy[at]! ^ (1 << random.integer(8));
  }
  return copy;
}

function chance(longest: number): Buffer {
  return Buffer.from(Array.from({ length: random.integer(longest) }, () => random.integer(256)));
}

const ENDS = { source: { address: "192.0.2.1", port: 56_324 }, destination: { address: "198.51.100.7", port: 443 } };
const SIX = { source: { address: "2001:db8::1", port: 1 }, destination: { address: "::1", port: 65_535 } };
const HEADERS = [1, 2].flatMap((version) => [ENDS, SIX].map((ends) => makeProxyHeader({ version: version as 1 | 2, ...ends })));

test("PROXY headers of any bytes are read, refused with a RangeError, or need more; and no header is read from half of one", () => {
  for (let i = 0; i < 20_000; i++) {
    const bytes = i % 4 === 0 ? chance(200) : damaged(HEADERS[i % HEADERS.length]!);
    try {
      const header = parseProxyHeader(bytes);
      if (header === undefined) continue;
      assert.ok(header.length <= bytes.length);
      assert.equal(parseProxyHeader(bytes.subarray(0, header.length - 1)), undefined, bytes.toString("latin1"));
      if (header.source === undefined || header.destination === undefined) continue;
      const { length: _, ...ends } = header;
      makeProxyHeader({ source: header.source, destination: header.destination }); // they are addresses and ports
      assert.deepEqual(Object.keys(ends), ["source", "destination"]);
    } catch (error) {
      assert.ok(error instanceof RangeError && error.message.startsWith("Cannot read the PROXY header: "), String(error));
    }
  }
});

/** A tunnel whose proxy says what we want. */
class Tunnel {
  readonly network = new SilentNetwork();
  readonly came: Buffer[] = [];
  readonly log: string[] = [];
  readonly connection: Connection;

  constructor(type: Proxy["type"]) {
    const events: ConnectionEvents = {
      opened: () => void this.log.push("opened"),
      data: (bytes) => void this.came.push(Buffer.from(bytes)),
      ended: () => void this.log.push("ended"),
      drained: () => {},
      finished: () => {},
      closed: (error) => void this.log.push(`closed: ${error?.message}`),
    };
    const to = { host: "example.org", port: 25 };
    const silent: Network = this.network;
    this.connection = throughProxy(silent, { type, host: "proxy", port: 1080, username: "me", password: "secret" }).connect(to, events);
    this.network.events?.opened();
  }

  /** The proxy says these, one after the other. */
  async hear(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.network.events?.data(piece);
      await Promise.resolve();
    }
    this.network.events?.ended();
    await new Promise(setImmediate);
  }
}

const WELCOME = Buffer.from("220 welcome\r\n\r\n");
const REPLIES: readonly [Proxy["type"], Buffer][] = [
  ["socks5", Buffer.from("0502010005000001c000020100500000".slice(0, 28), "hex")],
  ["socks5", Buffer.concat([Buffer.from("050005000003", "hex"), Buffer.from("\x05hello"), Buffer.from([0, 80])])],
  ["socks5", Buffer.concat([Buffer.from("0502010005000004", "hex"), Buffer.alloc(16, 7), Buffer.from([0, 80])])],
  ["http", Buffer.from("HTTP/1.1 200 Connection established\r\nVia: 1.1 somebody\r\n\r\n")],
  ["http", Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\n")],
];

test("what a proxy says is understood wherever it is cut, and what the server says behind it is given whole", async () => {
  for (const [type, reply] of REPLIES) {
    const all = Buffer.concat([reply, WELCOME]);
    const cuts = [Array.from(all, (byte) => Uint8Array.of(byte))];
    for (let at = 0; at <= all.length; at++) cuts.push([all.subarray(0, at), all.subarray(at)]);
    for (const pieces of cuts) {
      const tunnel = new Tunnel(type);
      await tunnel.hear(pieces);
      assert.deepEqual([Buffer.concat(tunnel.came).toString(), tunnel.log], [WELCOME.toString(), ["opened", "ended"]]);
    }
  }
});

test("whatever a proxy says, a connection is opened or closed, once, with a reason, and nothing is thrown", async () => {
  const outcomes = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const [type, reply] = REPLIES[i % REPLIES.length]!;
    const tunnel = new Tunnel(type);
    const bytes = i % 3 === 0 ? chance(100) : damaged(reply);
    const at = random.integer(bytes.length + 1);
    await tunnel.hear([bytes.subarray(0, at), bytes.subarray(at)]);
    const [first = "", second, ...more] = tunnel.log;
    assert.deepEqual(more, []);
    if (first === "opened") assert.equal(second, "ended");
    else assert.match(first, /^closed: Cannot (connect to example\.org:25 through proxy:1080|go on): ./);
    outcomes.add(first.replace(/.*: /, ""));
  }
  assert.ok(outcomes.size > 5, [...outcomes].join("\n"));
});

test("captures of any bytes are read, or refused with a SyntaxError", async () => {
  const network = new SimulatedNetwork(chain(["a", "b"], { delay: 1 }));
  const capture = network.capture("a");
  const nothing = { opened() {}, received() {}, drained() {}, failed() {}, closed() {} };
  for (const { host, address } of [
    { host: "0.0.0.0", address: "b" },
    { host: "::", address: network.host("b").addresses[1]! },
  ])
    network.host("a").bind({ host, port: 9 }, nothing).send(new Uint8Array(2000), { address, port: 9 });
  await network.quiet();
  const file = Buffer.from(capture.toBytes());
  const whole = readCapture(file).length;
  assertCaptured(file, [{ protocol: "fragment" }]);
  for (let length = 0; length < file.length; length++) {
    try {
      assert.ok(readCapture(file.subarray(0, length)).length <= whole);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, String(error));
    }
  }
  for (let i = 0; i < 3000; i++) {
    try {
      for (const { bytes, payload } of readCapture(damaged(file))) assert.ok(payload.length <= bytes.length);
    } catch (error) {
      assert.ok(error instanceof SyntaxError && error.message.startsWith("Cannot read the capture: "), String(error));
    }
  }
});

test("files of traces and topologies of any text are read, or refused with an error that says what is wrong with them", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-fuzz-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "file");
  const plan = Topology()
    .hosts("a", "b")
    .routers("r")
    .link("a", "r", { delay: 5, loss: { gemodel: [0.1, 0.5] } })
    .link("r", "b", { rate: 1e6 });
  const texts = [JSON.stringify(plan), "0\n5\n5\n12\n"].map((text) => Buffer.from(text));
  let good = 0;
  for (let i = 0; i < 600; i++) {
    writeFileSync(file, i % 5 === 0 ? chance(60) : damaged(texts[i % 2]!));
    try {
      if (i % 2 === 0) new SimulatedNetwork(await topologyFromFile(file));
      else
        new SimulatedNetwork(
          Topology()
            .hosts("a", "b")
            .link("a", "b", { trace: await traceFromFile(file) }),
        );
      good++;
    } catch (error) {
      assert.ok(
        error instanceof SyntaxError || error instanceof RangeError,
        `${String(error)}\n${error instanceof Error ? error.stack : ""}`,
      );
    }
  }
  assert.ok(good > 10, `${good} were good`);
});
