// SPDX-License-Identifier: Apache-2.0
// A run with everything in it: chance, components, TCP and datagrams. As a program it prints what came of it, so that other runtimes can be asked.
import assert from "node:assert/strict";
import { Pipeline } from "../../../chassis/index.ts";
import { EchoProtocol } from "../../../protocol/index.ts";
import { Feed, ToList } from "../../../testing/index.ts";
import { SimpleServer, TCPClient } from "../../index.ts";
import { listenTo, sendMany } from "../parts.ts";
import { star } from "../shapes.ts";
import { SimulatedNetwork } from "../SimulatedNetwork.ts";

/** The hash of the trace, and how many things happened. @internal */
export async function everything(seed: number): Promise<string> {
  const bad = {
    delay: 10,
    jitter: 5,
    distribution: "normal",
    rate: 5e6,
    loss: { gemodel: [0.01, 0.5] },
    duplicate: 0.01,
    corrupt: 0.01,
  } as const;
  const network = new SimulatedNetwork(star(["server", "client", "other"], bad), { seed });
  const hash = network.traceHash();
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 1500, protocol: EchoProtocol }));
  listenTo(network, "other", 5000, "224.1.2.3");
  sendMany(network, "client", { address: "224.1.2.3", port: 5000 }, 200, 3);
  const list: Uint8Array[] = [];
  const blocks = Array.from({ length: 100 }, (_, i) => new Uint8Array(2000).fill(i));
  await network.host("client").system.run(Pipeline(Feed(blocks), TCPClient({ host: "server", port: 1500 }), ToList(list)));
  await network.quiet();
  assert.equal(Buffer.concat(list).compare(Buffer.concat(blocks)), 0);
  return `${hash.toString()} ${hash.count}`;
}

if (process.argv[1] === import.meta.filename) process.stdout.write(await everything(1));
