// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { SimpleServer, TCPClient } from "../../internet/index.ts";
import { without } from "../../internet/parts.ts";
import { SimulatedNetwork, star, Topology } from "../../internet/simulate/index.ts";
import { tshark } from "../../internet/simulate/parts.ts";
import { type Component, SeededRandom } from "../../axon/index.ts";
import { Feed } from "../../testing/index.ts";
import { PureTransformer } from "../../util/index.ts";
import { Each, randomMessages, Wait } from "../multicast/parts.ts";
import type { NormTransmitterOptions } from "./NormTransmitter.ts";
import { ReceiverOn, SenderOn, sendToGroup } from "./parts.ts";
import type { ReceivedObject, ReceivedPiece } from "./remote.ts";

const GROUP = { localAddress: "0.0.0.0", localPort: 5000, remoteAddress: "239.255.7.40", remotePort: 5000 };
const [COUNT, SIZE] = [8, 179_200];
const objects = randomMessages(COUNT, SIZE);

test("NormSender() brings every byte to 1, 10 and 40 receivers that lose 0 to 20 % of all packets, and needs little more than that demands", async () => {
  for (const [receivers, loss, most] of [
    [1, 0, 1.06],
    [1, 0.01, 1.08],
    [1, 0.05, 1.1],
    [1, 0.2, 1.12],
    [10, 0.05, 1.17],
    [10, 0.2, 1.2],
    [40, 0.2, 1.25],
  ] as const) {
    // prettier-ignore
    let right = 0;
    const inbox = objects.map((bytes) => ({ bytes }));
    const { forward, back, missed } = await sendToGroup(inbox, { receivers, loss }, (_, { object, bytes }) => {
      if (Buffer.compare(bytes, objects[object]!) === 0) right++;
    });
    const ratio = (forward + back) / ((COUNT * SIZE) / (1 - loss));
    assert.deepEqual([right, missed], [receivers * COUNT, []]);
    assert.ok(ratio <= most, `${receivers} receivers, ${loss} lost: ${ratio} times what is needed`);
  }
});
test("NormSender(): requests grow hardly with the number of receivers", async () => {
  const requests: number[] = [];
  for (const receivers of [10, 80]) {
    const { nacks } = await sendToGroup(
      [...objects, ...objects].map((bytes) => ({ bytes })),
      { receivers, loss: 0.02 },
      () => {},
    );
    requests.push(nacks);
  }
  assert.ok(requests[1]! < 4 * requests[0]!, `${requests.join(" and ")} requests`);
});
test("NormSender() repairs as much as all of a group need, not only those who have asked: hardly anybody asks again", async () => {
  const inbox = [...objects, ...objects, ...objects].map((bytes) => ({ bytes }));
  const { nacks } = await sendToGroup(inbox, { receivers: 40, loss: 0.2 }, () => {});
  assert.ok(nacks < 24, `${nacks} requests`);
});
test("NormSender() sends objects of all sizes with what it says about them, empty ones, too, and a stream beside them", async () => {
  const random = new SeededRandom(2);
  const list = [0, 1, 99, 100, 101, 399, 400, 401, 3999].map((size) => ({
    bytes: randomMessages(1, size, random)[0]!,
    info: Buffer.from(`${size}`),
  }));
  const stream = randomMessages(40, 333, random);
  const got = new Map<string, Buffer>();
  const pieces: ReceivedPiece[] = [];
  const sender = { symbolSize: 100, sources: 4, parities: 6 };
  const { missed } = await sendToGroup(list, { receivers: 1, loss: 0.1, sender, stream, seed: 3 }, (_, each) => {
    if ("info" in each) got.set(Buffer.from(each.info!).toString(), Buffer.from(each.bytes));
    else pieces.push(each);
  });
  assert.deepEqual(missed, []);
  for (const { bytes, info } of list) assert.ok(got.get(info.toString())?.equals(bytes), `${info} bytes`);
  assert.ok(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(Buffer.concat(stream)));
  for (const { offset, begins, bytes } of pieces)
    if (begins >= 0) assert.ok(begins < bytes.length && (offset + begins) % 333 === 0, "a message begins there");
});
test("NormSender() goes on over the end of object numbers", async () => {
  const list = randomMessages(40, 500);
  const got: number[] = [];
  const options = { receivers: 2, loss: 0.2, sender: { firstObject: 65_520 } };
  const { missed } = await sendToGroup(
    list.map((bytes) => ({ bytes })),
    options,
    (receiver, { object, bytes }) => {
      assert.deepEqual(Buffer.from(bytes), Buffer.from(list[(object + 16) & 0xffff]!));
      got[receiver] = (got[receiver] ?? 0) + 1;
    },
  );
  assert.deepEqual([got, missed], [[40, 40], []]);
});
test("NormSender() repairs for those who do not hear each other: what is asked for is told by NORM_CMD(REPAIR_ADV)", async () => {
  const alone = { receivers: 20, loss: 0.05, unicast: true };
  const inbox = objects.map((bytes) => ({ bytes }));
  const told = await sendToGroup(inbox, alone, () => {});
  const untold = await sendToGroup(inbox, { ...alone, sender: { advise: false } }, () => {});
  assert.deepEqual([told.missed, untold.missed], [[], []]);
  assert.ok(told.nacks < untold.nacks * 0.7, `${told.nacks} instead of ${untold.nacks}`);
});
test("NormSender() keeps a store no larger than it is told, and goes on when nobody asks any more", async () => {
  let right = 0;
  const sender = { store: 400_000, rate: 20e6 };
  const { missed } = await sendToGroup(
    objects.map((bytes) => ({ bytes })),
    { receivers: 3, loss: 0.05, sender },
    (_, { object, bytes }) => {
      if (Buffer.compare(bytes, objects[object]!) === 0) right++;
    },
  );
  assert.deepEqual([right, missed], [3 * COUNT, []]);
});

/** Hosts on a network, those with an "s" sending. */
async function onNetwork(
  network: SimulatedNetwork,
  senders: readonly string[],
  receivers: readonly (readonly [string, number])[],
  options: NormTransmitterOptions,
  seconds: number,
) {
  // prettier-ignore
  const got = new Map<string, ReceivedObject[]>();
  for (const [n, name] of senders.entries()) {
    const { system } = network.host(name);
    const sender = SenderOn({ ...GROUP, multicastLoopback: false }, { id: 100 + n, ...options });
    const feed = Feed(randomMessages(6, 60_000, new SeededRandom(n)).map((bytes) => ({ bytes })));
    sender.link(feed.outboxes.outbox, sender.inboxes.inbox);
    for (const part of [sender, feed] as Component<any, any>[]) system.activate(part);
  }
  for (const [name, late] of receivers) {
    const { system } = network.host(name);
    const list: ReceivedObject[] = [];
    got.set(name, list);
    system.clock.setTimer(() => {
      const receiver = ReceiverOn({ ...GROUP, multicastLoopback: false }, {});
      const each = Each<ReceivedObject>((object) => list.push(object));
      receiver.link(receiver.outboxes.outbox, each.inboxes.inbox);
      for (const part of [receiver, each] as Component<any, any>[]) system.activate(part);
    }, late);
  }
  await network.host(receivers[0]![0]).system.run(Wait(seconds * 1000));
  for (const { system } of network.hosts) await system.stop();
  return got;
}

test("NormSender(): several at once, over a network that loses, doubles, damages and reorders; those who come late have everything, too", async () => {
  const bad = { delay: 15, jitter: 10, rate: 20e6, loss: 0.05, duplicate: 0.02, corrupt: 0.005 };
  const network = new SimulatedNetwork(star(["s0", "s1", "a", "b", "late"], bad), { seed: 5 });
  const got = await onNetwork(network, ["s0", "s1"], [["a", 0], ["b", 0], ["late", 3000]], { rate: 2e6, grtt: 100, groupSize: 10 }, 30); // prettier-ignore
  for (const [name, list] of got)
    for (const n of [0, 1]) {
      const mine = list.filter(({ from }) => from === 100 + n).sort((a, b) => a.object - b.object);
      const sent = randomMessages(6, 60_000, new SeededRandom(n));
      assert.deepEqual(
        mine.map(({ object }) => object),
        [0, 1, 2, 3, 4, 5],
        `${name} of sender ${n}`,
      );
      assert.ok(mine.every(({ bytes, object }) => Buffer.compare(bytes, sent[object]!) === 0));
    }
});
test("tshark finds no malformed packet in what we send, both sides", { skip: without("tshark") }, async (t) => {
  const network = new SimulatedNetwork(star(["s0", "a", "b"], { delay: 15, loss: 0.1 }), { seed: 5, wallTime: Date.UTC(2026, 0, 1) });
  const capture = network.capture("a");
  await onNetwork(network, ["s0"], [["a", 0], ["b", 500]], { rate: 2e6, grtt: 50, congestion: true }, 10); // prettier-ignore
  const fields = ["-d", "udp.port==5000,norm", "-T", "fields", "-e", "norm.type"];
  const types = new Set(tshark(t, capture, "-Y", "norm", ...fields).map(Number));
  assert.deepEqual([...types].toSorted(), [2, 3, 4, 5], "data, commands, requests, confirmations");
  assert.deepEqual(tshark(t, capture, "-Y", "_ws.malformed || _ws.expert.severity >= 8388608", ...fields), []);
});
test("NormSender() with congestion: fills a narrow link, and drops to what TCP would get where packets are lost (NORM-CC)", async () => {
  const rates = async (loss: number): Promise<number> => {
    const plan = Topology()
      .hosts("s", "a", "b")
      .routers("r")
      .link("s", "r", { delay: 10, rate: 3e6, queue: { packets: 30 } });
    const network = new SimulatedNetwork(plan.link("r", "a", { delay: 10, loss }).link("r", "b", { delay: 10 }), { seed: 7 });
    const sender = SenderOn({ ...GROUP, multicastLoopback: false }, { rate: 100e3, congestion: true, grtt: 100, groupSize: 10 });
    const { system } = network.host("s");
    const feed = Feed(randomMessages(100, 100_000).map((bytes) => ({ bytes })));
    sender.link(feed.outboxes.outbox, sender.inboxes.inbox);
    for (const part of [sender, feed] as Component<any, any>[]) system.activate(part);
    for (const name of ["a", "b"]) network.host(name).system.activate(ReceiverOn({ ...GROUP, multicastLoopback: false }, {}));
    const link = network.link("s", "r");
    await system.run(Wait(10_000));
    const before = link.bytes;
    await system.run(Wait(20_000));
    const rate = ((link.bytes - before) * 8) / 20;
    for (const host of network.hosts) await host.system.stop();
    return rate;
  };
  const [narrow, lossy] = [await rates(0), await rates(0.05)];
  assert.ok(narrow > 1.8e6 && narrow < 3.5e6, `${narrow} bits per second of 3 million`);
  // Mathis: 1428 bytes * sqrt(3 / (2 * 5 %)) / 40 ms is 1.56 million; with timeouts counted, TFRC's equation says 1.0
  assert.ok(lossy > 0.4e6 && lossy < 1.7e6, `${lossy} bits per second with 5 % lost`);
});
test("NormSender() with congestion: beside a TCP flow, Reno or CUBIC, on the same narrow link: neither gets 2.5 times as much as the other", async () => {
  for (const congestion of ["reno", "cubic"] as const) {
    const plan = Topology()
      .hosts("s", "t", "a", "b")
      .routers("left", "right")
      .link("s", "left", { delay: 2 })
      .link("t", "left", { delay: 2 })
      .link("right", "a", { delay: 2 })
      .link("right", "b", { delay: 2 })
      .link("left", "right", { delay: 20, rate: 4e6, queue: { packets: 30 } });
    const network = new SimulatedNetwork(plan, { seed: 1, tcp: { congestion } });
    const { system } = network.host("s");
    const sender = SenderOn({ ...GROUP, multicastLoopback: false }, { rate: 100e3, congestion: true, grtt: 100, groupSize: 10 });
    const feed = Feed(randomMessages(200, 100_000).map((bytes) => ({ bytes })));
    sender.link(feed.outboxes.outbox, sender.inboxes.inbox);
    for (const part of [sender, feed] as Component<any, any>[]) system.activate(part);
    network.host("a").system.activate(ReceiverOn({ ...GROUP, multicastLoopback: false }, {}));
    network
      .host("b")
      .system.activate(
        SimpleServer({ host: "0.0.0.0", port: 80, protocol: () => PureTransformer<Uint8Array, Uint8Array | undefined>(() => undefined) }),
      );
    const bulk = Array.from({ length: 300 }, () => new Uint8Array(100_000));
    network.host("t").system.activate(Pipeline(Feed(bulk), TCPClient({ host: "b", port: 80 })));
    const links = [network.link("right", "a"), network.link("right", "b")];
    await system.run(Wait(10_000));
    const before = links.map(({ bytes }) => bytes);
    await system.run(Wait(25_000));
    const rates = links.map(({ bytes }, n) => ((bytes - before[n]!) * 8) / 25);
    for (const host of network.hosts) await host.system.stop();
    const [ours = 0, theirs = 0] = rates;
    assert.ok(ours + theirs > 3e6, `${ours} and ${theirs} bits per second of 4 million`);
    assert.ok(Math.min(ours, theirs) > 0.28 * (ours + theirs), `${ours} bits per second beside TCP's ${theirs}`);
  }
});
