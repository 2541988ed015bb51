// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { SimpleServer, TCPClient } from "../internet/index.ts";
import { without } from "../internet/parts.ts";
import { chain, SimulatedNetwork } from "../internet/simulate/index.ts";
import { EchoProtocol } from "../protocol/index.ts";
import { assertCaptured, readCapture } from "./capture.ts";
import { Feed, ToList } from "./parts.ts";

const HELLO = Buffer.from("hello, capture");
const [CLIENT, SERVER] = ["10.0.0.1", "10.0.0.2"];

/** A capture of an echo over TCP, and of a datagram over IPv6. */
async function captured(): Promise<Uint8Array> {
  const network = new SimulatedNetwork(chain(["client", "server"], { delay: 10 }), { wallTime: 5000 });
  const capture = network.capture("client");
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 7, protocol: EchoProtocol }));
  await network.host("client").system.run(Pipeline(Feed([HELLO]), TCPClient({ host: "server", port: 7 }), ToList<Uint8Array>([])));
  const socket = network
    .host("client")
    .bind({ host: "::", port: 9 }, { opened() {}, received() {}, drained() {}, failed() {}, closed() {} });
  socket.send(new Uint8Array(2000), { address: network.host("server").addresses[1]!, port: 9 });
  socket.send(HELLO, { address: network.host("server").addresses[1]!, port: 9 });
  await network.quiet();
  return capture.toBytes();
}

test("assertCaptured() finds packets in their order", async () => {
  const file = await captured();
  assertCaptured(file, [
    { protocol: "tcp", flags: ["syn"], direction: "sent", time: 5000, interface: "client" },
    { flags: ["syn", "ack"], direction: "received", time: 5020, to: { address: CLIENT, port: 49_152 } },
    { payload: HELLO, from: { address: CLIENT, port: 49_152 } },
    { payload: HELLO, from: { address: SERVER, port: 7 } },
    { flags: ["ack", "fin"] },
    { protocol: "fragment" },
    { protocol: "udp", from: { address: "fd00::1", port: 9 }, payload: HELLO },
    { protocol: "icmp", direction: "received" },
  ]);
});

test("assertCaptured() says which packet is missing, and what there is instead", async () => {
  const file = await captured();
  const wrong = [{ flags: ["syn"] }, { flags: ["rst"] }];
  assert.throws(
    () => assertCaptured(file, wrong),
    /There is no packet like \{ flags: \[ 'rst' \] \} \(the 2\. expected\) from packet 2 on:\n {2}5020\.000 10\.0\.0\.2:7 → 10\.0\.0\.1:49152 tcp syn ack 0 bytes/,
  );
  assert.throws(() => assertCaptured(file, [{ flags: ["syn", "ack"] }, { flags: ["syn"] }]), /the 2\. expected/);
});

test("readCapture() reads what tshark writes", { skip: without("tshark") }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = await captured();
  const [mine, theirs] = [join(folder, "mine.pcapng"), join(folder, "theirs.pcapng")];
  writeFileSync(mine, file);
  const { status } = spawnSync("tshark", ["-r", mine, "-w", theirs], { env: { ...process.env, HOME: folder } });
  assert.equal(status, 0);
  const packets = readCapture(readFileSync(theirs));
  assert.ok(packets.length > 10);
  assert.deepEqual(
    packets.map(({ time, payload }) => [time, payload.length]),
    readCapture(file).map(({ time, payload }) => [time, payload.length]),
  );
});

test("readCapture() refuses what is no capture", () => {
  assert.throws(
    () => readCapture(Buffer.from("this is just some text, no capture")),
    /SyntaxError: Cannot read the capture: it is no pcapng/,
  );
  assert.throws(() => readCapture(Buffer.from([0x0a, 0x0d, 0x0d, 0x0a])), /it ends within a block/);
  assert.deepEqual(readCapture(new Uint8Array(0)), []);
});
