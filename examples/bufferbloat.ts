// SPDX-License-Identifier: Apache-2.0
// Somebody at home sends holiday pictures over a thin line. How long does every other packet wait behind them, with a large buffer, and with CoDel?
// A minute of a network in a moment: the same TCPClient and TCPServer as on the real one, in virtual time.
import { type Component, component, sleep } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { SimpleServer, TCPClient } from "kamaelia/internet";
import { SimulatedNetwork, Topology } from "kamaelia/internet/simulate";

const RATE = 2_000_000; // bits in a second

/** Pictures without end. */
function Camera(): Component<{}, { outbox: Uint8Array }> {
  return component(Camera, {
    outboxes: { outbox: "pictures" },
    *main(_, { outbox }) {
      while (yield) outbox.send(new Uint8Array(100_000));
    },
  });
}

/** Takes pictures, and says nothing but to whom counts them. */
function Album(add: (bytes: number) => void): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Album, {
    inboxes: { inbox: "pictures" },
    outboxes: { outbox: "nothing" },
    *main({ inbox }) {
      while (yield inbox) for (const { length } of inbox) add(length);
    },
  });
}

/** Watches the line: a row every three seconds, with a mark for each 20 ms that a packet waits. */
function Watch(waiting: () => number): Component<{}, {}> {
  return component(Watch, {
    *main(_inboxes, _outboxes, self) {
      const { clock } = self.system;
      for (let second = 3; second <= 30 && (yield sleep(second * 1000 - clock.now())); second += 3) {
        const milliseconds = (waiting() * 8000) / RATE;
        console.log(`${String(second).padStart(3)} s ${"▒".repeat(Math.round(milliseconds / 20))} ${milliseconds.toFixed(0)} ms`);
      }
    },
  });
}

for (const discipline of ["drop-tail", "codel"] as const) {
  console.log(discipline);
  const home = Topology().hosts("home", "server").routers("modem").link("home", "modem", { delay: 1, rate: 100e6 });
  const plan = home.link("modem", "server", { delay: 15, rate: RATE, queue: { discipline, packets: 200 } });
  let bytes = 0;
  const network = new SimulatedNetwork(plan);
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: () => Album((more) => (bytes += more)) }));
  network.host("home").system.activate(Pipeline(Camera(), TCPClient({ host: "server", port: 80 })));
  const line = network.link("modem", "server");
  await network.host("home").system.run(Watch(() => line.waitingBytes));
  await network.host("home").system.stop({ within: 0 });
  console.log(`    ${((bytes * 8) / network.clock.now() / 1000).toFixed(2)} Mbit/s arrived`);
}

// Output:
// drop-tail
//   3 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 972 ms
//   6 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1194 ms
//   9 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1200 ms
//  12 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 930 ms
//  15 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1092 ms
//  18 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1134 ms
//  21 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 828 ms
//  24 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1122 ms
//  27 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 858 ms
//  30 s ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1020 ms
//     1.94 Mbit/s arrived
// codel
//   3 s ▒ 12 ms
//   6 s ▒ 12 ms
//   9 s ▒ 12 ms
//  12 s  6 ms
//  15 s ▒ 18 ms
//  18 s ▒ 18 ms
//  21 s ▒ 12 ms
//  24 s ▒ 12 ms
//  27 s ▒ 12 ms
//  30 s  6 ms
//     1.93 Mbit/s arrived
