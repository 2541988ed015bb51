// SPDX-License-Identifier: Apache-2.0
// One run: somebody sends pictures over a thin line. How long does every other packet wait behind them, by how many may wait, and who manages the queue?
import { type Component, component, sleep } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { type Datagram, SimpleServer, TCPClient, UDPReceiver, UDPSender } from "kamaelia/internet";
import { SimulatedNetwork, Topology } from "kamaelia/internet/simulate";

/** Bits in a second. */
const RATE = 2_000_000;
/** Milliseconds on the way if nobody is before one. */
const DELAY = 16;
/** Milliseconds before it is measured, and in which it is. */
const [BEFORE, MEASURED] = [10_000, 60_000];

/** Milliseconds that packets wait on average, and 19 of 20 at most; and how much of the line is used (%). */
export default async function queues(
  { discipline, packets }: { discipline: "drop-tail" | "codel"; packets: number },
  seed: number,
): Promise<{ waiting: number; longest: number; used: number }> {
  const home = Topology().hosts("home", "server").routers("modem", "exchange").link("home", "modem", { delay: 1 });
  const line = { delay: DELAY - 2, rate: RATE, queue: { discipline, packets } };
  const network = new SimulatedNetwork(home.link("modem", "exchange", line, { queue: {} }).link("exchange", "server", { delay: 1 }), {
    seed,
  });
  const last = network.link("exchange", "server");
  const [here, there] = [network.host("home").system, network.host("server").system];
  const waits: number[] = [];
  there.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: Album }));
  there.activate(
    Pipeline(
      UDPReceiver({ localPort: 7 }),
      Stopwatch((wait) => waits.push(wait)),
    ),
  );
  for (let i = 0; i < 2; i++) here.activate(Pipeline(Camera(), TCPClient({ host: "server", port: 80, delay: here.random.integer(1000) })));
  here.activate(Pipeline(Pings(), UDPSender({ receiverAddress: "server", receiverPort: 7 })));
  await network.advance(BEFORE);
  const before = last.bytes;
  waits.length = 0;
  await network.advance(MEASURED);
  for (const { system } of network.hosts) await system.stop({ within: 0 });
  const sorted = waits.toSorted((one, other) => one - other);
  return {
    waiting: waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
    longest: sorted[Math.floor(0.95 * sorted.length)]!,
    used: (100 * 8000 * (last.bytes - before)) / MEASURED / RATE,
  };
}

/** Pictures without end. */
function Camera(): Component<{}, { outbox: Uint8Array }> {
  return component(Camera, {
    outboxes: { outbox: "pictures" },
    *main(_, { outbox }) {
      while (yield) outbox.send(new Uint8Array(100_000));
    },
  });
}

/** Takes pictures, and says nothing. */
function Album(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Album, {
    inboxes: { inbox: "pictures" },
    outboxes: { outbox: "nothing" },
    *main({ inbox }) {
      while (yield inbox) while (inbox.length > 0) inbox.recv();
    },
  });
}

/** Small packets that say when they were sent, ten a second, by chance. */
function Pings(): Component<{}, { outbox: Uint8Array }> {
  return component(Pings, {
    outboxes: { outbox: "the time" },
    *main(_, { outbox }, self) {
      const { clock, random } = self.system;
      while (yield sleep(200 * random.next())) outbox.send(Buffer.from(String(clock.now())));
    },
  });
}

/** Says how long each has waited. */
function Stopwatch(note: (milliseconds: number) => void): Component<{ inbox: Datagram }, {}> {
  return component(Stopwatch, {
    inboxes: { inbox: "the time, when it was sent" },
    *main({ inbox }, _, self) {
      while (yield inbox) for (const [bytes] of inbox) note(self.system.clock.now() - Number(Buffer.from(bytes).toString()) - DELAY);
    },
  });
}
