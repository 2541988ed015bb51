// SPDX-License-Identifier: Apache-2.0
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { DatagramEvents, DatagramOptions, DatagramSocket, Endpoint, Membership } from "../../axon/index.ts";
import type { LookUp } from "../NodeNetwork.ts";
import { dropsAt, inodeOf } from "./drops.ts";
import { endpointOf, explained, hostAndPort, NOWHERE, plain } from "./explained.ts";
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
    const { reuseAddress = false, reusePort = false, ipv6Only = false, receiveBuffer, sendBuffer } = options;
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
      ...(receiveBuffer === undefined ? {} : { recvBufferSize: receiveBuffer }),
      ...(sendBuffer === undefined ? {} : { sendBufferSize: sendBuffer }),
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
    if (this.#closing) return true;
    if (!this.#open) this.#later.push(() => this.#send(bytes, to));
    else this.#send(bytes, to);
    this.#full = this.#leaving >= (this.#options.sendBuffer ?? ROOM);
    return !this.#full;
  }

  join(group: string, membership: Membership = {}): void {
    this.#whenOpen(`join ${group}`, () => this.#join(group, membership));
  }

  leave(group: string, { source, interface: via }: Membership = {}): void {
    this.#whenOpen(`leave ${group}`, () => {
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
    this.#socket.bind({ address: host, port, exclusive: this.#options.reusePort ?? false }, () => this.#bound());
  }

  #bound(): void {
    if (this.#closing) return;
    const { peer } = this.#options;
    try {
      this.#configure();
    } catch (error) {
      this.#end(new Error(`Cannot bind to ${hostAndPort(this.#at.host, this.#at.port)}: ${wordsOf(error)}`, { cause: error }));
      return;
    }
    if (peer === undefined) this.#opened();
    else this.#socket.connect(peer.port, peer.host, (error?: Error) => (error ? this.#failed(error) : this.#opened()));
  }

  #opened(): void {
    if (this.#closing) return;
    this.#open = true;
    this.local = endpointOf(this.#socket.address());
    this.#events.opened(this.local);
    for (const act of this.#later.splice(0)) act();
  }

  #configure(): void {
    const { broadcast, ttl, multicastTTL, multicastInterface, multicastLoopback, groups = [] } = this.#options;
    if (broadcast !== undefined) this.#socket.setBroadcast(broadcast);
    if (ttl !== undefined) this.#socket.setTTL(ttl);
    if (multicastTTL !== undefined) this.#socket.setMulticastTTL(multicastTTL);
    if (multicastInterface !== undefined) this.#socket.setMulticastInterface(multicastInterface);
    if (multicastLoopback !== undefined) this.#socket.setMulticastLoopback(multicastLoopback);
    for (const { group, ...membership } of groups) this.#join(group, membership);
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
    if (to === undefined) this.#socket.send(bytes, sent);
    else this.#socket.send(bytes, to.port, to.address, sent);
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
    const attempt = (): void => {
      try {
        act();
      } catch (error) {
        const cause = error instanceof Error ? error : new Error(String(error));
        process.nextTick(() => this.#events.failed(explained(what, cause)));
      }
    };
    if (this.#open) attempt();
    else this.#later.push(attempt);
  }

  #end(error?: Error): void {
    this.#closing = true;
    this.#socket.close(() => this.#events.closed(error));
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? explained("", error).message.replace(/^Cannot : /, "") : String(error);
}
