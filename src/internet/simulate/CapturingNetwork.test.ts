// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Endpoint, System } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { EchoProtocol } from "../../protocol/index.ts";
import { assertCaptured, Feed, readCapture, ToList } from "../../testing/index.ts";
import { datagramsConform, type Hosts, streamsConform } from "../conformance/parts.ts";
import { NodeNetwork, SimpleServer, TCPClient } from "../index.ts";
import { plainServer, serve, systemOf, without } from "../parts.ts";
import { CapturingNetwork } from "./CapturingNetwork.ts";
import { chain } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";

const HELLO = Buffer.from("hello, wire");
/** What is sent means nothing: tshark is not to guess at it by ports, which the system has given. */
const PLAIN = ["tcp", "udp"].flatMap((name) => ["-d", `${name}.port==1-65535,data`]);

test(
  "CapturingNetwork records what passes the real network, both sides of it, and tshark follows it without a complaint",
  { skip: without("tshark") },
  async (t) => {
    const network = new CapturingNetwork(new NodeNetwork());
    const system = systemOf(t, { network });
    const at = await serve(system, SimpleServer({ port: 0, protocol: EchoProtocol }));
    await new System({ network: new NodeNetwork() }).run(
      Pipeline(Feed([HELLO]), TCPClient({ host: at.address, port: at.port }), ToList<Uint8Array>([])),
    );
    const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "real.pcapng");
    await network.capture.write(file);
    const words = [
      "-n",
      "-r",
      file,
      "-o",
      "tcp.check_checksum:TRUE",
      ...PLAIN,
      "-T",
      "fields",
      "-e",
      "tcp.flags.str",
      "-e",
      "tcp.payload",
      "-e",
      "_ws.expert.message",
    ];
    const { stdout, stderr } = spawnSync("tshark", words, { encoding: "utf8", env: { ...process.env, HOME: folder } });
    assert.deepEqual(
      stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Running as user")),
      [],
    );
    assert.equal(stdout.split(HELLO.toString("hex")).length, 3, "there and back");
    assert.doesNotMatch(stdout, /retransmission|unseen|out-of-order|bad checksum/i);
  },
);

test("CapturingNetwork shows handshakes, bytes and ends of a client, at the clock's time", async (t) => {
  const { host, port } = await plainServer(t, (socket) => socket.pipe(socket));
  const network = new CapturingNetwork(new NodeNetwork(), { name: "client" });
  const before = Date.now();
  await systemOf(t, { network }).run(Pipeline(Feed([HELLO]), TCPClient({ host, port }), ToList<Uint8Array>([])));
  const packets = readCapture(network.capture.toBytes());
  assertCaptured(packets, [
    { flags: ["syn"], direction: "sent", interface: "client", to: { address: host, port } },
    { flags: ["syn", "ack"], direction: "received" },
    { flags: ["ack"], direction: "sent" },
    { payload: HELLO, direction: "sent" },
    { payload: HELLO, direction: "received" },
    { flags: ["ack", "fin"], direction: "received" },
  ]);
  assert.ok(packets.every(({ time }) => time >= before - 1 && time <= Date.now() + 1));
});

test("CapturingNetwork records a connection once, whether one of its ends is in it or both", async (t) => {
  const network = new CapturingNetwork(new NodeNetwork());
  const system = systemOf(t, { network });
  const { address: host, port } = await serve(system, SimpleServer({ port: 0, protocol: EchoProtocol }));
  const talk = (by: System) => by.run(Pipeline(Feed([HELLO]), TCPClient({ host, port }), ToList<Uint8Array>([])));
  for (const [i, by] of [new System({ network: new NodeNetwork() }), new System({ network })].entries()) {
    await talk(by);
    const packets = readCapture(network.capture.toBytes());
    assert.equal(packets.filter(({ flags }) => flags?.includes("syn") === true).length, 2 * (i + 1), "handshakes");
    assert.equal(packets.filter(({ payload }) => payload.length > 0).length, 2 * (i + 1), "there and back");
  }
});

test("CapturingNetwork records a datagram once, also one whose sender has gone before it is heard", async (t) => {
  const network = new CapturingNetwork(new NodeNetwork());
  for (const [host, from] of [
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.1", "0.0.0.0"],
  ] as const) {
    const { promise: at, resolve: isAt } = Promise.withResolvers<Endpoint>();
    const { promise: heard, resolve: hears } = Promise.withResolvers<Uint8Array>();
    const nothing = { drained: () => {}, failed: () => {}, closed: () => {} };
    const receiver = network.bind({ host, port: 0 }, { ...nothing, opened: isAt, received: hears });
    t.after(() => receiver.close());
    const to = await at;
    const sender = network.bind({ host: from, port: 0 }, { ...nothing, opened: sends, received: () => {} });
    function sends(): void {
      sender.send(HELLO, to);
      sender.close();
    }
    assert.deepEqual(Buffer.from(await heard), HELLO);
  }
  const packets = readCapture(network.capture.toBytes());
  assert.deepEqual(
    packets.map(({ direction }) => direction),
    ["sent", "sent"],
  );
});

streamsConform("CapturingNetwork around a simulated one", () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { delay: 2, rate: 50e6 }));
  const [one, other] = [network.host("one"), network.host("other")];
  return { one: new CapturingNetwork(one), other: new CapturingNetwork(other), oneAddress: one.address, otherAddress: other.address };
});

datagramsConform("CapturingNetwork around a simulated one", () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { delay: 2, rate: 50e6 }));
  const [one, other] = [network.host("one"), network.host("other")];
  return { one: new CapturingNetwork(one), other: new CapturingNetwork(other), oneAddress: one.address, otherAddress: other.address };
});

const all = new CapturingNetwork(new NodeNetwork());
for (const [where, other] of [
  ["around the real one", new NodeNetwork()],
  ["that has both ends", all],
] as const) {
  const loopback = (): Hosts => ({ one: all, other, oneAddress: "127.0.0.1", otherAddress: "127.0.0.1" });
  streamsConform(`CapturingNetwork ${where}`, loopback);
  datagramsConform(`CapturingNetwork ${where}`, loopback);
}

test("tshark finds no fault with the capture of all that", { skip: without("tshark") }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "all.pcapng");
  writeFileSync(file, all.capture.toBytes());
  const checks = ["ip", "udp", "tcp"].flatMap((name) => ["-o", `${name}.check_checksum:TRUE`]);
  const fields = ["_ws.expert.message", "_ws.malformed", "udp.length", "tcp.flags.reset"].flatMap((field) => ["-e", field]);
  const words = ["-n", "-r", file, ...checks, ...PLAIN, "-T", "fields", "-E", "separator=|", ...fields];
  const { stdout, stderr } = spawnSync("tshark", words, { encoding: "utf8", env: { ...process.env, HOME: folder }, maxBuffer: 1 << 28 });
  assert.deepEqual(
    stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Running as user")),
    [],
  );
  const lines = stdout.split("\n").slice(0, -1);
  assert.equal(lines.length, all.capture.count);
  const said = lines.flatMap((line) => line.split("|")[0]!.split(",")).filter((text) => text !== "");
  const mere = /^(Connection (establish|finish|reset)|This frame (initiates|undergoes) the connection closing)/;
  assert.deepEqual(
    said.filter((text) => !mere.test(text)),
    [],
  );
  assert.deepEqual(
    lines.filter((line) => line.split("|")[1] !== ""),
    [],
  );
  assert.ok(lines.some((line) => line.split("|")[2] === "65515"));
});
