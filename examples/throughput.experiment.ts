// SPDX-License-Identifier: Apache-2.0
// One run: how fast TCP is over a link that loses packets. An experiment is a function of parameters and a seed, the default export of its module.
import { Pipeline } from "kamaelia/chassis";
import { SimpleServer, TCPClient } from "kamaelia/internet";
import { chain, SimulatedNetwork } from "kamaelia/internet/simulate";
import { Count, Source } from "./lib/bulk.ts";

/** Milliseconds that a packet is on its way, and its answer. */
export const ROUND_TRIP = 100;
/** Milliseconds before it is measured, and in which it is. */
const [BEFORE, MEASURED] = [20_000, 200_000];
const BUFFER = 16 << 20;

// #region run
/** Mbit/s, by a kind of congestion control. */
export default async function throughput(
  { loss, congestion }: { loss: number; congestion: "reno" | "cubic" },
  seed: number,
): Promise<{ throughput: number }> {
  const tcp = { congestion, sendBuffer: BUFFER, receiveBuffer: BUFFER };
  const network = new SimulatedNetwork(chain(["one", "other"], { delay: ROUND_TRIP / 2 }), { seed, tcp });
  network.link("one", "other").change({ loss });
  let bytes = 0;
  const protocol = (): ReturnType<typeof Count> => Count((more) => (bytes += more));
  network.host("other").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol }));
  network.host("one").system.activate(Pipeline(Source(), TCPClient({ host: "other", port: 80 })));
  await network.advance(BEFORE);
  const before = bytes;
  await network.advance(MEASURED);
  for (const { system } of network.hosts) await system.stop({ within: 0 });
  return { throughput: (8 * (bytes - before)) / MEASURED / 1000 };
}
// #endregion
