// SPDX-License-Identifier: Apache-2.0
import type {
  Connection,
  ConnectionEvents,
  ConnectOptions,
  Endpoint,
  Listener,
  ListenerEvents,
  ListenOptions,
  Place,
  Random,
} from "../../../axon/index.ts";
import { atPort, isAny } from "../addresses.ts";
import { type Code, failure } from "../errors.ts";
import { IPV4_HEADER, IPV6_HEADER, Packet, type Unreachable } from "../packet.ts";
import type { SimulatedHost } from "../SimulatedHost.ts";
import type { SimulatedNode } from "../node.ts";
import { Once } from "../timeline.ts";
import { type TCPSettings, tcpSettings } from "./options.ts";
import { NO_RANGES, type Segment, TCP_HEADER } from "./segment.ts";
import { SimulatedConnection } from "./connection.ts";

/** Milliseconds for which the place of a connection is kept that is over (TIME-WAIT: twice the longest life of a segment). */
const TIME_WAIT = 60_000;
const BACKLOG = 511;
const EMPTY = new Uint8Array(0);
const NOWHERE: Endpoint = { address: "", port: 0 };

/** The TCP of a host: who listens, and which connections there are. @internal */
export class TCPStack {
  readonly host: SimulatedHost;
  readonly settings: TCPSettings;
  readonly #listeners = new Map<number, SimulatedListener[]>();
  /** By the ports of both sides. */
  readonly #connections = new Map<number, SimulatedConnection[]>();
  readonly #kept: SimulatedConnection[] = [];
  readonly #listenerOf = new WeakMap<SimulatedConnection, SimulatedListener>();
  #random: Random | undefined;

  constructor(host: SimulatedHost) {
    this.host = host;
    this.settings = tcpSettings(host.network.options.tcp);
  }

  get random(): Random {
    return (this.#random ??= this.host.network.randomFor(`tcp ${this.host.name}`));
  }

  connect(to: Place, events: ConnectionEvents, options: ConnectOptions): Connection {
    const { host } = this;
    const what = `connect to ${to.path ?? atPort(to.host, to.port)}`;
    if (to.path !== undefined) return this.#broken(events, failure(what, "ENOTSUP"));
    const address = host.resolve(to.host, options.family);
    if (address === undefined) return this.#broken(events, failure(what, "ENOTFOUND"));
    const source = options.localAddress ?? host.sourceFor(address);
    if (source === undefined || !host.isOurs(source)) return this.#broken(events, failure(what, "EADDRNOTAVAIL"));
    const target = host.whoHas(address);
    if (target === undefined) return this.#broken(events, failure(what, "EHOSTUNREACH"));
    const port =
      options.localPort ?? host.freePort((free) => this.#find(free, to.port, address) === undefined && !this.#listeners.has(free));
    if (this.#find(port, to.port, address) !== undefined) return this.#broken(events, failure(what, "EADDRINUSE"));
    const connection = this.#add("connecting", { address: source, port }, { address, port: to.port }, target, options, to.host);
    connection.events = events;
    connection.open();
    return connection;
  }

  listen(at: Place, events: ListenerEvents, options: ListenOptions): Listener {
    const { host } = this;
    const what = `listen on ${at.path ?? atPort(at.host, at.port)}`;
    const address = at.path === undefined ? host.resolve(at.host) : undefined;
    const listener = new SimulatedListener(this, address ?? "", at.port ?? 0, events, options);
    let code: Code | undefined;
    if (at.path !== undefined) code = "ENOTSUP";
    else if (address === undefined || !host.isOurs(address)) code = "EADDRNOTAVAIL";
    else if (at.port > 0 && this.#isTaken(listener)) code = "EADDRINUSE";
    if (code !== undefined) {
      listener.closed = true;
      const error = failure(what, code);
      this.later(() => events.closed(error));
      return listener;
    }
    if (listener.port === 0) listener.port = host.freePort((free) => !this.#listeners.has(free));
    this.#listeners.set(listener.port, [...(this.#listeners.get(listener.port) ?? []), listener]);
    this.later(() => {
      if (!listener.closed) events.listening({ address: listener.address, port: listener.port });
    });
    return listener;
  }

  receive(packet: Packet, segment: Segment): void {
    const { from, to } = packet;
    const connection = this.#find(to.port, from.port, from.address);
    if (connection !== undefined) {
      const again = connection.state === "lingering" && segment.syn && !segment.ack;
      if (!again) return connection.receive(packet, segment);
      this.remove(connection); // the other side begins anew
    }
    const listener = this.#listeners.get(to.port)?.find((one) => one.takes(to.address));
    if (listener === undefined || !segment.syn || segment.ack) return this.#refuse(packet, segment);
    if (listener.opening >= (listener.options.backlog ?? BACKLOG)) return; // it will try again
    const begun = this.#add("accepting", to, from, packet.source, listener.options);
    listener.opening++;
    begun.events = { ...SILENCE, closed: () => listener.opening-- };
    this.#listenerOf.set(begun, listener);
    begun.answer(segment);
  }

  /** A connection that came is open. */
  accept(connection: SimulatedConnection): void {
    const listener = this.#listenerOf.get(connection);
    if (listener === undefined) return;
    listener.opening--;
    connection.events = SILENCE;
    if (listener.closed) connection.abort();
    else connection.events = listener.events.accepted(connection);
  }

  unreachable(about: Packet, reason: Unreachable["reason"]): void {
    const connection = this.#find(about.from.port, about.to.port, about.to.address);
    if (reason !== "too big") connection?.unreachable("EHOSTUNREACH");
  }

  /** Keeps the place of a connection that is over. */
  keep(connection: SimulatedConnection): void {
    connection.keepUntil = this.host.network.timeline.time + TIME_WAIT;
    this.#kept.push(connection);
    while (this.#kept.length > 0 && this.#kept[0]!.keepUntil <= this.host.network.timeline.time) this.remove(this.#kept.shift()!);
  }

  remove(connection: SimulatedConnection): void {
    connection.state = "gone";
    const key = keyOf(connection.local.port, connection.remote.port);
    const left = this.#connections.get(key)?.filter((other) => other !== connection) ?? [];
    if (left.length > 0) this.#connections.set(key, left);
    else this.#connections.delete(key);
  }

  removeListener(listener: SimulatedListener): void {
    const left = this.#listeners.get(listener.port)?.filter((other) => other !== listener) ?? [];
    if (left.length > 0) this.#listeners.set(listener.port, left);
    else this.#listeners.delete(listener.port);
  }

  later(what: () => void): void {
    const { timeline } = this.host.network;
    const told = new Once(() => {
      timeline.touched = true;
      what();
    });
    timeline.schedule(timeline.time, told);
  }

  #add(
    state: "connecting" | "accepting",
    local: Endpoint,
    remote: Endpoint,
    target: SimulatedNode,
    options: ConnectOptions,
    name: string = remote.address,
  ): SimulatedConnection {
    const { host, settings } = this;
    const headers = (local.address.includes(":") ? IPV6_HEADER : IPV4_HEADER) + TCP_HEADER;
    const segment = Math.min(settings.segment ?? Infinity, host.network.mtuBetween(host, target) - headers);
    const connection = new SimulatedConnection(this, state, local, remote, target, segment, options, name);
    const key = keyOf(local.port, remote.port);
    this.#connections.set(key, [...(this.#connections.get(key) ?? []), connection]);
    return connection;
  }

  #find(local: number, remote: number, address: string): SimulatedConnection | undefined {
    const all = this.#connections.get(keyOf(local, remote));
    const found = all === undefined ? undefined : all.find((one) => one.remote.address === address);
    if (found === undefined || found.keepUntil > this.host.network.timeline.time) return found;
    this.remove(found);
    return undefined;
  }

  #isTaken(listener: SimulatedListener): boolean {
    const { address, port, options } = listener;
    return (this.#listeners.get(port) ?? []).some(
      (other) =>
        !(options.reusePort === true && other.options.reusePort === true) &&
        (other.address === address || isAny(address) || isAny(other.address)),
    );
  }

  /** A connection that there will never be. */
  #broken(events: ConnectionEvents, error: Error): Connection {
    this.later(() => events.closed(error));
    return { local: NOWHERE, remote: NOWHERE, write: () => true, secure() {}, end() {}, abort() {}, pause() {}, resume() {} };
  }

  /** Nobody is there: says so. */
  #refuse({ source, from, to, payload }: Packet, { reset, ack, acknowledged, sequence, syn, fin, start, otherStart }: Segment): void {
    if (reset) return;
    const answer: Segment = {
      syn: false,
      ack: true,
      fin: false,
      reset: true,
      sequence: ack ? acknowledged : 0,
      acknowledged: sequence + payload.length + (syn ? 1 : 0) + (fin ? 1 : 0),
      window: 0,
      scale: 0,
      mss: 0,
      ranges: NO_RANGES,
      start: otherStart,
      otherStart: start,
    };
    const header = from.address.includes(":") ? IPV6_HEADER : IPV4_HEADER;
    this.host.emit(new Packet(this.host, to, source, from, header + TCP_HEADER, EMPTY, 64, answer));
  }
}

const SILENCE: ConnectionEvents = { opened() {}, data() {}, ended() {}, drained() {}, finished() {}, closed() {} };

/** Waits for connections on a simulated host. @internal */
export class SimulatedListener implements Listener {
  readonly address: string;
  port: number;
  readonly events: ListenerEvents;
  readonly options: ListenOptions;
  /** Connections whose handshake is not over. */
  opening = 0;
  closed = false;
  readonly #stack: TCPStack;

  constructor(stack: TCPStack, address: string, port: number, events: ListenerEvents, options: ListenOptions) {
    this.#stack = stack;
    this.address = address;
    this.port = port;
    this.events = events;
    this.options = options;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#stack.removeListener(this);
    this.#stack.later(() => this.events.closed());
  }

  /** Whether what comes to this address is for us. */
  takes(address: string): boolean {
    if (this.address === "::") return this.options.ipv6Only !== true || address.includes(":");
    return this.address === "0.0.0.0" ? !address.includes(":") : this.address === address;
  }
}

function keyOf(local: number, remote: number): number {
  return local * 65_536 + remote;
}
