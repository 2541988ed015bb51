// SPDX-License-Identifier: Apache-2.0
// A radio station: what it sends once, everybody in the group hears; who tunes in late hears the rest. The network is simulated, so it is the same every time.
import { type AnyComponent, type Component, component, sleep } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { type MulticastDatagram, Multicast_receiver, Multicast_sender } from "kamaelia/internet";
import { SimulatedNetwork, star } from "kamaelia/internet/simulate";
import { RecoverOrder } from "kamaelia/protocol";
import { RTPDeframer, RTPFramer, RTPPacer, RTPSource, type RTPContent, type RTPParsed } from "kamaelia/protocol/rtp";
import { DataSource, PureTransformer } from "kamaelia/util";

const words = "this is radio kamaelia with the news of the day".split(" ");
const network = new SimulatedNetwork(star(["station", "kitchen", "car"], { delay: 5, jitter: 3 }), { seed: 1 });

// #region station
const contents = words.map((word, n): RTPContent => ({ payloadtype: 96, payload: Buffer.from(word), timestamp: n * 8000, ssrc: 7 }));
const pace = RTPPacer({ clockRate: 8000 }); // one word a second
const station = Pipeline(DataSource(contents), pace, RTPFramer(), Multicast_sender({ remoteAddress: "239.1.2.3", remotePort: 5004 }));
// #endregion

// #region receiver
function Radio(name: string) {
  const receiver = Multicast_receiver({ address: "239.1.2.3", port: 5004 });
  const packets = PureTransformer(([, bytes]: MulticastDatagram) => bytes);
  const order = RecoverOrder<RTPParsed>({ timeout: 200 });
  return Pipeline(receiver, packets, RTPDeframer(), RTPSource(), order, Note(name));
}
// #endregion

const heard: Record<string, string[]> = { kitchen: [], car: [] };

/** Notes what it hears. */
function Note(name: string): Component<{ inbox: readonly [number, RTPParsed] }, {}> {
  return component(Note, {
    inboxes: { inbox: "packets" },
    *main({ inbox }) {
      while (yield inbox) for (const [, { payload }] of inbox) heard[name]!.push(Buffer.from(payload).toString());
    },
  });
}

/** Waits, then runs something. */
function After(ms: number, make: () => AnyComponent): Component<{}, {}> {
  return component(After, {
    *main(_, __, self) {
      if (yield sleep(ms)) self.system.activate(make());
    },
  });
}

// #region run
network.host("kitchen").system.activate(Radio("kitchen"));
network.host("car").system.activate(After(5500, () => Radio("car"))); // on the road at last
network.host("station").system.activate(After(500, () => station));
await station.ended;
await network.quiet();
// #endregion

for (const [name, list] of Object.entries(heard)) console.log(`${name}: ${list.join(" ")}`);
for (const name of ["kitchen", "car"]) await network.host(name).system.stop();

// Output:
// kitchen: this is radio kamaelia with the news of the day
// car: the news of the day
