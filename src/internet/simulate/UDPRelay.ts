// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type DatagramSocket, type Endpoint, producerFinished, settled } from "../../axon/index.ts";
import { atPort } from "./addresses.ts";
import { networkOf } from "../index.ts";
import { checkPort } from "../ports.ts";
import { randomOf, type SeedOptions } from "./seeded.ts";
import { type Faults, Way } from "./way.ts";

/** What goes wrong on the way to the target, and on the way back. */
export interface RelayFaults {
  readonly there?: Faults;
  readonly back?: Faults;
}

/** Between whom to relay, and how badly. */
export interface UDPRelayOptions extends RelayFaults, SeedOptions {
  /** Where datagrams go. */
  readonly target: Endpoint;
  /** An address of this machine. Default "127.0.0.1". */
  readonly host?: string;
  /** Default 0: any free one; the outbox "listening" says which. */
  readonly port?: number;
  /** Senders that are told apart at most; for more, the one that has been silent longest is forgotten. Default 1000. */
  readonly senders?: number;
}

/**
 * A proxy for datagrams that makes the network between two programs as bad as asked for. They may be other people's programs: one sends to the relay instead of
 * its target, and the answers come back through it. Each sender has a port of its own towards the target.
 *
 * A message to its inbox changes the faults from then on.
 *
 * @throws RangeError for ports and faults that there cannot be
 * @throws Error when it cannot have its port
 * @example
 * UDPRelay({ port: 5005, target: { address: "127.0.0.1", port: 5004 }, there: { delay: 40, jitter: 5, loss: 0.02 } });
 */
export function UDPRelay(options: UDPRelayOptions): Component<{ inbox: RelayFaults }, { listening: Endpoint }> {
  const { target, host = "127.0.0.1", port = 0, there = {}, back = {}, senders = 1000, seed } = options;
  checkPort(`relay from ${atPort(host, port)}`, port, 0);
  checkPort(`relay to ${atPort(target.address, target.port)}`, target.port, 1);
  return component(UDPRelay, {
    inboxes: { inbox: "other faults" },
    outboxes: { listening: "the address, once it is open" },
    *main({ inbox }, { listening }, self) {
      const random = randomOf(self, seed);
      const ways = { there: new Way(there, self.system.clock, random), back: new Way(back, self.system.clock, random) };
      const network = networkOf(self);
      const upstreams = new Map<string, DatagramSocket>();
      const open = Promise.withResolvers<void>();
      let failure: Error | undefined;
      const upstreamOf = (from: Endpoint): DatagramSocket => {
        const key = `${from.address} ${from.port}`;
        const known = upstreams.get(key);
        upstreams.delete(key); // and to the end of the list, as the latest
        const received = (bytes: Uint8Array): void => ways.back.send(bytes, (late) => void front.send(late, from));
        const ours = target.address.includes(":") ? "::" : "0.0.0.0";
        const upstream = known ?? network.bind({ host: ours, port: 0 }, { ...DEAF, received });
        upstreams.set(key, upstream);
        const [oldest] = upstreams;
        if (upstreams.size > senders && oldest !== undefined) {
          oldest[1].close();
          upstreams.delete(oldest[0]);
        }
        return upstream;
      };
      const received = (bytes: Uint8Array, from: Endpoint): void => {
        const upstream = upstreamOf(from);
        ways.there.send(bytes, (late) => void upstream.send(late, target));
      };
      const closed = (error?: Error): void => {
        failure = error;
        open.resolve();
        self.stop(producerFinished());
      };
      const opened = (at: Endpoint): void => {
        listening.send(at);
        open.resolve();
      };
      const done = self.system.expect(`datagrams to ${atPort(host, port)}`);
      const front = network.bind({ host, port }, { ...DEAF, opened, received, closed });
      try {
        yield* settled(open.promise);
        while (yield inbox) for (const faults of inbox) for (const way of ["there", "back"] as const) ways[way].change(faults[way] ?? {});
        if (failure !== undefined) throw failure;
      } finally {
        for (const way of Object.values(ways)) way.close();
        for (const socket of [front, ...upstreams.values()]) socket.close();
        done();
      }
    },
  });
}

/** Errors of single datagrams are losses like any other. */
const DEAF = { opened() {}, received() {}, drained() {}, failed() {}, closed() {} };
