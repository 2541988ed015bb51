// SPDX-License-Identifier: Apache-2.0
// What tests of protocols over bad networks need.
import type { TestContext } from "node:test";
import { type Component, component, sleep } from "../axon/index.ts";
import { type LinkOptions, SimulatedNetwork, star } from "../internet/simulate/index.ts";
import { seedOf } from "../testing/index.ts";

/** Between each host and the middle: losses come in bursts of two, 2 % of all packets; some come twice, and packets overtake each other. */
const BAD: LinkOptions = { delay: 20, jitter: 15, loss: { gemodel: [0.01, 0.5] }, duplicate: 0.02 };

/** For connections: a burst as long as a few attempts to send again would make them wait for half a minute. */
export const SINGLY: LinkOptions = { ...BAD, loss: 0.02 };

/** A bad network of these hosts around a middle. Says its seed; KAMAELIA_SEED gives another one. @internal */
export function badNetwork(t: TestContext, hosts: readonly string[], bad: LinkOptions = BAD): SimulatedNetwork {
  const seed = seedOf(t.name);
  t.diagnostic(`KAMAELIA_SEED=${seed}`);
  const network = new SimulatedNetwork(star([...hosts], bad), { seed });
  t.after(() => Promise.all(hosts.map((name) => network.host(name).system.stop())));
  return network;
}

/** Sends one after the other, so many milliseconds apart. @internal */
export function Paced<T>(messages: readonly T[], every: number): Component<{}, { outbox: T }> {
  return component(Paced, {
    outboxes: { outbox: "one after the other" },
    *main(_, { outbox }) {
      for (const message of messages) {
        outbox.send(message);
        if (!(yield sleep(every))) return;
      }
    },
  });
}
