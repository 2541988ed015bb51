// SPDX-License-Identifier: Apache-2.0
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { DatagramEvents, DatagramOptions, DatagramSocket, Endpoint, Membership } from "../../axon/index.ts";
import type { LookUp } from "../NodeNetwork.ts";
import { dropsAt, inodeOf } from "./drops.ts";
import { endpointOf, errorOf, explained, hostAndPort, NOWHERE, plain } from "./explained.ts";
import { Names } from "./names.ts";

/** Bytes that may wait to be sent, and to be received while we pause, unless told otherwise. */
const ROOM = 1 << 20;

/** A datagram socket of Node.js. */
export class NodeDatagramSocket implements DatagramSocket {
  local: Endpoint = NOWHERE;
  readonly #at: { readonly host: string; readonly port: number };
  readonly #events: DatagramEvents;
  readonly #options: DatagramOptions;
  readonly #socket: Socket;
  readonly #ipv6: boolean;
  /** Bytes handed to the runtime, which it has not sent yet. */
  #leaving = 0;
  #full = false;
  #paused = false;
  /** What came while we paused, and its bytes. */
  #kept: [Uint8Array, Endpoint][] = [];
  #keptBytes = 0;
  #dropped = 0;
  /** What the system calls it. */
  #inode: string | undefined;
  #open = false;
  #closing = false;
  /** What is to be done when it is open. */
  #later: (() => void)[] = [];

  constructor(at: { readonly host: string; readonly port: number }, events: DatagramEvents, options: DatagramOptions, lookUp: LookUp) {
    const { reuseAddress = false, reusePort = false, ipv6Only = false } = options;
    this.#at = at;
    this.#events = events;
    this.#options = options;
    this.#ipv6 = isIPv6(at.host);
    const names = new Names(this.#ipv6, lookUp);
    this.#socket = createSocket({
      type: this.#ipv6 ? "udp6" : "udp4",
      reuseAddr: reuseAddress,
      reusePort,
      ipv6Only,
      lookup: (name, _options, answer) => names.find(name, answer),
    });
    this.#socket.on("message", (bytes, from) => this.#receive(bytes, from));
    this.#socket.on("error", (error) => this.#failed(error));
    process.nextTick(() => this.#bind());
  }

  get lost(): number {
    if (!this.#open || this.#closing) return this.#dropped;
    this.#inode ??= inodeOf(this.#socket);
    return this.#dropped + (this.#inode === "" ? 0 : dropsAt(this.#inode, this.#ipv6 ? "udp6" : "udp"));
  }

  send(bytes: Uint8Array, to?: Endpoint): boolean {
    if (!ArrayBuffer.isView(bytes)) throw new TypeError(`Cannot send ${String(bytes)} as a datagram: give bytes, a Uint8Array`);
    if (this.#closing) return true;
    if (!this.#open) this.#later.push(() => this.#send(bytes, to));
    else this.#send(bytes, to);
    this.#full = this.#leaving >= (this.#options.sendBuffer ?? ROOM);
    return !this.#full;
  }

  join(group: string, membership: Membership = {}): void {
    this.#whenOpen(nameOfGroup("join", group, membership), () => this.#join(group, membership));
  }

  leave(group: string, membership: Membership = {}): void {
    const { source, interface: via } = membership;
    this.#whenOpen(nameOfGroup("leave", group, membership), () => {
      if (source === undefined) this.#socket.dropMembership(group, via);
      else this.#socket.dropSourceSpecificMembership(source, group, via);
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#kept.length > 0) process.nextTick(() => this.#handOver());
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#leaving === 0 && this.#open) this.#end();
    else if (!this.#open) process.nextTick(() => this.#end());
  }

  #bind(): void {
    if (this.#closing) return;
    const { host, port } = this.#at;
    try {
      this.#socket.bind({ address: host, port, exclusive: this.#options.reusePort ?? false }, () => this.#bound());
    } catch (error) {
      this.#failed(errorOf(error));
    }
  }

  #bound(): void {
    if (this.#closing) return;
    const { peer } = this.#options;
    try {
      this.#configure();
      if (peer !== undefined) this.#socket.connect(peer.port, peer.host, (error?: Error) => (error ? this.#failed(error) : this.#opened()));
    } catch (error) {
      this.#end(errorOf(error));
      return;
    }
    if (peer === undefined) this.#opened();
  }

  #opened(): void {
    if (this.#closing) return;
    this.#open = true;
    this.local = endpointOf(this.#socket.address());
    this.#events.opened(this.local);
    for (const act of this.#later.splice(0)) act();
  }

  #configure(): void {
    const { broadcast, ttl, multicastTTL, multicastInterface, multicastLoopback, receiveBuffer, sendBuffer, groups = [] } = this.#options;
    const socket = this.#socket;
    set("receiveBuffer", receiveBuffer, (bytes) => socket.setRecvBufferSize(bytes));
    set("sendBuffer", sendBuffer, (bytes) => socket.setSendBufferSize(bytes));
    set("broadcast", broadcast, (may) => socket.setBroadcast(may));
    set("ttl", ttl, (routers) => socket.setTTL(routers));
    set("multicastTTL", multicastTTL, (routers) => socket.setMulticastTTL(routers));
    set("multicastInterface", multicastInterface, (via) => socket.setMulticastInterface(via));
    set("multicastLoopback", multicastLoopback, (does) => socket.setMulticastLoopback(does));
    for (const { group, ...membership } of groups) attempt(nameOfGroup("join", group, membership), () => this.#join(group, membership));
  }

  #join(group: string, { source, interface: via }: Membership): void {
    if (source === undefined) this.#socket.addMembership(group, via);
    else this.#socket.addSourceSpecificMembership(source, group, via);
  }

  #send(bytes: Uint8Array, to: Endpoint | undefined): void {
    const { length } = bytes;
    this.#leaving += length;
    const sent = (error: Error | null): void => {
      this.#leaving -= length;
      if (error !== null) {
        const { peer } = this.#options;
        const { address, port } = to ?? { address: peer?.host ?? "", port: peer?.port ?? 0 };
        this.#events.failed(explained(`send ${length} bytes to ${hostAndPort(address, port)}`, error), to);
      }
      if (this.#leaving === 0 && this.#closing) this.#end();
      else if (this.#full && this.#leaving <= (this.#options.sendBuffer ?? ROOM) / 2) {
        this.#full = false;
        this.#events.drained();
      }
    };
    try {
      if (to === undefined) this.#socket.send(bytes, sent);
      else this.#socket.send(bytes, to.port, to.address, sent);
    } catch (error) {
      process.nextTick(sent, errorOf(error)); // there is no such port
    }
  }

  #receive(bytes: Uint8Array, { address, port }: RemoteInfo): void {
    if (this.#closing) return;
    const from = { address: plain(address), port };
    if (!this.#paused && this.#kept.length === 0) this.#events.received(bytes, from);
    else if (this.#keptBytes + bytes.length > (this.#options.receiveBuffer ?? ROOM)) this.#dropped++;
    else {
      this.#kept.push([bytes, from]);
      this.#keptBytes += bytes.length;
    }
  }

  #handOver(): void {
    const kept = this.#kept;
    let done = 0;
    while (!this.#paused && !this.#closing && done < kept.length) {
      const [bytes, from] = kept[done++]!;
      this.#keptBytes -= bytes.length;
      this.#events.received(bytes, from);
    }
    kept.splice(0, done);
  }

  /** An error of the socket: before it is open it is the end; later it is about one datagram (somebody said that nobody is there). */
  #failed(error: Error): void {
    const { host, port } = this.#options.peer ?? this.#at;
    const purpose = this.#options.peer === undefined ? `bind to ${hostAndPort(host, port)}` : `reach ${hostAndPort(host, port)}`;
    if (this.#open) this.#events.failed(explained(purpose, error));
    else this.#end(explained(purpose, error));
  }

  #whenOpen(what: string, act: () => void): void {
    if (this.#closing) return;
    const tryIt = (): void => {
      try {
        act();
      } catch (error) {
        process.nextTick(() => this.#events.failed(explained(what, errorOf(error))));
      }
    };
    if (this.#open) tryIt();
    else this.#later.push(tryIt);
  }

  #end(error?: Error): void {
    this.#closing = true;
    this.#socket.close(() => this.#events.closed(error));
  }
}

/** @throws Error that says what could not be done */
function attempt(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw explained(what, errorOf(error));
  }
}

function set<T>(name: string, value: T | undefined, act: (value: T) => void): void {
  if (value !== undefined) attempt(`set ${name} to ${String(value)}`, () => act(value));
}

function nameOfGroup(what: "join" | "leave", group: string, { source, interface: via }: Membership): string {
  return `${what} the group ${group}${source === undefined ? "" : ` of ${source}`}${via === undefined ? "" : ` at the interface ${via}`}`;
}
