// SPDX-License-Identifier: Apache-2.0
// One run: a file is sent to a multicast group, again and again, and a crowd tunes in. How long until everybody has all of it?
import assert from "node:assert/strict";
import { type AnyComponent, type Component, component, sleep } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { type MulticastDatagram, Multicast_receiver, Multicast_sender } from "kamaelia/internet";
import { SimulatedNetwork, tree } from "kamaelia/internet/simulate";
import { ReedSolomon } from "kamaelia/protocol/fec";

const GROUP = { address: "239.1.2.3", port: 5004 };
/** Packets in the file, bytes in each, and milliseconds between two. */
const [PACKETS, SIZE, EVERY] = [32, 1000, 10];
/** Milliseconds after which half of the crowd has tuned in. */
const HALF = 1000;

/** Seconds that receivers need, from when they tune in: half of them at most, 99 % of them, and the last. */
export default async function flashCrowd(
  { loss, sends, fanOut }: { loss: number; sends: "the file" | "the file and parity"; fanOut: number },
  seed: number,
): Promise<{ half: number; most: number; last: number }> {
  const links = { branch: { delay: 10, rate: 100e6, loss: loss / 10 }, leaf: { delay: 5, jitter: 3, rate: 10e6, loss } };
  const network = new SimulatedNetwork(tree({ depth: 4, fanOut }, links), { seed, leaveLatency: 100 });
  const station = network.host("root").system;
  const code = new ReedSolomon(PACKETS, 255 - PACKETS);
  const file = Array.from({ length: PACKETS }, () => Uint8Array.from({ length: SIZE }, () => station.random.integer(256)));
  const symbols = sends === "the file" ? file : [...file, ...code.parity(file)];
  const times: number[] = [];
  const receivers = network.hosts.filter(({ name }) => name !== "root");
  for (const { system } of receivers) {
    const at = -Math.log2(1 - station.random.next()) * HALF;
    const done = (found: ReadonlyMap<number, Uint8Array>): void => {
      if (times.length === 0) check(code, file, found);
      times.push((network.clock.now() - at) / 1000);
    };
    network.clock.setTimer(() => system.activate(Receiver(done)), at);
  }
  station.activate(Pipeline(Station(symbols), Multicast_sender({ remoteAddress: GROUP.address, remotePort: GROUP.port, ttl: 8 })));
  while (times.length < receivers.length) await network.advance(1000);
  await station.stop({ within: 0 });
  times.sort((one, other) => one - other);
  const [half, most, last] = [0.5, 0.99, 1].map((share) => times[Math.ceil(share * times.length) - 1]!);
  return { half: half!, most: most!, last: last! };
}

/** Packets with their numbers, over and over. */
function Station(symbols: readonly Uint8Array[]): Component<{}, { outbox: Uint8Array }> {
  return component(Station, {
    outboxes: { outbox: "packets" },
    *main(_, { outbox }) {
      const packets = symbols.map((symbol, number) => Buffer.concat([Uint8Array.of(number), symbol]));
      for (let i = 0; yield sleep(EVERY); i++) outbox.send(packets[i % packets.length]!);
    },
  });
}

/** Tunes in, and leaves when it has enough. */
function Receiver(done: (found: ReadonlyMap<number, Uint8Array>) => void): AnyComponent {
  const radio = Pipeline(
    Multicast_receiver(GROUP),
    Collector((found) => {
      done(found);
      radio.stop();
    }),
  );
  return radio;
}

/** Any so many different packets are enough: without parity they are the file, with it the file can be made of them. */
function Collector(done: (found: ReadonlyMap<number, Uint8Array>) => void): Component<{ inbox: MulticastDatagram }, {}> {
  return component(Collector, {
    inboxes: { inbox: "packets" },
    *main({ inbox }) {
      const found = new Map<number, Uint8Array>();
      while (found.size < PACKETS && (yield inbox)) {
        const [, packet] = inbox.recv();
        found.set(packet[0]!, packet.subarray(1));
      }
      if (found.size === PACKETS) done(found);
    },
  });
}

/** Makes the file of what one has received. */
function check(code: ReedSolomon, file: readonly Uint8Array[], found: ReadonlyMap<number, Uint8Array>): void {
  const missing = file.flatMap((_, number) => (found.has(number) ? [] : [number]));
  const recovered = missing.length === 0 ? [] : code.recover(found, missing);
  for (const [number, symbol] of file.entries())
    assert.deepEqual(Buffer.from(found.get(number) ?? recovered[missing.indexOf(number)]!), Buffer.from(symbol));
}
