// SPDX-License-Identifier: Apache-2.0
import { NodeNetwork } from "../NodeNetwork.ts";
import { datagramsConform, type Hosts, streamsConform } from "./parts.ts";

function loopback(): Hosts {
  const network = new NodeNetwork();
  return { one: network, other: network, oneAddress: "127.0.0.1", otherAddress: "127.0.0.1" };
}

streamsConform("NodeNetwork over loopback", loopback);
datagramsConform("NodeNetwork over loopback", loopback);
