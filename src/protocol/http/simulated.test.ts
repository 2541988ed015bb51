// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { ServerCore } from "../../internet/index.ts";
import { SimulatedNetwork, star } from "../../internet/simulate/index.ts";
import { Feed } from "../../testing/index.ts";
import { reverseProxy } from "./handlers/reverseProxy.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { SimpleHTTPClient } from "./SimpleHTTPClient.ts";

/** Keeps how long each body is. */
function Lengths(lengths: number[]): Component<{ inbox: Uint8Array }, {}> {
  return component(Lengths, {
    inboxes: { inbox: "bodies" },
    *main({ inbox }) {
      while (yield inbox) lengths.push(inbox.recv().length);
    },
  });
}

test("HTTPProtocol() and SimpleHTTPClient() talk over a simulated network that loses packets, the same way each time", async () => {
  const run = async (): Promise<[number[], number]> => {
    const network = new SimulatedNetwork(star(["server", "client"], { delay: 10, rate: 1e7, loss: 0.02 }));
    const protocol = HTTPProtocol(({ parsed }) => ({ data: Buffer.alloc(Number(parsed.query), "x") }));
    network.host("server").system.activate(ServerCore({ host: "0.0.0.0", port: 80, protocol }));
    const lengths: number[] = [];
    const { system } = network.host("client");
    await system.run(Pipeline(Feed([1, 1000, 100_000, 0].map((n) => `http://server/?${n}`)), SimpleHTTPClient(), Lengths(lengths)));
    return [lengths, system.clock.now()];
  };
  const [lengths, took] = await run();
  assert.deepEqual(lengths, [1, 1000, 100_000, 0]);
  assert.deepEqual(await run(), [lengths, took]);
});

test("reverseProxy() passes on over a simulated network that loses packets, on connections that it keeps", async () => {
  const network = new SimulatedNetwork(star(["server", "proxy", "client"], { delay: 10, rate: 1e7, loss: 0.02 }));
  const peers = new Set<number | undefined>();
  const protocol = HTTPProtocol(({ parsed }) => {
    peers.add(parsed.peerport);
    return { data: Buffer.alloc(Number(parsed.query), "x") };
  });
  const passing = HTTPProtocol(reverseProxy({ upstream: "http://server" }));
  network.host("server").system.activate(ServerCore({ host: "0.0.0.0", port: 80, protocol }));
  network.host("proxy").system.activate(ServerCore({ host: "0.0.0.0", port: 80, protocol: passing }));
  const lengths: number[] = [];
  const { system } = network.host("client");
  await system.run(Pipeline(Feed([1, 1000, 100_000, 0].map((n) => `http://proxy/?${n}`)), SimpleHTTPClient(), Lengths(lengths)));
  assert.deepEqual(lengths, [1, 1000, 100_000, 0]);
  assert.equal(peers.size, 1);
});
