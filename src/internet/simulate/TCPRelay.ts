// SPDX-License-Identifier: Apache-2.0
import {
  type AnyComponent,
  type Component,
  component,
  type Connection,
  type ConnectionEvents,
  type Endpoint,
  producerFinished,
  type Random,
  settled,
} from "../../axon/index.ts";
import { atPort } from "./addresses.ts";
import { networkOf } from "../index.ts";
import { type RelayPlaces, relayPlaces } from "./relayed.ts";
import { randomOf } from "./seeded.ts";
import { checkStream, type StreamFaults, StreamWay } from "./streamWay.ts";

/** What goes wrong on the way to the target, and on the way back. */
export interface TCPRelayFaults {
  readonly there?: StreamFaults;
  readonly back?: StreamFaults;
}

/** Between whom to relay, and how badly. */
export interface TCPRelayOptions extends TCPRelayFaults, RelayPlaces {}

/**
 * A proxy for connections that makes the network between two programs as bad as asked for: slow, thin, cut into slices, cut off. They may be other people's
 * programs: one connects to the relay instead of its target.
 *
 * A message to its inbox changes the faults from then on, also of the connections that are there. When it ends, they are cut.
 *
 * @throws RangeError for ports and faults that there cannot be, TypeError without a target
 * @throws Error when it cannot listen
 * @example
 * TCPRelay({ port: 8081, target: { address: "127.0.0.1", port: 8080 }, back: { delay: 200, rate: 256_000, slice: 100 } });
 */
export function TCPRelay(options: TCPRelayOptions): Component<{ inbox: TCPRelayFaults }, { listening: Endpoint }> {
  const { target, host, port } = relayPlaces(options);
  const { there = {}, back = {}, seed } = options;
  for (const faults of [there, back]) checkStream(faults);
  return component(TCPRelay, {
    inboxes: { inbox: "other faults" },
    outboxes: { listening: "the address, once it listens" },
    *main({ inbox }, { listening }, self) {
      const relay = new Relay(self, target, { there, back }, randomOf(self, seed));
      const open = Promise.withResolvers<void>();
      let failure: Error | undefined;
      const closed = (error?: Error): void => {
        failure = error;
        open.resolve();
        self.stop(producerFinished());
      };
      const opened = (at: Endpoint): void => {
        listening.send(at);
        open.resolve();
      };
      const done = self.system.expect(`connections to ${atPort(host, port)}`);
      const accepted = (connection: Connection): ConnectionEvents => relay.accept(connection);
      const listener = networkOf(self).listen({ host, port }, { listening: opened, accepted, closed });
      try {
        yield* settled(open.promise);
        while (yield inbox) for (const faults of inbox) relay.change(faults);
        if (failure !== undefined) throw failure;
      } finally {
        listener.close();
        relay.cut();
        done();
      }
    },
  });
}

/** The connections of a relay. */
class Relay {
  readonly #component: AnyComponent;
  readonly #target: Endpoint;
  readonly #random: Random;
  readonly #pairs = new Set<{ readonly there: StreamWay; readonly back: StreamWay; readonly cut: () => void }>();
  #faults: Required<TCPRelayFaults>;

  constructor(relay: AnyComponent, target: Endpoint, faults: Required<TCPRelayFaults>, random: Random) {
    this.#component = relay;
    this.#target = target;
    this.#faults = faults;
    this.#random = random;
  }

  change({ there = {}, back = {} }: TCPRelayFaults): void {
    const all = { there: { ...this.#faults.there, ...there }, back: { ...this.#faults.back, ...back } };
    for (const faults of [all.there, all.back]) checkStream(faults);
    this.#faults = all;
    for (const pair of this.#pairs) {
      pair.there.change(this.#faults.there);
      pair.back.change(this.#faults.back);
    }
  }

  cut(): void {
    for (const pair of this.#pairs) pair.cut();
  }

  /** Somebody has connected: connects to the target for them. */
  accept(client: Connection): ConnectionEvents {
    const { clock } = this.#component.system;
    const cut = (): void => {
      this.#pairs.delete(pair);
      client.abort();
      server.abort();
    };
    const events = (mine: () => StreamWay, yours: () => StreamWay, opened: () => void): ConnectionEvents => ({
      opened,
      data: (bytes) => mine().data(bytes),
      ended: () => mine().ended(),
      drained: () => yours().drained(),
      finished() {},
      closed: (error) => (error === undefined ? over() : cut()),
    });
    let open = 2;
    const over = (): void => {
      if (--open === 0) this.#pairs.delete(pair);
    };
    const there = (): StreamWay => pair.there;
    const back = (): StreamWay => pair.back;
    const { address: host, port } = this.#target;
    const server = networkOf(this.#component).connect(
      { host, port },
      events(back, there, () => client.resume()),
    );
    const pair = {
      there: new StreamWay(this.#faults.there, client, server, clock, this.#random, cut),
      back: new StreamWay(this.#faults.back, server, client, clock, this.#random, cut),
      cut,
    };
    this.#pairs.add(pair);
    return events(there, back, () => {});
  }
}
