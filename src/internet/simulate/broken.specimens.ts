// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { Corrupt } from "./Corrupt.ts";
import { Duplicate } from "./Duplicate.ts";
import { GilbertElliott } from "./GilbertElliott.ts";
import { Jitter } from "./Jitter.ts";
import { RateLimit } from "./RateLimit.ts";
import { Reorder } from "./Reorder.ts";
import { TCPRelay } from "./TCPRelay.ts";
import { Throwaway } from "./Throwaway.ts";
import { UDPRelay } from "./UDPRelay.ts";

const LETTERS = [..."abcdefghijklmnop"];
const BYTES = LETTERS.map((letter) => Buffer.from(letter.repeat(100)));

const howMany = (messages: readonly unknown[]): number => messages.length;

export const specimens: Specimens = {
  Capture: "a record of packets, no component",
  CapturingNetwork: "a network, no component",
  Corrupt: specimen(() => Corrupt({ probability: 0.5, seed: 1 }), { inbox: BYTES }),
  Duplicate: specimen(() => Duplicate({ probability: 0.5, seed: 1 }), { inbox: LETTERS }),
  GilbertElliott: specimen(() => GilbertElliott(0.3, 0.5, 1, 0, { seed: 1 }), { inbox: LETTERS }),
  Jitter: [
    specimen(() => Jitter({ delay: 50, jitter: 30, seed: 1 }), { inbox: LETTERS }),
    specimen(() => Jitter({ delay: 50, jitter: 30, keepOrder: true, seed: 1 }), { inbox: LETTERS }),
  ],
  RateLimit: [
    specimen(() => RateLimit({ rate: 100_000 }), { inbox: BYTES }),
    specimen(() => RateLimit({ rate: 100_000, burst: 300, queue: 100 }), { inbox: BYTES }),
  ],
  Reorder: specimen(() => Reorder({ window: 4, seed: 1 }), { inbox: LETTERS }),
  TCPRelay: specimen(() => TCPRelay({ target: { address: "127.0.0.1", port: 9 } }), { inbox: [{}, {}, {}] }, { compare: howMany }),
  UDPRelay: specimen(() => UDPRelay({ target: { address: "127.0.0.1", port: 9 } }), { inbox: [{}, {}, {}] }, { compare: howMany }),
  Throwaway: specimen(() => Throwaway({ probability: 0.3, seed: 1 }), { inbox: LETTERS }),
  SimulatedHost: "a host of a simulated network, no component",
  SimulatedLink: "a link of a simulated network, no component",
  SimulatedNetwork: "a network, no component",
  SimulatedNode: "a node of a simulated network, no component",
  SimulatedSystem: "a system, no component",
  Topology: "a plan of a network, no component",
  TopologyBuilder: "a plan of a network, no component",
};
