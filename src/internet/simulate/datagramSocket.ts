// SPDX-License-Identifier: Apache-2.0
import type { DatagramEvents, DatagramOptions, DatagramSocket, Endpoint, Membership } from "../../axon/index.ts";
import { atPort, canonical, isAny, isGroup } from "./addresses.ts";
import { type Code, failure } from "./errors.ts";
import { BROADCAST } from "./multicast.ts";
import { IPV4_HEADER, IPV6_HEADER, Packet, UDP_HEADER, type Unreachable } from "./packet.ts";
import type { SimulatedHost } from "./SimulatedHost.ts";
import type { SimulatedNode } from "./node.ts";
import { Once } from "./timeline.ts";

/** The most bytes in one datagram over IPv4, whose length counts its own header, and over IPv6, whose length does not. */
const [MOST, MOST_SIX] = [65_507, 65_527];
const DEFAULT_TTL = 64;
/** Bytes that may wait, as on Linux. */
const DEFAULT_BUFFER = 212_992;

const WHY: Readonly<Record<Unreachable["reason"], Code>> = {
  port: "ECONNREFUSED",
  host: "EHOSTUNREACH",
  "time exceeded": "EHOSTUNREACH",
  "too big": "EMSGSIZE",
};

/** Where one has sent to before, so that it need not be looked for again. */
interface Way {
  /** As it was asked for, perhaps by name. */
  readonly asked: Endpoint;
  readonly to: Endpoint;
  readonly from: Endpoint;
  readonly target: SimulatedNode | undefined;
  readonly header: number;
  readonly ttl: number;
}

/** A datagram socket on a simulated host. Receivers of one multicast get the same bytes: who changes them copies them. */
export class SimulatedDatagramSocket implements DatagramSocket {
  local: Endpoint;
  lost = 0;
  readonly #host: SimulatedHost;
  readonly #events: DatagramEvents;
  readonly #options: DatagramOptions;
  readonly #peer: Endpoint | undefined;
  /** The sources that are wanted of each group; "" for all. A member of none of them hears no group. */
  readonly #groups = new Map<string, string[]>();
  #way: Way | undefined;
  /** Where the last datagram of a group went that was wanted, and whence: so are those after it. */
  #knownTo: Endpoint | undefined;
  #knownFrom: Endpoint | undefined;
  #waiting: Packet[] = [];
  #waitingBytes = 0;
  #paused = false;
  #held = false;
  #closed = false;

  /** @internal */
  constructor(
    host: SimulatedHost,
    at: Endpoint | { readonly host: string; readonly port: number },
    events: DatagramEvents,
    options: DatagramOptions,
  ) {
    const name = "host" in at ? at.host : at.address;
    const address = isGroup(name) ? name : (host.resolve(name) ?? name);
    this.#host = host;
    this.#events = events;
    this.#options = options;
    const { peer } = options;
    const peerAddress = peer === undefined ? undefined : host.resolve(peer.host);
    this.#peer = peer === undefined || peerAddress === undefined ? undefined : { address: peerAddress, port: peer.port };
    const what = `bind to ${atPort(name, at.port)}`;
    let error: Error | undefined;
    if (!isGroup(address) && !host.isOurs(address)) error = failure(what, "EADDRNOTAVAIL");
    else if (at.port > 0 && this.#isTaken(address, at.port)) error = failure(what, "EADDRINUSE");
    else if (peer !== undefined && peerAddress === undefined) error = failure(`send to ${atPort(peer.host, peer.port)}`, "ENOTFOUND");
    const port = at.port > 0 || error !== undefined ? at.port : host.freePort((free) => host.socketsAt(free).length === 0);
    this.local = { address, port };
    if (error === undefined) host.addSocket(port, this);
    else this.#closed = true;
    this.#later(() => this.#open(error));
  }

  send(bytes: Uint8Array, to: Endpoint | undefined = this.#peer): boolean {
    if (!ArrayBuffer.isView(bytes)) throw new TypeError(`Cannot send ${String(bytes)} as a datagram: give bytes, a Uint8Array`);
    if (this.#closed) return true;
    if (to === undefined) return this.#fail("send a datagram", "EDESTADDRREQ");
    const last = this.#way;
    const way = last !== undefined && last.asked.port === to.port && last.asked.address === to.address ? last : this.#wayTo(to);
    if (way === undefined) return true;
    const { from, target, header, ttl } = way;
    if (bytes.length > MOST && bytes.length > (from.address.includes(":") ? MOST_SIX : MOST))
      return this.#fail(`send ${bytes.length} bytes to ${atPort(to.address, to.port)}`, "EMSGSIZE", to);
    const packet = new Packet(this.#host, from, target, way.to, header + bytes.length, bytes, ttl);
    this.#host.emit(packet);
    if (target === undefined && this.#options.multicastLoopback !== false) this.#host.loopback.send(packet);
    return this.#room();
  }

  join(group: string, { source }: Membership = {}): void {
    if (this.#closed) return;
    const address = canonical(group);
    const wanted = source === undefined ? "" : (this.#host.resolve(source) ?? source);
    const sources = this.#groups.get(address) ?? [];
    if (!isGroup(address) || sources.includes(wanted)) return void this.#fail(`join the group ${group}`, "EINVAL");
    this.#groups.set(address, [...sources, wanted]);
    this.#report(() => this.#host.network.groups.joined(address, this.#host, source === undefined ? undefined : wanted), 0);
  }

  leave(group: string, { source }: Membership = {}): void {
    if (this.#closed) return;
    const address = canonical(group);
    const wanted = source === undefined ? "" : (this.#host.resolve(source) ?? source);
    if (this.#groups.get(address)?.includes(wanted) !== true) return void this.#fail(`leave the group ${group}`, "EINVAL");
    this.#quit(address, wanted);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#later(() => this.#handOver());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const [group, sources] of this.#groups) for (const source of sources) this.#quit(group, source);
    this.#host.removeSocket(this.local.port, this);
    this.#later(() => this.#events.closed());
  }

  /** @internal Whether a datagram is for this socket. */
  wants(packet: Packet): boolean {
    const { to, from, target } = packet;
    if (to === this.#knownTo && from === this.#knownFrom) return true;
    if (!this.#isFor(packet)) return false;
    if (target === undefined) {
      this.#knownTo = to;
      this.#knownFrom = from;
    }
    return true;
  }

  #isFor({ to, from, target }: Packet): boolean {
    if (target === undefined && to.address !== BROADCAST) {
      const sources = this.#groups.get(to.address);
      if (sources === undefined || !(sources.includes("") || sources.includes(from.address))) return false;
    }
    const { address } = this.local;
    if (address === "::") {
      if (this.#options.ipv6Only === true && !to.address.includes(":")) return false;
    } else if (address === "0.0.0.0") {
      if (to.address.includes(":")) return false;
    } else if (address !== to.address && target !== undefined) return false;
    else if (target === undefined && isGroup(address) && address !== to.address) return false;
    const peer = this.#peer;
    return peer === undefined || (peer.address === from.address && peer.port === from.port);
  }

  /** @internal A datagram has come for this socket. */
  take(packet: Packet): void {
    if (!this.#paused && this.#waiting.length === 0) {
      this.#host.network.timeline.touched = true;
      this.#events.received(packet.payload, packet.from);
      return;
    }
    if (this.#waitingBytes + packet.size > (this.#options.receiveBuffer ?? DEFAULT_BUFFER)) {
      this.lost++;
      return;
    }
    this.#waiting.push(packet);
    this.#waitingBytes += packet.size;
  }

  /** @internal The network could not deliver one of ours. Only sockets with a peer hear that nobody is there, as on a real system. */
  complained({ to, from }: Packet, reason: Unreachable["reason"]): void {
    if (this.#closed || (this.local.address !== from.address && !isAny(this.local.address))) return;
    const local = reason === "host" && !this.#host.network.routes.next(this.#host, this.#host.whoHas(to.address) ?? this.#host);
    if (this.#peer === undefined && reason !== "too big" && !local) return;
    this.#host.network.timeline.touched = true;
    this.#events.failed(failure(`send to ${atPort(to.address, to.port)}`, WHY[reason]), to);
  }

  #open(error: Error | undefined): void {
    if (error !== undefined) return this.#events.closed(error);
    if (this.#closed) return;
    for (const { group, ...membership } of this.#options.groups ?? []) {
      if (isGroup(group)) {
        this.join(group, membership);
        continue;
      }
      this.#closed = true;
      this.#host.removeSocket(this.local.port, this);
      return this.#events.closed(failure(`join the group ${group}`, "EINVAL"));
    }
    this.#events.opened(this.local);
  }

  #isTaken(address: string, port: number): boolean {
    const { reuseAddress, reusePort } = this.#options;
    return this.#host.socketsAt(port).some((other) => {
      const shared =
        (reuseAddress === true && other.#options.reuseAddress === true) || (reusePort === true && other.#options.reusePort === true);
      return !shared && (other.local.address === address || isAny(address) || isAny(other.local.address));
    });
  }

  /** Looks up where to send, and from which address. */
  #wayTo(to: Endpoint): Way | undefined {
    const host = this.#host;
    const address = host.resolve(to.address);
    const what = `send to ${atPort(to.address, to.port)}`;
    const group = address !== undefined && (isGroup(address) || address === BROADCAST);
    if (address === BROADCAST && this.#options.broadcast !== true) return void this.#fail(what, "EACCES", to);
    const target = address === undefined || group ? undefined : host.whoHas(address);
    if (address === undefined) return void this.#fail(what, "ENOTFOUND", to);
    if (!(Number.isInteger(to.port) && to.port > 0 && to.port < 65_536)) return void this.#fail(what, "ERR_SOCKET_BAD_PORT", to);
    if (!group && target === undefined) return void this.#fail(what, "EHOSTUNREACH", to);
    const own = this.local.address;
    const source = isAny(own) || isGroup(own) ? host.sourceFor(address) : own;
    if (source === undefined) return void this.#fail(what, "EHOSTUNREACH", to);
    return (this.#way = {
      asked: to,
      to: { address, port: to.port },
      from: { address: source, port: this.local.port },
      target,
      header: (address.includes(":") ? IPV6_HEADER : IPV4_HEADER) + UDP_HEADER,
      ttl: group && address !== BROADCAST ? (this.#options.multicastTTL ?? 1) : (this.#options.ttl ?? DEFAULT_TTL),
    });
  }

  /** Whether there is room for more where it leaves; if not, `drained` follows. */
  #room(): boolean {
    const [link] = this.#host.links;
    const most = this.#options.sendBuffer ?? DEFAULT_BUFFER;
    if (link === undefined || link.options.rate === undefined) return true;
    if (link.waitingBytes <= most) return true;
    if (this.#held) return false;
    this.#held = true;
    const { timeline } = this.#host.network;
    const look = (): void => {
      const over = link.waitingBytes - most / 2;
      if (over > 0) return timeline.schedule(timeline.time + (over * 8000) / (link.options.rate ?? Infinity), new Once(look));
      this.#held = false;
      timeline.touched = true;
      if (!this.#closed) this.#events.drained();
    };
    timeline.schedule(timeline.time, new Once(look));
    return false;
  }

  #quit(group: string, source: string): void {
    const left = this.#groups.get(group)!.filter((other) => other !== source);
    if (left.length > 0) this.#groups.set(group, left);
    else this.#groups.delete(group);
    this.#knownTo = undefined;
    const { groups, options } = this.#host.network;
    this.#report(() => groups.left(group, this.#host, source === "" ? undefined : source), options.leaveLatency ?? 2000);
  }

  /** Tells the router, which hears it when the word has come there. */
  #report(what: () => void, latency: number): void {
    const { timeline } = this.#host.network;
    const delay = this.#host.links[0]?.options.delay ?? 0;
    timeline.schedule(timeline.time + delay + latency, new Once(what));
  }

  #handOver(): void {
    while (!this.#paused && !this.#closed && this.#waiting.length > 0) {
      const { payload, from, size } = this.#waiting.shift()!;
      this.#waitingBytes -= size;
      this.#events.received(payload, from);
    }
  }

  #fail(what: string, code: Code, to?: Endpoint): true {
    this.#later(() => {
      if (!this.#closed) this.#events.failed(failure(what, code), to);
    });
    return true;
  }

  #later(what: () => void): void {
    const { timeline } = this.#host.network;
    const told = new Once(() => {
      timeline.touched = true;
      what();
    });
    timeline.schedule(timeline.time, told);
  }
}
