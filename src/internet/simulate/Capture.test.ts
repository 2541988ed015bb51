// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { EchoProtocol } from "../../protocol/index.ts";
import { Feed, ToList } from "../../testing/index.ts";
import { SimpleServer, TCPClient } from "../index.ts";
import { without } from "../parts.ts";
import type { Capture } from "./Capture.ts";
import { NOTHING, sendMany, tshark } from "./parts.ts";
import { chain } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";

/** A bit of everything: an echo over TCP with losses, datagrams in pieces, a group, IPv6, and a complaint. */
async function everything(capture: (network: SimulatedNetwork) => Capture): Promise<Capture> {
  const wallTime = Date.UTC(2004, 11, 1);
  const network = new SimulatedNetwork(chain(["client", "router", "server"], { delay: 10, rate: 1e7, loss: 0.05, corrupt: 0.02 }), {
    wallTime,
  });
  const recorded = capture(network);
  network.host("server").system.activate(SimpleServer({ host: "::", port: 7, protocol: EchoProtocol }));
  const blocks = Array.from({ length: 20 }, () => new Uint8Array(3000).fill(65));
  await network.host("client").system.run(Pipeline(Feed(blocks), TCPClient({ host: "server", port: 7 }), ToList<Uint8Array>([])));
  for (const address of ["server", network.host("server").addresses[1]!]) {
    sendMany(network, "client", { address, port: 5000 }, 5, 10, 4000);
    network.host("client").bind({ host: "::", port: 0 }, NOTHING).send(new Uint8Array(3000), { address, port: 5001 });
  }
  sendMany(network, "client", { address: "224.1.2.3", port: 5000 }, 5, 10);
  await network.quiet();
  return recorded;
}

const CHECKS = ["ip.check_checksum", "udp.check_checksum", "tcp.check_checksum"].flatMap((check) => ["-o", `${check}:TRUE`]);

test(
  "tshark reads a capture of a host without a warning, and finds all checksums right but those of damaged packets",
  { skip: without("tshark") },
  async (t) => {
    const capture = await everything((network) => network.capture("client"));
    assert.equal(tshark(t, capture).length, capture.count);
    const bad =
      "ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0";
    const wrong = tshark(t, capture, ...CHECKS, "-Y", `(${bad}) && !frame.comment`);
    assert.deepEqual(wrong, []);
    const malformed = tshark(t, capture, "-Y", "_ws.malformed || _ws.expert.severity >= 8388608");
    assert.deepEqual(malformed, []);
    assert.ok(tshark(t, capture, "-Y", 'frame.comment == "lost"').length > 0);
  },
);

test("tshark puts datagrams together again, reads TCP's options, and understands complaints", { skip: without("tshark") }, async (t) => {
  const capture = await everything((network) => network.capture("client"));
  const sizes = tshark(t, capture, "-Y", "udp.length == 4008", "-T", "fields", "-e", "ip.version", "-e", "udp.length");
  assert.ok(sizes.length > 4, "the pieces of datagrams make datagrams");
  const [syn] = tshark(
    t,
    capture,
    "-Y",
    "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    "-T",
    "fields",
    "-e",
    "tcp.options.mss_val",
    "-e",
    "tcp.options.wscale.multiplier",
    "-e",
    "frame.time_epoch",
    "-e",
    "frame.interface_name",
  );
  assert.equal(syn, `1460\t32\t${Date.UTC(2004, 11, 1) / 1000}.000000000\tclient`);
  assert.ok(tshark(t, capture, "-Y", "tcp.options.sack_le").length > 0);
  assert.ok(tshark(t, capture, "-Y", "tcp.analysis.retransmission").length > 0);
  assert.ok(tshark(t, capture, "-Y", "icmp.type == 3 && icmp.code == 3 && udp.dstport == 5001 || icmpv6.type == 1").length > 0);
});

test("a capture of a link shows both directions, and what was lost on it", { skip: without("tshark") }, async (t) => {
  const capture = await everything((network) => network.capture(["client", "router"], ["router", "server"]));
  const names = new Set(tshark(t, capture, "-T", "fields", "-e", "frame.interface_name"));
  assert.deepEqual([...names].toSorted(), ["client-router", "router-server"]);
  assert.ok(tshark(t, capture, "-Y", 'ip.src == 10.0.0.1 && frame.interface_name == "router-server"').length > 10);
  assert.ok(tshark(t, capture, "-Y", 'ip.src == 10.0.0.3 && frame.interface_name == "router-server"').length > 10);
});

test("the same seed gives the same capture, to the byte; and nothing is added after the end", async () => {
  const capture = (network: SimulatedNetwork): Capture => network.capture();
  const first = await everything(capture);
  const bytes = first.toBytes();
  assert.ok(Buffer.from(bytes).equals((await everything(capture)).toBytes()));
  const network = new SimulatedNetwork(chain(["a", "b"], { delay: 1 }));
  const stopped = network.capture();
  sendMany(network, "a", { address: "b", port: 5000 }, 1, 0);
  await network.quiet();
  const { count } = stopped;
  stopped.stop();
  sendMany(network, "a", { address: "b", port: 5000 }, 1, 0);
  await network.quiet();
  assert.deepEqual([count, stopped.count], [4, 4]); // sent and arrived, and the complaint sent and arrived
});
