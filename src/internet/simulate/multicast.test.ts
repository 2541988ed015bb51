// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { listenTo, NOTHING, numbers, sendMany } from "./parts.ts";
import { chain, star, tree } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";

const GROUP = "224.168.2.9";

test("what is sent to a group comes to its members once each, and passes each link once at most", async () => {
  const network = new SimulatedNetwork(tree({ depth: 3, fanOut: 4 }, { branch: { delay: 10 }, leaf: { delay: 5 } }));
  const members = network.hosts.filter((_, i) => i % 3 === 1);
  const came = members.map(({ name }) => listenTo(network, name, 5000, GROUP));
  const others = listenTo(network, "leaf3", 5001, "224.168.2.10");
  await network.advance(100);
  sendMany(network, "root", { address: GROUP, port: 5000 }, 10, 20);
  await network.quiet();
  assert.equal(members.length, 22);
  for (const list of came) assert.deepEqual(numbers(list), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(others.length, 0);
  for (const link of network.links) assert.ok(link.sent === 10 || link.sent === 0, `${link.name}: ${link.sent}`);
  assert.equal(network.links.filter(({ sent }) => sent === 10).length, 1 + 4 + 16 + 22); // root, branches, twigs, and the members' leaves
});

test("a member hears the group from when its router has heard of it, until some time after it has left", async () => {
  const network = new SimulatedNetwork(star(["source", "member"], { delay: 10 }), { auto: false });
  const came: number[] = [];
  const received = (bytes: Uint8Array): void => void came.push(new DataView(bytes.buffer).getUint32(0));
  sendMany(network, "source", { address: GROUP, port: 5000 }, 5000, 1);
  const socket = network.host("member").bind({ host: "0.0.0.0", port: 5000 }, { ...NOTHING, received });
  await network.advance(100);
  socket.join(GROUP);
  await network.advance(100);
  assert.equal(came[0], 100); // sent at 100, when the word was half way: both were at the router at 110
  socket.leave(GROUP);
  const before = came.length;
  await network.advance(1000);
  assert.equal(came.length, before); // the host does not hear it any more
  const link = network.link("hub", "member");
  assert.ok(link.sent > 1000, "the router still sends it");
  await network.advance(1100);
  const { sent } = link;
  await network.advance(500);
  assert.equal(link.sent, sent); // but not for ever
});

test("a packet takes the links that lead to members, and no others, whoever joins and leaves", async () => {
  const network = new SimulatedNetwork(tree({ depth: 3, fanOut: 3 }, { branch: { delay: 1 }, leaf: { delay: 1 } }), {
    auto: false,
    leaveLatency: 0,
  });
  const random = new SeededRandom(1);
  const leaves = network.hosts.filter(({ name }) => name !== "root");
  const sockets = leaves.map((host) => host.bind({ host: "0.0.0.0", port: 5000 }, NOTHING));
  const members = new Set<number>();
  const source = network.host("root").bind({ host: "0.0.0.0", port: 0 }, NOTHING, { multicastTTL: 16 });
  for (let step = 0; step < 200; step++) {
    const i = random.integer(leaves.length);
    if (members.delete(i)) sockets[i]!.leave(GROUP);
    else {
      sockets[i]!.join(GROUP);
      members.add(i);
    }
    await network.advance(10);
    const before = network.links.map(({ sent }) => sent);
    source.send(new Uint8Array(1), { address: GROUP, port: 5000 });
    await network.advance(10);
    const used = network.links.filter(({ sent }, n) => sent > before[n]!).map(({ name }) => name);
    // From the leaf back to the root: each node has its parent's name before a dot.
    const wanted = [...members].flatMap((n) => network.links.filter(({ to }) => to === leaves[n]).map(({ name }) => name));
    assert.deepEqual(used.filter((name) => name.includes("→leaf")).toSorted(), wanted.toSorted());
    const twigs = new Set(wanted.map((name) => name.split("→")[0]!));
    const branches = new Set([...twigs].map((name) => name.slice(0, name.lastIndexOf("."))));
    assert.equal(used.length, wanted.length + twigs.size + branches.size + 1, `step ${step}: ${used.join(" ")}`);
  }
});

test("a member of a source-specific group hears that source only", async () => {
  const network = new SimulatedNetwork(star(["one", "two", "member"], { delay: 10 }));
  const any = listenTo(network, "member", 5000, GROUP);
  const specific = listenTo(network, "member", 5001, "232.1.1.1", "one");
  await network.advance(50);
  for (const from of ["one", "two"]) {
    sendMany(network, from, { address: GROUP, port: 5000 }, 2, 1);
    sendMany(network, from, { address: "232.1.1.1", port: 5001 }, 3, 1);
  }
  await network.quiet();
  assert.equal(any.length, 4);
  assert.deepEqual(
    specific.map(({ from }) => from.address),
    new Array(3).fill(network.host("one").address),
  );
  assert.equal(network.link("hub", "member").sent, 7); // the other source's do not come as far as here
});

test("several sockets of a host may be in a group: each hears it, and the host leaves with the last", async () => {
  const network = new SimulatedNetwork(star(["source", "member"], { delay: 1 }), { leaveLatency: 0 });
  const counts = [0, 0];
  const sockets = counts.map((_, i) =>
    network
      .host("member")
      .bind(
        { host: "0.0.0.0", port: 5000 },
        { ...NOTHING, received: () => counts[i]!++ },
        { reuseAddress: true, groups: [{ group: GROUP }] },
      ),
  );
  const send = async (): Promise<number[]> => {
    sendMany(network, "source", { address: GROUP, port: 5000 }, 1, 0);
    await network.quiet();
    return [...counts];
  };
  await network.quiet();
  assert.deepEqual(await send(), [1, 1]);
  sockets[0]!.close();
  await network.quiet();
  assert.deepEqual(await send(), [1, 2]);
  sockets[1]!.close();
  await network.quiet();
  const { sent } = network.link("hub", "member");
  assert.deepEqual(await send(), [1, 2]);
  assert.equal(network.link("hub", "member").sent, sent);
});

test("a sender hears itself unless it does not want to, and IPv6 has groups, too", async () => {
  const network = new SimulatedNetwork(chain(["one", "other"], { delay: 1 }));
  for (const [multicastLoopback, expected] of [
    [true, 1],
    [false, 0],
  ] as const) {
    let heard = 0;
    const received = (): void => void heard++;
    const at = { host: "::", port: 5000 + expected };
    const socket = network.host("one").bind(at, { ...NOTHING, received }, { multicastLoopback, groups: [{ group: "ff15::1" }] });
    await network.quiet();
    socket.send(new Uint8Array(1), { address: "ff15::1", port: at.port });
    await network.quiet();
    assert.equal(heard, expected);
  }
});

test("what is no group cannot be joined, nor left", async () => {
  const network = new SimulatedNetwork(star(["a"]));
  const log: string[] = [];
  const events = {
    ...NOTHING,
    failed: ({ message }: Error) => log.push(message),
    closed: (error?: Error) => log.push(error?.message ?? "closed"),
  };
  const socket = network.host("a").bind({ host: "0.0.0.0", port: 0 }, events);
  socket.join("10.0.0.1");
  socket.leave(GROUP);
  network.host("a").bind({ host: "0.0.0.0", port: 0 }, events, { groups: [{ group: "nonsense" }] });
  await network.quiet();
  assert.deepEqual(log, [
    "Cannot join the group 10.0.0.1: that is no group, or it was not joined (EINVAL)",
    `Cannot leave the group ${GROUP}: that is no group, or it was not joined (EINVAL)`,
    "Cannot join the group nonsense: that is no group, or it was not joined (EINVAL)",
  ]);
});
