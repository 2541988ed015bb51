// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, SeededRandom, System } from "../../axon/index.ts";
import { Graphline, Pipeline } from "../../chassis/index.ts";
import { Multicast_transceiver } from "../../internet/index.ts";
import { freePort } from "../../internet/parts.ts";
import { SimulatedNetwork, star } from "../../internet/simulate/index.ts";
import { Feed } from "../../testing/index.ts";
import { PureTransformer } from "../../util/index.ts";
import type { MulticastMessage } from "./block.ts";
import type { ReceivedObject } from "./ObjectDeframer.ts";
import { ObjectDeframer } from "./ObjectDeframer.ts";
import { ObjectFramer } from "./ObjectFramer.ts";
import { Each, randomMessages, Wait } from "./parts.ts";
import { ReliableMulticast, type ReliableMulticastOptions } from "./ReliableMulticast.ts";

const GROUP = { localAddress: "0.0.0.0", localPort: 5000, remoteAddress: "239.255.7.9", remotePort: 5000 };

/** A member on a network. */
function Member(options: ReliableMulticastOptions, net = GROUP) {
  return Graphline({
    components: {
      MEMBER: ReliableMulticast(options),
      NET: Multicast_transceiver(net),
      BYTES: PureTransformer(([, bytes]: readonly [unknown, Uint8Array]) => bytes),
    },
    linkages: {
      "self.inbox": "MEMBER.inbox",
      "MEMBER.network": "NET.inbox",
      "NET.outbox": "BYTES.inbox",
      "BYTES.outbox": "MEMBER.packets",
      "MEMBER.outbox": "self.outbox",
      "self.control": "MEMBER.control",
      "MEMBER.signal": "NET.control",
      "NET.signal": "BYTES.control",
      "BYTES.signal": "self.signal",
    },
  });
}

test("ReliableMulticast() brings everything to all, from several senders at once, over a simulated network that loses, doubles, delays and reorders", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const bad = { delay: 15, jitter: 10, rate: 20e6, loss: 0.05, duplicate: 0.02, corrupt: 0.005 };
  const network = new SimulatedNetwork(star(names, bad), { seed: 5 });
  const sent = new Map(["a", "b"].map((name, n) => [name, randomMessages(200, 1000, new SeededRandom(n))]));
  const got = new Map(names.map((name) => [name, new Map<number, Uint8Array[]>()]));
  for (const name of names) {
    const { system } = network.host(name);
    const member = Member({ rate: 4e6, grtt: 200, groupSize: 5, id: name.charCodeAt(0) });
    const list = Each<MulticastMessage>(({ from, message }) => {
      const lists = got.get(name)!;
      lists.set(from, [...(lists.get(from) ?? []), message]);
    });
    member.link(member.outboxes.outbox, list.inboxes.inbox);
    const feed = sent.get(name);
    for (const each of [member, list] as Component<any, any>[]) system.activate(each);
    if (feed === undefined) continue;
    const source = Feed(feed);
    member.link(source.outboxes.outbox, member.inboxes.inbox);
    system.activate(source);
  }
  await network.host("c").system.run(Wait(20_000));
  for (const name of names)
    for (const [sender, messages] of sent)
      if (name !== sender) assert.deepEqual(got.get(name)!.get(sender.charCodeAt(0)), messages, `${name} did not get what ${sender} sent`);
  assert.equal(got.get("a")!.has("a".charCodeAt(0)), false, "nobody gets its own");
  for (const { system } of network.hosts) await system.stop();
});
test("ReliableMulticast() lets those who come late have what was sent before, and goes on where a sender vanishes", async () => {
  const network = new SimulatedNetwork(star(["source", "early", "late"], { delay: 10, rate: 20e6, loss: 0.02 }), { seed: 2 });
  const messages = randomMessages(300, 1000);
  const got = new Map<string, Uint8Array[]>(["early", "late"].map((name) => [name, []]));
  const join = (name: string): void => {
    const member = Member({ groupSize: 2 });
    const list = Each<MulticastMessage>(({ message }) => got.get(name)!.push(message));
    member.link(member.outboxes.outbox, list.inboxes.inbox);
    for (const each of [member, list] as Component<any, any>[]) network.host(name).system.activate(each);
  };
  join("early");
  const source = Member({ rate: 5e6, groupSize: 2 });
  const feed = Feed(messages);
  source.link(feed.outboxes.outbox, source.inboxes.inbox);
  for (const each of [source, feed] as Component<any, any>[]) network.host("source").system.activate(each);
  await network.host("early").system.run(Wait(10_000));
  assert.deepEqual(got.get("early"), messages);
  join("late");
  await network.host("early").system.run(Wait(20_000));
  assert.deepEqual(got.get("late"), messages);
  network.link("source", "hub").up = false;
  await network.host("early").system.run(Wait(60_000)); // nobody asks for ever: time passes without anything to do
  for (const { system } of network.hosts) await system.stop();
});
test("ReliableMulticast() carries objects over the real loopback", async (t) => {
  const port = await freePort();
  const net = { ...GROUP, localPort: port, remotePort: port, interface: "127.0.0.1", multicastTTL: 0 };
  const objects = [400_000, 0, 70_000].map((size, n) => ({ name: `object ${n}`, bytes: randomMessages(1, size)[0]! }));
  const system = new System();
  const got: ReceivedObject[] = [];
  let arrived = (): void => {};
  const all = new Promise<void>((resolve) => (arrived = resolve));
  const receiver = Pipeline(Member({ grtt: 5, groupSize: 1 }, net), ObjectDeframer(), Each<ReceivedObject>((object) => {
    if (got.push(object) === objects.length) arrived();
  })); // prettier-ignore
  const sender = Pipeline(
    Feed(objects),
    ObjectFramer(),
    Member({ rate: 100e6, grtt: 5, groupSize: 1 }, net),
    Each(() => {}),
  );
  for (const each of [receiver, sender] as Component<any, any>[]) system.activate(each);
  t.after(() => system.stop());
  await all;
  assert.deepEqual(
    got.map(({ name, bytes }) => ({ name, bytes })),
    objects,
  );
});
test("ReliableMulticast() complains at once about options that there cannot be", () => {
  for (const options of [{ rate: 0 }, { sources: 0 }, { window: 0 }, { longest: 0 }])
    assert.throws(() => ReliableMulticast(options), RangeError);
});
