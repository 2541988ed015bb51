// SPDX-License-Identifier: Apache-2.0
import type {
  Connection,
  ConnectionEvents,
  ConnectOptions,
  DatagramEvents,
  DatagramOptions,
  DatagramSocket,
  Listener,
  ListenerEvents,
  ListenOptions,
  Network,
  Place,
} from "../../axon/index.ts";
import { checkPort } from "../ports.ts";
import { atPort, canonical, familyOf, isAny, isLoopback } from "./addresses.ts";
import { Reassembly } from "./fragments.ts";
import type { Packet } from "./packet.ts";
import { SimulatedDatagramSocket } from "./datagramSocket.ts";
import { SimulatedLink } from "./SimulatedLink.ts";
import type { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { SimulatedNode } from "./node.ts";
import { SimulatedSystem } from "./system.ts";
import { TCPStack } from "./tcp/stack.ts";

/** Milliseconds that a packet takes to the host it comes from. */
const LOOPBACK_DELAY = 0.01;
const FIRST_EPHEMERAL = 49_152;
const LAST_PORT = 65_535;
const NO_SOCKETS: readonly SimulatedDatagramSocket[] = [];

/** A host of a simulated network: what its components see of the network, and the system that they are in. */
export class SimulatedHost extends SimulatedNode implements Network {
  /** Packets that were thrown away because their checksum was wrong. */
  damaged = 0;
  /** Datagrams that were for nobody here. */
  unwanted = 0;
  /** Packets that a partition kept from here. */
  separated = 0;
  /** @internal */ readonly loopback: SimulatedLink;
  /** @internal */ readonly tcp: TCPStack;
  /** @internal */ readonly reassembly: Reassembly;
  readonly #datagrams = new Map<number, SimulatedDatagramSocket[]>();
  /** Those who had the last datagram, and their port. */
  #last: readonly SimulatedDatagramSocket[] = NO_SOCKETS;
  #lastPort = 0;
  #system: SimulatedSystem | undefined;
  #nextPort = FIRST_EPHEMERAL;

  /** @internal */
  constructor(network: SimulatedNetwork, name: string, addresses: readonly string[], index: number) {
    super(network, name, "host", addresses, index);
    const { timeline } = network;
    this.loopback = new SimulatedLink(this, this, { delay: LOOPBACK_DELAY, mtu: 65_535 }, timeline, network.randomFor(`loopback ${name}`));
    this.reassembly = new Reassembly(timeline);
    this.tcp = new TCPStack(this);
  }

  /** The first address. */
  get address(): string {
    return this.addresses[0]!;
  }

  /** Datagrams of which a piece was lost. */
  get incomplete(): number {
    return this.reassembly.failures;
  }

  /** The system of the components on this host. */
  get system(): SimulatedSystem {
    return (this.#system ??= new SimulatedSystem(this));
  }

  connect(to: Place, events: ConnectionEvents, options: ConnectOptions = {}): Connection {
    if (to.path === undefined) checkPort(`connect to ${atPort(to.host, to.port)}`, to.port, 0);
    return this.tcp.connect(to, events, options);
  }

  listen(at: Place, events: ListenerEvents, options: ListenOptions = {}): Listener {
    if (at.path === undefined) checkPort(`listen on ${atPort(at.host, at.port)}`, at.port, 0);
    return this.tcp.listen(at, events, options);
  }

  bind(at: { readonly host: string; readonly port: number }, events: DatagramEvents, options: DatagramOptions = {}): DatagramSocket {
    checkPort(`bind to ${atPort(at.host, at.port)}`, at.port, 0);
    return new SimulatedDatagramSocket(this, at, events, options);
  }

  /** @internal */
  override receive(packet: Packet): void {
    if (packet.target === undefined || packet.target === this) this.#deliver(packet);
    else this.undeliverable++; // hosts pass nothing on
  }

  /** @internal Sends a packet from here. */
  emit(packet: Packet): void {
    if (packet.target === this) this.loopback.send(packet);
    else if (packet.target === undefined) this.network.groups.forward(packet, this);
    else this.forward(packet);
  }

  /** @internal The address that a name or an address stands for here; undefined if there is none. */
  resolve(host: string, family?: number): string | undefined {
    if (host === "localhost") return family === 6 ? "::1" : "127.0.0.1";
    if (familyOf(host) > 0) return canonical(host);
    const addresses = this.network.find(host)?.addresses;
    return family === undefined ? addresses?.[0] : addresses?.find((address) => familyOf(address) === family);
  }

  /** @internal Who has this address, seen from here. */
  whoHas(address: string): SimulatedNode | undefined {
    return isLoopback(address) ? this : this.network.find(address);
  }

  /** @internal Whether this is an address of ours, or all of them. */
  isOurs(address: string): boolean {
    return isAny(address) || isLoopback(address) || this.addresses.includes(address);
  }

  /** @internal The address of ours from which one sends to that one. */
  sourceFor(to: string): string | undefined {
    if (isLoopback(to)) return to;
    const family = to.includes(":") ? 6 : 4;
    return this.addresses.find((address) => familyOf(address) === family);
  }

  /** @internal A port that nobody has. */
  freePort(isFree: (port: number) => boolean): number {
    for (let tries = FIRST_EPHEMERAL; tries <= LAST_PORT; tries++) {
      const port = this.#nextPort;
      this.#nextPort = port === LAST_PORT ? FIRST_EPHEMERAL : port + 1;
      if (isFree(port)) return port;
    }
    throw new RangeError(`Cannot give another port on ${this.name}: all are in use`);
  }

  /** @internal */
  socketsAt(port: number): readonly SimulatedDatagramSocket[] {
    return this.#datagrams.get(port) ?? [];
  }

  /** @internal */
  addSocket(port: number, socket: SimulatedDatagramSocket): void {
    this.#datagrams.set(port, [...this.socketsAt(port), socket]);
    this.#last = NO_SOCKETS;
  }

  /** @internal */
  removeSocket(port: number, socket: SimulatedDatagramSocket): void {
    const left = this.socketsAt(port).filter((other) => other !== socket);
    if (left.length > 0) this.#datagrams.set(port, left);
    else this.#datagrams.delete(port);
    this.#last = NO_SOCKETS;
  }

  #deliver(packet: Packet): void {
    const { network } = this;
    if (network.separated(packet.source, this)) {
      this.separated++;
      return;
    }
    if (packet.unreachable !== undefined) return this.#complained(packet);
    if (packet.damaged && (packet.segment !== undefined || (network.options.checksums ?? true))) {
      this.damaged++;
      return;
    }
    if (packet.segment !== undefined) return this.tcp.receive(packet, packet.segment);
    const datagram = packet.fragment === undefined ? packet : this.reassembly.add(packet);
    if (datagram !== undefined) this.#hand(datagram);
  }

  #hand(packet: Packet): void {
    const { port } = packet.to;
    if (port !== this.#lastPort || this.#last.length === 0) {
      this.#lastPort = port;
      this.#last = this.#datagrams.get(port) ?? NO_SOCKETS;
    }
    const sockets = this.#last;
    const single = packet.target !== undefined;
    let taken = false;
    for (let i = 0; i < sockets.length; i++) {
      if (!sockets[i]!.wants(packet)) continue;
      sockets[i]!.take(packet);
      taken = true;
      if (single) break;
    }
    if (taken) return;
    this.unwanted++;
    if (packet.target !== undefined) this.network.complain(packet, "port", this);
  }

  #complained({ unreachable }: Packet): void {
    const { reason, about } = unreachable!;
    if (about.segment !== undefined) return this.tcp.unreachable(about, reason);
    for (const socket of this.socketsAt(about.from.port)) socket.complained(about, reason);
  }
}
