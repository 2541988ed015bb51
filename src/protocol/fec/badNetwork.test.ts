// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Graphline, Pipeline } from "../../chassis/index.ts";
import { type Datagram, UDPReceiver, UDPSender } from "../../internet/index.ts";
import { ToList } from "../../testing/index.ts";
import { PureTransformer } from "../../util/index.ts";
import { badNetwork, Paced } from "../parts.ts";
import { FECDecoder } from "./FECDecoder.ts";
import { FECEncoder } from "./FECEncoder.ts";
import type { FECLoss } from "./index.ts";

const COUNT = 3200;

test("FECDecoder() finds nearly all that a network loses, gives nothing twice, and says how much it has not found", async (t) => {
  const network = badNetwork(t, ["sender", "receiver"]);
  const datagrams = Array.from({ length: COUNT }, (_, n) => Buffer.from(`${n} ${"x".repeat((n * 7) % 300)}`));
  const [bare, repaired, losses]: [Uint8Array[], Uint8Array[], FECLoss[]] = [[], [], []];
  const receive = (port: number) =>
    Pipeline(
      UDPReceiver({ localAddress: "0.0.0.0", localPort: port }),
      PureTransformer(([bytes]: Datagram) => bytes),
    );
  const receiver = Graphline({
    components: { IN: receive(4000), DECODE: FECDecoder(), REPAIRED: ToList(repaired), LOST: ToList(losses) },
    linkages: { "IN.outbox": "DECODE.inbox", "DECODE.outbox": "REPAIRED.inbox", "DECODE.lost": "LOST.inbox" },
  });
  for (const each of [receiver, Pipeline(receive(4001), ToList(bare))]) network.host("receiver").system.activate(each);
  await network.advance(10);
  const send = (port: number) => UDPSender({ receiverAddress: "receiver", receiverPort: port });
  const protect = FECEncoder({ sources: 32, parities: 8 });
  network.host("sender").system.activate(Pipeline(Paced(datagrams, 5), send(4001)));
  await network.host("sender").system.run(Pipeline(Paced(datagrams, 5), protect, send(4000)));
  await network.advance(1000);
  const numbers = (list: readonly Uint8Array[]): Set<number> =>
    new Set(list.map((bytes) => Number.parseInt(Buffer.from(bytes).toString(), 10)));
  const [lost, missing] = [COUNT - numbers(bare).size, COUNT - numbers(repaired).size];
  assert.ok(lost > 0.02 * COUNT, `${lost} of ${COUNT} were lost without FEC`);
  assert.ok(missing < lost / 10, `${missing} of ${lost} are still missing`);
  assert.equal(repaired.length, COUNT - missing, "nothing comes twice");
  for (const bytes of repaired) assert.deepEqual(bytes, new Uint8Array(datagrams[Number.parseInt(Buffer.from(bytes).toString(), 10)]!));
  if (missing === 0) assert.deepEqual(losses, []);
});
