// SPDX-License-Identifier: Apache-2.0
// A thousand packets to a group of 10,000 receivers behind a lossy tree, once: how many seconds of CPU it takes, or how much memory.
import { check, report } from "../lib/measure.ts";
import type { DatagramEvents } from "../../src/axon/index.ts";
import { SimulatedNetwork, tree } from "../../src/internet/simulate/index.ts";

const [unit = "seconds"] = process.argv.slice(2);
const PACKETS = 1000;
const GROUP = { address: "224.168.2.9", port: 5000 };
const NOTHING: DatagramEvents = { opened() {}, received() {}, drained() {}, failed() {}, closed() {} };

const plan = tree(
  { depth: 4, fanOut: 10 },
  { branch: { delay: 10, rate: 100e6, loss: 0.001 }, leaf: { delay: 5, rate: 10e6, loss: 0.01 } },
);
const network = new SimulatedNetwork(plan);
let received = 0;
const events = { ...NOTHING, received: () => void received++ };
for (const host of network.hosts) {
  if (host.name !== "root") host.bind({ host: "0.0.0.0", port: GROUP.port }, events, { groups: [{ group: GROUP.address }] });
}
await network.advance(1000);
const socket = network.host("root").bind({ host: "0.0.0.0", port: 0 }, NOTHING, { multicastTTL: 16 });
const bytes = new Uint8Array(1316);
let sent = 0;
const send = (): void => {
  socket.send(bytes, GROUP);
  if (++sent < PACKETS) network.clock.setTimer(send, 2);
};
send();
await network.quiet();
const expected = PACKETS * 10_000 * 0.999 ** 4 * 0.99;
check("what came, within 1 %", Number(Math.abs(received / expected - 1) < 0.01), 1);
const { user, system } = process.cpuUsage();
const value = unit === "seconds" ? (user + system) / 1e6 : process.resourceUsage().maxRSS / 1024;
report({ work: `simulated-multicast-${unit}`, row: "ours", unit: unit === "seconds" ? "s" : "MiB", value });
