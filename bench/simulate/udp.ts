// SPDX-License-Identifier: Apache-2.0
// Datagrams of 1316 bytes over three hops of 100 Mbit/s and 2 ms, with 1 % loss each and drop-tail queues. The same as ns3.cc.
import { check, measure } from "../lib/measure.ts";
import type { DatagramEvents } from "../../src/axon/index.ts";
import { chain, SimulatedNetwork } from "../../src/internet/simulate/index.ts";

const DATAGRAMS = 50_000;
const SIZE = 1316;
/** Milliseconds between two: 90 % of what the links carry. */
const EVERY = 0.12;
const NOTHING: DatagramEvents = { opened() {}, received() {}, drained() {}, failed() {}, closed() {} };

let seed = 0;

await measure({ work: "simulated-udp", row: "ours", unit: "datagrams/s" }, pass, { scale: 1 });

async function pass(): Promise<number> {
  const network = new SimulatedNetwork(chain(2, { delay: 2, rate: 100e6, loss: 0.01, queue: { packets: 100 } }), { seed: ++seed });
  const [source, sink] = [network.host("source"), network.host("sink")];
  let received = 0;
  sink.bind({ host: "0.0.0.0", port: 5000 }, { ...NOTHING, received: (bytes) => void (received += Number(bytes.length === SIZE)) });
  const socket = source.bind({ host: "0.0.0.0", port: 0 }, NOTHING);
  const to = { address: sink.address, port: 5000 };
  const bytes = new Uint8Array(SIZE);
  let sent = 0;
  const send = (): void => {
    socket.send(bytes, to);
    if (++sent < DATAGRAMS) network.clock.setTimer(send, EVERY);
  };
  send();
  await network.quiet();
  const expected = DATAGRAMS * 0.99 ** 3;
  check("what came, within six standard deviations", Number(Math.abs(received - expected) < 6 * Math.sqrt(expected * 0.03)), 1);
  return DATAGRAMS;
}
