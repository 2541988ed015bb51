// SPDX-License-Identifier: Apache-2.0
// What loopback cannot show: interfaces, hops, hosts that go away without a word, cables that are pulled.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import type { DatagramFailure } from "../datagrams.ts";
import { type Component, type Endpoint, producerFinished, type Shutdown, type System } from "../../axon/index.ts";
import { drive, Echo } from "../../testing/index.ts";
import {
  type LookUp,
  Multicast_receiver,
  Multicast_sender,
  Multicast_transceiver,
  NodeNetwork,
  SimplePeer,
  SimpleServer,
  TCPClient,
  type TCPClientOptions,
  UDPReceiver,
  UDPSender,
} from "../index.ts";
import { client, serve, systemOf, tap, type Tap, textOf } from "../parts.ts";
import { ADDRESSES, counter, inNetwork, shell, spawnAway, whileRule } from "./parts.ts";

const [ONE, OTHER] = ADDRESSES.four;
const [ONE_SIX, OTHER_SIX] = ADDRESSES.six;
const { away: AWAY } = ADDRESSES;

function inWords({ type, message }: Shutdown): string {
  return `${type}: ${message instanceof Error ? message.message : String(message)}`;
}

/** A client that runs, what it receives, and how it says that it is over. */
function running(
  system: System,
  options: TCPClientOptions,
): { one: ReturnType<typeof TCPClient>; came: Tap<Uint8Array>; signals: Tap<Shutdown> } {
  const one = TCPClient(options);
  const [came, signals] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.signal)];
  system.activate(one);
  return { one, came, signals };
}

/** An echo server of another program, on the switch; each connection is a process of its own. */
async function echoAway(t: TestContext, port: number): Promise<ChildProcess> {
  const socat = spawnAway(t, "socat", "-d", "-d", `TCP-LISTEN:${port},linger=0`, "PIPE");
  let notices = "";
  socat.stderr?.on("data", (text: Buffer) => (notices += text.toString()));
  while (!notices.includes("listening on")) await once(socat.stderr!, "data");
  return socat;
}

/** Ends programs so that nothing stays of their connections (that is what linger=0 does), and without a word of it arriving. */
async function vanish(...children: readonly ChildProcess[]): Promise<void> {
  await whileRule(`ip saddr ${AWAY} drop`, async () => {
    for (const child of children) {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    }
  });
}

inNetwork(import.meta.filename, "components over cables between network namespaces", () => {
  test("a group over IPv6: Multicast_receiver() and Multicast_sender() by the names of their interfaces", async (t) => {
    const system = systemOf(t);
    const receiver = Multicast_receiver({ address: "ff15::1:2", port: 1600, interface: "::%other" });
    const came = tap(system, receiver.outboxes.outbox);
    await serve(system, receiver);
    const members = (): string => readFileSync("/proc/net/igmp6", "utf8");
    assert.match(members(), /other +ff150{20}00010002/);
    const sender = Multicast_sender({ localAddress: ONE_SIX, multicastInterface: "::%one", remoteAddress: "ff15::1:2", remotePort: 1600 });
    const at = await serve(system, sender);
    sender.inboxes.inbox.deliver(Buffer.alloc(60_000, "6"));
    const [from, bytes] = await came.next();
    assert.deepEqual([from, bytes.length], [at, 60_000]);
    receiver.stop(producerFinished());
    await receiver.ended;
    while (members().includes("00010002")) await new Promise(setImmediate);
  });

  test("datagrams leave with the TTL that they are to have", async (t) => {
    const system = systemOf(t);
    const group = { remoteAddress: "239.168.2.30", localAddress: ONE, multicastInterface: ONE };
    const peer = { localAddress: ONE, receiverAddress: OTHER };
    const cases: [ttl: number, Component<{ inbox: Uint8Array }, { listening: Endpoint }>][] = [
      [10, Multicast_sender({ ...group, remotePort: 1601 })],
      [3, Multicast_sender({ ...group, remotePort: 1602, multicastTTL: 3 })],
      [255, Multicast_transceiver({ ...group, remotePort: 1603, interface: ONE })],
      [64, SimplePeer({ ...peer, receiverPort: 1604 })],
      [5, SimplePeer({ ...peer, receiverPort: 1605, ttl: 5 })],
    ];
    for (const [i, [ttl, one]] of cases.entries()) {
      const [right, all] = [
        counter(`right${i}`, `iifname other udp dport ${1601 + i} ip ttl ${ttl}`),
        counter(`all${i}`, `iifname other udp dport ${1601 + i}`),
      ];
      await serve(system, one);
      one.inboxes.inbox.deliver(Buffer.from("x"));
      one.stop(producerFinished());
      await one.ended;
      while (all() === 0) await new Promise((resolve) => setTimeout(resolve, 5)); // a busy system takes its time
      assert.deepEqual([right(), all()], [1, 1], `TTL ${ttl}`);
    }
  });

  test("a group is heard on the interface that was chosen, and by this machine only if it is to be", async (t) => {
    const system = systemOf(t);
    const hears = async (address: string, via: string): Promise<Tap<unknown>> => {
      const receiver = Multicast_receiver({ address, port: 1610, interface: via });
      const came = tap(system, receiver.outboxes.outbox);
      await serve(system, receiver);
      return came;
    };
    const sends = async (remoteAddress: string, multicastLoopback: boolean): Promise<void> => {
      const options = { localAddress: ONE, multicastInterface: ONE, remoteAddress, remotePort: 1610, multicastLoopback };
      const { outbox, ...rest } = await drive(Multicast_sender(options), { inbox: [Buffer.from("hello")] }).then((all) => ({
        outbox: [],
        ...all,
      }));
      assert.deepEqual([outbox, rest.failures], [[], []]);
    };
    const [there, here, hereToo] = [await hears("239.168.2.31", OTHER), await hears("239.168.2.32", ONE), await hears("239.168.2.33", ONE)];
    await sends("239.168.2.32", false);
    await sends("239.168.2.33", true);
    await sends("239.168.2.31", false);
    await Promise.all([there.next(), hereToo.next()]);
    assert.deepEqual([there.list.length, here.list.length, hereToo.list.length], [1, 0, 1]);
  });

  test("a source-specific group: the kernel is told, and whoever else sends to it is not heard", async (t) => {
    const system = systemOf(t);
    const receiver = Multicast_receiver({ address: "232.1.2.3", port: 1611, interface: OTHER, source: ONE });
    const came = tap(system, receiver.outboxes.outbox);
    await serve(system, receiver);
    assert.match(readFileSync("/proc/net/mcfilter", "utf8"), /other +0xe8010203 +0x0a070001/);
    const socat = spawnAway(t, "socat", "-u", "-", `UDP4-DATAGRAM:232.1.2.3:1611,ip-multicast-if=${AWAY}`);
    const arrived = counter("stranger", `iifname other ip saddr ${AWAY} udp dport 1611`);
    socat.stdin?.end("from a stranger");
    while (arrived() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await drive(Multicast_sender({ localAddress: ONE, multicastInterface: ONE, remoteAddress: "232.1.2.3", remotePort: 1611 }), {
      inbox: [Buffer.from("from a friend")],
    });
    assert.equal(String((await came.next())[1]), "from a friend");
  });

  test("a broadcast on a network reaches who is on it", async (t) => {
    const system = systemOf(t);
    const receiver = UDPReceiver({ localAddress: "10.7.0.255", localPort: 1612 });
    const came = tap(system, receiver.outboxes.outbox);
    await serve(system, receiver);
    const sender = { localAddress: ONE, receiverAddress: "10.7.0.255", receiverPort: 1612 };
    await drive(UDPSender({ ...sender, broadcast: true }), { inbox: [Buffer.from("everybody")] });
    const [bytes, from] = await came.next();
    assert.deepEqual([String(bytes), from.address], ["everybody", ONE]);
  });

  test("a server at :: is reached over both kinds of IP, and knows who comes by their own addresses", async (t) => {
    const system = systemOf(t);
    const { port } = await serve(system, SimpleServer({ host: "::", port: 0, protocol: () => Echo() }));
    for (const host of [OTHER, OTHER_SIX]) {
      const { outbox } = await drive(TCPClient({ host, port }), { inbox: [Buffer.from("hello")] });
      assert.equal(Buffer.concat(outbox).toString(), "hello");
    }
  });

  test("happy eyeballs: of a name whose IPv6 address does not answer, the IPv4 address is taken", async (t) => {
    const { port } = await serve(systemOf(t), SimpleServer({ host: "::", port: 0, protocol: () => Echo() }));
    const lookUp: LookUp = (_name, _family, answer) => {
      const both = [OTHER_SIX, OTHER].map((address) => ({ address, family: address === OTHER ? 4 : 6 }));
      setImmediate(answer, null, both);
    };
    await whileRule(`ip6 daddr ${OTHER_SIX} drop`, async () => {
      const start = performance.now();
      const { outbox } = await drive(
        TCPClient({ host: "both.example", port }),
        { inbox: [Buffer.from("hello")] },
        { network: new NodeNetwork({ lookUp }) },
      );
      assert.equal(Buffer.concat(outbox).toString(), "hello");
      const took = performance.now() - start;
      assert.ok(took > 200 && took < 30_000, `${took} ms`); // an attempt has a minute
    });
  });

  test("ICMP: what a firewall refuses is told, for datagrams and for connections, and both go on", async (t) => {
    const system = systemOf(t);
    const sender = UDPSender({ localAddress: ONE, receiverAddress: OTHER, receiverPort: 1613 });
    const failures = tap<DatagramFailure>(system, sender.outboxes.failures);
    await serve(system, sender);
    await whileRule("iifname other reject with icmpx admin-prohibited", async () => {
      sender.inboxes.inbox.deliver(Buffer.from("refused"));
      assert.equal((await failures.next()).error.message, `Cannot reach ${OTHER}:1613: there is no way to that host (EHOSTUNREACH)`);
      const refused = await drive(TCPClient({ host: OTHER, port: 1613 }), {}, { shutdown: false });
      assert.equal(
        inWords(refused.signal[0]!),
        `shutdownMicroprocess: Cannot connect to ${OTHER}:1613: there is no way to that host (EHOSTUNREACH)`,
      );
    });
    const receiver = UDPReceiver({ localAddress: OTHER, localPort: 1613 });
    const came = tap(system, receiver.outboxes.outbox);
    await serve(system, receiver);
    sender.inboxes.inbox.deliver(Buffer.from("again"));
    assert.equal(String((await came.next())[0]), "again");
  });

  test("keep-alive: who went away without a word is noticed, by a client and by a server; without it, nobody notices", async (t) => {
    const system = systemOf(t);
    const socat = await echoAway(t, 1620);
    const asks = running(system, { host: AWAY, port: 1620, keepAlive: 1000 });
    asks.one.inboxes.inbox.deliver(Buffer.from("hello"));
    await asks.came.next();
    const visitors: ChildProcess[] = [socat];
    const lives: (() => number)[] = [];
    for (const options of [{ keepAlive: 1000 }, {}]) {
      const own = systemOf(t);
      const { port } = await serve(own, SimpleServer({ host: OTHER, port: 0, protocol: () => Echo(), ...options }));
      const { live } = own;
      const visitor = spawnAway(t, "socat", "-", `TCP:${OTHER}:${port},linger=0`);
      visitor.stdin?.write("hello");
      await once(visitor.stdout!, "data");
      visitors.push(visitor);
      lives.push(() => own.live - live);
    }
    await vanish(...visitors);
    assert.match(inWords(await asks.signals.next()), /the other side cut the connection \(ECONNRESET\)/);
    const [asking, trusting] = lives;
    while (asking!() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(trusting!(), 2); // an adapter and a protocol, for nobody
  });

  test("a cable is pulled: connections wait for it as long as they may, servers stay, datagrams say so; and all go on when it is back", async (t) => {
    const system = systemOf(t);
    const { port } = await serve(system, SimpleServer({ host: ONE, port: 0, protocol: () => Echo() }));
    await echoAway(t, 1621);
    await echoAway(t, 1622);
    const patient = running(system, { host: AWAY, port: 1621, localAddress: ONE });
    const impatient = running(system, { host: AWAY, port: 1622, localAddress: ONE, idleTimeout: 1000 });
    const peer = SimplePeer({ localAddress: ONE, receiverAddress: AWAY, receiverPort: 1623 });
    const failures = tap<DatagramFailure>(system, peer.outboxes.failures);
    await serve(system, peer);
    for (const { one, came } of [patient, impatient]) {
      one.inboxes.inbox.deliver(Buffer.from("hello"));
      await came.next();
    }
    shell("ip link delete one");
    patient.one.inboxes.inbox.deliver(Buffer.from("later"));
    peer.inboxes.inbox.deliver(Buffer.from("lost"));
    assert.match((await failures.next()).error.message, /^Cannot send 4 bytes to 10\.7\.0\.3:1623: /);
    const none = await drive(TCPClient({ host: AWAY, port: 1621, localAddress: ONE }), {}, { shutdown: false });
    assert.match(inWords(none.signal[0]!), /this machine has no such address \(EADDRNOTAVAIL\)/);
    assert.match(inWords(await impatient.signals.next()), /nothing came or went for 1000 ms/);
    shell("plug one 1 2");
    assert.equal(String(await patient.came.next()), "later");
    const receiver = spawnAway(t, "socat", "-u", "-d", "-d", "UDP4-RECV:1623", "-");
    await once(receiver.stderr!, "data");
    peer.inboxes.inbox.deliver(Buffer.from("found"));
    assert.equal(String((await once(receiver.stdout!, "data"))[0]), "found");
    const again = await client(t, { address: ONE, port });
    again.end("still here");
    assert.equal(await textOf(again), "still here");
  });
});
