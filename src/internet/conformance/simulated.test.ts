// SPDX-License-Identifier: Apache-2.0
import { chain, SimulatedNetwork } from "../simulate/index.ts";
import { datagramsConform, type Hosts, streamsConform } from "./parts.ts";

/** Two hosts with two routers between them. */
function simulated(loss: number): () => Hosts {
  return () => {
    const network = new SimulatedNetwork(chain(["one", "west", "east", "other"], { delay: 3, rate: 50e6, loss }));
    const [one, other] = [network.host("one"), network.host("other")];
    return { one, other, oneAddress: one.address, otherAddress: other.address };
  };
}

/** Two hosts side by side, by their IPv6 addresses. */
function six(): Hosts {
  const network = new SimulatedNetwork(chain(["one", "other"], { delay: 1, rate: 50e6 }));
  const [one, other] = [network.host("one"), network.host("other")];
  return { one, other, oneAddress: one.addresses[1]!, otherAddress: other.addresses[1]! };
}

streamsConform("SimulatedNetwork over IPv6", six);
streamsConform("SimulatedNetwork", simulated(0));
streamsConform("SimulatedNetwork with 2 % loss at each link", simulated(0.02));
datagramsConform("SimulatedNetwork", simulated(0));
datagramsConform("SimulatedNetwork over IPv6", six);
