// SPDX-License-Identifier: Apache-2.0
import type { Endpoint } from "../../axon/index.ts";
import type { Segment } from "./tcp/segment.ts";
import type { SimulatedNode } from "./node.ts";

/** Bytes of an IPv4 header without options, an IPv6 header, and a UDP header. @internal */
export const IPV4_HEADER = 20;
/** @internal */
export const IPV6_HEADER = 40;
/** @internal */
export const UDP_HEADER = 8;

/** Where a piece of a datagram belongs that was too large for a link. @internal */
export interface Fragment {
  /** The same in all pieces of a datagram. */
  readonly id: number;
  /** Bytes of the datagram (with its UDP header) before this piece. */
  readonly offset: number;
  readonly last: boolean;
  /** The datagram that it is a piece of. */
  readonly whole: Packet;
}

/** That a datagram could not be delivered (ICMP destination unreachable). @internal */
export interface Unreachable {
  readonly reason: "port" | "host" | "time exceeded" | "too big";
  /** The packet that was not delivered. */
  readonly about: Packet;
}

/**
 * What travels: an IP packet. It is never changed on its way, because those that go to a group are the same object for everybody; only the number of routers
 * that it may still pass is, in a packet to one host.
 *
 * @internal
 */
export class Packet {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Whom it goes to, if that is one host. */
  readonly target: SimulatedNode | undefined;
  readonly source: SimulatedNode;
  /** Bytes with all headers from IP on. */
  readonly size: number;
  readonly payload: Uint8Array;
  /** What TCP says. Undefined: it is UDP, or a message of the network. */
  readonly segment: Segment | undefined;
  readonly fragment: Fragment | undefined;
  readonly unreachable: Unreachable | undefined;
  /** Routers it may still pass. */
  ttl: number;
  /** Bits were flipped: its checksum is wrong. */
  damaged = false;

  constructor(
    source: SimulatedNode,
    from: Endpoint,
    target: SimulatedNode | undefined,
    to: Endpoint,
    size: number,
    payload: Uint8Array,
    ttl: number,
    segment?: Segment,
    fragment?: Fragment,
    unreachable?: Unreachable,
  ) {
    this.source = source;
    this.from = from;
    this.target = target;
    this.to = to;
    this.size = size;
    this.payload = payload;
    this.ttl = ttl;
    this.segment = segment;
    this.fragment = fragment;
    this.unreachable = unreachable;
  }

  /** Another packet like this one, perhaps with other bytes. */
  copy(payload: Uint8Array = this.payload): Packet {
    const { source, from, target, to, size, ttl, segment, fragment, unreachable } = this;
    const copy = new Packet(source, from, target, to, size, payload, ttl, segment, fragment, unreachable);
    copy.damaged = this.damaged;
    return copy;
  }
}
