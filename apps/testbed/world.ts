// SPDX-License-Identifier: Apache-2.0
// The network that `npm run testbed` plays with, who is on it, and what happens to it.
import { type Component, component, sleep } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { type Datagram, SimpleServer, TCPClient, UDPReceiver, UDPSender } from "kamaelia/internet";
import { type Capture, type SimulatedLink, SimulatedNetwork, Topology } from "kamaelia/internet/simulate";

/** Something that happens, at so many seconds. */
export interface Scene {
  readonly at: number;
  readonly title: string;
  /** For a plot. */
  readonly word: string;
  happen(line: SimulatedLink): void;
}

/** What was measured in half a second. */
export interface Sample {
  /** Seconds. */
  readonly at: number;
  /** Milliseconds that what was said was on its way; undefined if nothing was heard. */
  readonly delay: number | undefined;
  /** How much of what was said was heard, 0 to 1. */
  readonly heard: number;
  /** Mbit/s of pictures that came over the line, with the headers of their packets. */
  readonly pictures: number;
  /** Packets that wait before the line. */
  readonly waiting: number;
  /** Packets that were lost on the line, or found no room. */
  readonly lost: number;
}

/** Seconds that it all takes. */
export const LENGTH = 120;
/** Bits in a second. */
export const RATE = 1_000_000;
/** Packets that may wait before the line. */
export const ROOM = 100;
/** Milliseconds between two samples, and between two packets of speech. */
const [SAMPLE, SYLLABLE] = [500, 20];
const PICTURE = 60_000;

export const SCENES: readonly Scene[] = [
  { at: 0, title: "Anna calls Bert, and nobody else is on the line", word: "a call", happen() {} },
  { at: 10, title: "holiday pictures from the laptop fill the queue", word: "pictures", happen() {} },
  {
    at: 40,
    title: "CoDel takes care of the queue",
    word: "CoDel",
    happen: (line) => line.change({ queue: { discipline: "codel", packets: ROOM } }),
  },
  {
    at: 70,
    title: "rain: the line loses packets, many in a row",
    word: "rain",
    happen: (line) => line.change({ loss: { gemodel: [0.004, 0.2] } }),
  },
  { at: 90, title: "a digger cuts the cable", word: "cut", happen: (line) => void (line.up = false) },
  { at: 97, title: "it is mended, and the sky is blue", word: "mended", happen: mend },
];

function mend(line: SimulatedLink): void {
  line.up = true;
  line.change({ loss: 0 });
}

/** Two homes and what is between them, for two minutes. */
export class World {
  readonly network: SimulatedNetwork;
  readonly samples: Sample[] = [];
  readonly capture: Capture;
  readonly #line: SimulatedLink;
  readonly #back: SimulatedLink;
  scene: Scene = SCENES[0]!;
  /** How late the packets of speech were that came since the last sample. */
  #delays: number[] = [];
  /** What had been lost, and bytes that had come, at the last sample. */
  #lost = 0;
  #bytes = 0;

  /** @param speed milliseconds of the simulation in one of real time; Infinity: as fast as it goes */
  constructor({ seed, speed }: { readonly seed: number; readonly speed: number }) {
    const plan = Topology().hosts("anna", "laptop", "bert", "album").routers("modem", "exchange");
    for (const home of ["anna", "laptop"]) plan.link(home, "modem", { delay: 1, rate: 100e6 });
    plan.link("modem", "exchange", { delay: 15, rate: RATE, queue: { packets: ROOM } });
    for (const far of ["bert", "album"]) plan.link("exchange", far, { delay: 4, rate: 100e6 });
    this.network = new SimulatedNetwork(plan, { seed, ...(speed < Infinity && { speed }) });
    this.#line = this.network.link("modem", "exchange");
    this.#back = this.network.link("exchange", "modem");
    this.capture = this.network.capture(["modem", "exchange"]);
  }

  /** Everybody does what they do, up to the end; calls back after each sample. Fulfilled when it is over. */
  async play(look: () => void): Promise<void> {
    const system = (host: string) => this.network.host(host).system;
    system("bert").activate(
      Pipeline(
        UDPReceiver({ localPort: 4000 }),
        Ear((delay) => this.#delays.push(delay)),
      ),
    );
    system("anna").activate(Pipeline(Voice(), UDPSender({ receiverAddress: "bert", receiverPort: 4000 })));
    system("album").activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: Album }));
    system("laptop").activate(Pipeline(Camera(), TCPClient({ host: "album", port: 80, delay: SCENES[1]!.at * 1000 })));
    system("anna").activate(Director((scene) => this.#change(scene)));
    await system("anna").run(Watch(() => (this.#sample(), look())));
    this.capture.stop();
    for (const host of this.network.hosts) await host.system.stop({ within: 0 });
  }

  get up(): boolean {
    return this.#line.up;
  }

  #change(scene: Scene): void {
    this.scene = scene;
    scene.happen(this.#line);
    if (this.#back.up !== this.#line.up) this.#back.up = this.#line.up;
  }

  #sample(): void {
    const { bytes } = this.network.link("exchange", "album");
    const lost = this.#line.lost + this.#line.dropped + this.#line.cut;
    this.samples.push({
      at: this.network.clock.now() / 1000,
      delay: this.#delays.length === 0 ? undefined : this.#delays.reduce((sum, delay) => sum + delay, 0) / this.#delays.length,
      heard: Math.min(1, this.#delays.length / (SAMPLE / SYLLABLE)),
      pictures: (8 * (bytes - this.#bytes)) / SAMPLE / 1000,
      waiting: this.#line.waiting,
      lost: lost - this.#lost,
    });
    this.#lost = lost;
    this.#bytes = bytes;
    this.#delays = [];
  }
}

/** Calls back at each scene. */
function Director(change: (scene: Scene) => void): Component<{}, {}> {
  return component(Director, {
    *main(_, __, self) {
      for (const scene of SCENES) {
        if (!(yield sleep(Math.max(0, scene.at * 1000 - self.system.clock.now())))) return;
        change(scene);
      }
    },
  });
}

/** Calls back twice a second, up to the end. */
function Watch(look: () => void): Component<{}, {}> {
  return component(Watch, {
    *main(_, __, self) {
      while (self.system.clock.now() < LENGTH * 1000 && (yield sleep(SAMPLE))) look();
    },
  });
}

/** Speaks: a packet every 20 ms, which begins with the time. */
function Voice(): Component<{}, { outbox: Uint8Array }> {
  return component(Voice, {
    outboxes: { outbox: "packets of 160 bytes" },
    *main(_, { outbox }, self) {
      while (yield sleep(SYLLABLE)) outbox.send(Buffer.from(`${self.system.clock.now()} `.padEnd(160, ".").slice(0, 160), "latin1"));
    },
  });
}

/** Hears, and says how late. */
function Ear(hear: (delay: number) => void): Component<{ inbox: Datagram }, {}> {
  return component(Ear, {
    inboxes: { inbox: "packets that begin with the time" },
    *main({ inbox }, _, self) {
      while (yield inbox)
        for (const [bytes] of inbox) hear(self.system.clock.now() - Number.parseFloat(Buffer.from(bytes).toString("latin1")));
    },
  });
}

/** Pictures without end. */
function Camera(): Component<{}, { outbox: Uint8Array }> {
  return component(Camera, {
    outboxes: { outbox: "pictures" },
    *main(_, { outbox }) {
      while (yield) outbox.send(new Uint8Array(PICTURE));
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
