// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { type MulticastDatagram, Multicast_receiver, Multicast_sender } from "../../internet/index.ts";
import { ToList } from "../../testing/index.ts";
import { PureTransformer } from "../../util/index.ts";
import { badNetwork, Paced } from "../parts.ts";
import { SRM_Receiver } from "./SRM_Receiver.ts";
import { SRM_Sender } from "./SRM_Sender.ts";

const COUNT = 2000;

test("SRM_Receiver() gives what came of SRM_Sender() through a network that loses, doubles and reorders: whole, in order, and once", async (t) => {
  const network = badNetwork(t, ["sender", "one", "two"]);
  const messages = Array.from({ length: COUNT }, (_, n) => new TextEncoder().encode(`message ${n + 1} XX% ${"y".repeat((n * 13) % 700)}`));
  const [address, port] = ["239.1.2.3", 4000];
  const came = ["one", "two"].map((name) => {
    const [packets, given]: [Uint8Array[], (readonly [number, Uint8Array])[]] = [[], []];
    const bytes = () => PureTransformer(([, packet]: MulticastDatagram) => packet);
    const { system } = network.host(name);
    system.activate(Pipeline(Multicast_receiver({ address, port }), bytes(), SRM_Receiver(), ToList(given)));
    system.activate(Pipeline(Multicast_receiver({ address, port }), bytes(), ToList(packets)));
    return { packets, given };
  });
  await network.advance(10);
  await network
    .host("sender")
    .system.run(Pipeline(Paced(messages, 5), SRM_Sender(), Multicast_sender({ remoteAddress: address, remotePort: port })));
  await network.advance(10_000);
  for (const { packets, given } of came) {
    const distinct = new Set(packets.map((bytes) => Buffer.from(bytes).toString("latin1"))).size;
    assert.ok(
      distinct < 0.98 * COUNT && packets.length > distinct,
      `${packets.length} packets came, ${distinct} of ${COUNT} different ones`,
    );
    const numbers = given.map(([n]) => n);
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].toSorted((a, b) => a - b),
    );
    for (const [n, message] of given) assert.deepEqual(new Uint8Array(message), messages[n - 1]);
    assert.ok(given.length >= distinct - 40, `${given.length} of ${distinct} were given`); // the last ones still wait for those before them
  }
});
