// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type DatagramSocket, type Endpoint, producerFinished, settled } from "../../axon/index.ts";
import { atPort, isGroup } from "./addresses.ts";
import { networkOf } from "../index.ts";
import { checkRelay } from "./linkOptions.ts";
import { type RelayPlaces, relayPlaces } from "./relayed.ts";
import { randomOf } from "./seeded.ts";
import { type Faults, Way } from "./way.ts";

/** What goes wrong on the way to the target, and on the way back. */
export interface RelayFaults {
  readonly there?: Faults;
  readonly back?: Faults;
}

/** Between whom to relay, and how badly. */
export interface UDPRelayOptions extends RelayFaults, RelayPlaces {
  /** Senders that are told apart at most; for more, the one that has been silent longest is forgotten. Default 1000. */
  readonly senders?: number;
}

/**
 * A proxy for datagrams that makes the network between two programs as bad as asked for. They may be other people's programs: one sends to the relay instead of
 * its target, and the answers come back through it. Each sender has a port of its own towards the target, which takes answers of the target only (of anybody if
 * the target is a group).
 *
 * A message to its inbox changes the faults from then on.
 *
 * @throws RangeError for ports and faults that there cannot be, TypeError without a target
 * @throws Error when it cannot have its port
 * @example
 * UDPRelay({ port: 5005, target: { address: "127.0.0.1", port: 5004 }, there: { delay: 40, jitter: 5, loss: 0.02 } });
 */
export function UDPRelay(options: UDPRelayOptions): Component<{ inbox: RelayFaults }, { listening: Endpoint }> {
  const { target, host, port } = relayPlaces(options);
  const { there = {}, back = {}, senders = 1000, seed } = options;
  for (const faults of [there, back]) checkRelay(faults);
  if (!(senders >= 1)) throw new RangeError(`Cannot tell ${senders} senders apart: give 1 or more`);
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
      const peer = isGroup(target.address) ? {} : { peer: { host: target.address, port: target.port } };
      const upstreamOf = (from: Endpoint): DatagramSocket => {
        const key = `${from.address} ${from.port}`;
        const known = upstreams.get(key);
        upstreams.delete(key); // and to the end of the list, as the latest
        const received = (bytes: Uint8Array): void => ways.back.send(bytes, (late) => void front.send(late, from));
        const ours = target.address.includes(":") ? "::" : "0.0.0.0";
        const closed = (): void => {
          if (upstreams.get(key) === upstream) upstreams.delete(key); // the target was not found: the next datagram tries again
        };
        const upstream: DatagramSocket = known ?? network.bind({ host: ours, port: 0 }, { ...DEAF, received, closed }, peer);
        upstreams.set(key, upstream);
        const [oldest] = upstreams;
        if (upstreams.size > senders && oldest !== undefined) {
          oldest[1].close();
          upstreams.delete(oldest[0]);
        }
        return upstream;
      };
      const to: [Endpoint?] = isGroup(target.address) ? [target] : [];
      const received = (bytes: Uint8Array, from: Endpoint): void => {
        const upstream = upstreamOf(from);
        ways.there.send(bytes, (late) => void upstream.send(late, ...to));
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
