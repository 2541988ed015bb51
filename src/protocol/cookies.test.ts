// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { SimpleServer, TCPClient } from "../internet/index.ts";
import { ToList } from "../testing/index.ts";
import { AudioCookieProtocol } from "./AudioCookieProtocol.ts";
import { EchoProtocol } from "./EchoProtocol.ts";
import { FortuneCookieProtocol } from "./FortuneCookieProtocol.ts";
import { badNetwork, Paced, SINGLY } from "./parts.ts";
import { quotes } from "./quotes.ts";
import { SimpleVideoCookieServer } from "./SimpleVideoCookieServer.ts";

/** So many bytes that tell where they are from. */
const clip = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, n) => (n * 31) ^ (n >> 8));

test("the cookie servers send whole cookies over a network that loses, doubles and reorders, at their pace, and close the connection", async (t) => {
  const network = badNetwork(t, ["server", "client"], SINGLY);
  const [sound, film] = [clip(60_000), clip(400_000)];
  const { system } = network.host("server");
  const fortune = () => FortuneCookieProtocol({ program: "no such program", rate: 32_000 });
  system.activate(SimpleServer({ host: "0.0.0.0", port: 1500, protocol: () => AudioCookieProtocol({ clips: [sound] }) }));
  system.activate(SimpleServer({ host: "0.0.0.0", port: 1501, protocol: fortune }));
  system.activate(SimpleVideoCookieServer({ host: "0.0.0.0", port: 1502, clips: [film], rate: 400_000 }));
  await network.advance(10);
  const client = network.host("client").system;
  const ask = async (port: number): Promise<{ bytes: Buffer; took: number }> => {
    const pieces: Uint8Array[] = [];
    const begun = client.clock.now();
    await client.run(Pipeline(TCPClient({ host: "server", port }), ToList(pieces)));
    return { bytes: Buffer.concat(pieces), took: client.clock.now() - begun };
  };
  const [heard, told, seen] = await Promise.all([ask(1500), ask(1501), ask(1502)]);
  assert.ok(heard.bytes.equals(sound), `${heard.bytes.length} bytes of ${sound.length}`);
  assert.ok(seen.bytes.equals(film), `${seen.bytes.length} bytes of ${film.length}`);
  assert.ok(quotes.includes(told.bytes.toString().trimEnd()), told.bytes.toString());
  for (const [{ took }, least] of [
    [heard, (60_000 * 8) / 95.2],
    [seen, 8000],
  ] as const)
    // prettier-ignore
    assert.ok(took > least - 100 && took < least + 10_000, `took ${took} ms, and the clip ${least}`);
});
test("EchoProtocol() sends back every byte over such a network, in order", async (t) => {
  const network = badNetwork(t, ["server", "client"], SINGLY);
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 7, protocol: EchoProtocol }));
  await network.advance(10);
  const pieces = Array.from({ length: 100 }, (_, n) => clip(2000).fill(n, 0, 10));
  const echoed: Uint8Array[] = [];
  network.host("client").system.activate(Pipeline(Paced(pieces, 20), TCPClient({ host: "server", port: 7 }), ToList(echoed)));
  await network.advance(60_000);
  assert.ok(Buffer.concat(echoed).equals(Buffer.concat(pieces)), `${Buffer.concat(echoed).length} bytes`);
});
