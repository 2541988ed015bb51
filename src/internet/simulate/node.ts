// SPDX-License-Identifier: Apache-2.0
import { sendCut } from "./fragments.ts";
import type { Packet } from "./packet.ts";
import type { SimulatedLink } from "./SimulatedLink.ts";
import type { SimulatedNetwork } from "./SimulatedNetwork.ts";

/** A host or a router: passes on what is not for it. */
export class SimulatedNode {
  readonly name: string;
  readonly kind: "host" | "router";
  /** IPv4 first, then IPv6, unless the plan says otherwise. */
  readonly addresses: readonly string[];
  /** Packets that nobody could be found for, or that had passed too many routers. */
  undeliverable = 0;
  /** @internal */ readonly index: number;
  /** @internal */ readonly network: SimulatedNetwork;
  /** @internal What leaves from here. */ readonly links: SimulatedLink[] = [];
  /** @internal */ readonly linksTo: Map<SimulatedNode, SimulatedLink> = new Map();

  /** @internal */
  constructor(network: SimulatedNetwork, name: string, kind: "host" | "router", addresses: readonly string[], index: number) {
    this.network = network;
    this.name = name;
    this.kind = kind;
    this.addresses = addresses;
    this.index = index;
  }

  /** @internal A packet has come here. */
  receive(packet: Packet, _from: SimulatedLink): void {
    if (packet.target === undefined) return this.network.groups.forward(packet, this);
    if (--packet.ttl <= 0) this.refuse(packet, "time exceeded");
    else this.forward(packet);
  }

  /** @internal Sends a packet to one host on its way. */
  forward(packet: Packet): void {
    const link = this.network.routes.next(this, packet.target!);
    if (link === undefined) this.refuse(packet, "host");
    else if (packet.size <= link.mtu) link.send(packet);
    else if (packet.segment === undefined && this.network.fragments) sendCut(packet, link);
    else this.refuse(packet, "too big");
  }

  /** @internal Throws a packet away, and tells who sent it. */
  refuse(packet: Packet, reason: "host" | "time exceeded" | "too big" | "port"): void {
    this.undeliverable++;
    this.network.complain(packet, reason, this);
  }
}
