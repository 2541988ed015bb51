// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated network in virtual time, under the same components as the real one; and components that make any linkage as bad as a network.
 *
 * @module
 */
export { Capture } from "./Capture.ts";
export { CapturingNetwork, type CapturingOptions } from "./CapturingNetwork.ts";
export type { Distribution } from "./chance.ts";
export { Corrupt } from "./Corrupt.ts";
export { Duplicate } from "./Duplicate.ts";
export { GilbertElliott } from "./GilbertElliott.ts";
export { Jitter, type JitterOptions } from "./Jitter.ts";
export { type LinkOptions, mahimahiTrace, type Queue } from "./linkOptions.ts";
export type { Loss } from "./loss.ts";
export { RateLimit, type RateLimitOptions } from "./RateLimit.ts";
export { Reorder, type ReorderOptions } from "./Reorder.ts";
export type { ChanceOptions, SeedOptions } from "./seeded.ts";
export { chain, dumbbell, type DumbbellLinks, randomGraph, type RandomGraphOptions, star, tree, type TreeLinks } from "./shapes.ts";
export { SimulatedHost } from "./SimulatedHost.ts";
export { type Fate, SimulatedLink } from "./SimulatedLink.ts";
export { SimulatedNetwork, type SimulatedNetworkOptions } from "./SimulatedNetwork.ts";
export { SimulatedNode } from "./node.ts";
export { SimulatedSystem } from "./system.ts";
export type { TCPOptions } from "./tcp/options.ts";
export { TCPRelay, type TCPRelayFaults, type TCPRelayOptions } from "./TCPRelay.ts";
export type { StreamFaults } from "./streamWay.ts";
export { Throwaway } from "./Throwaway.ts";
export { type LinkPlan, type NodePlan, Topology, TopologyBuilder, topologyFromFile, type TopologyPlan, traceFromFile } from "./Topology.ts";
export type { TraceHash } from "./traceHash.ts";
export { type RelayFaults, UDPRelay, type UDPRelayOptions } from "./UDPRelay.ts";
export type { Faults } from "./way.ts";
