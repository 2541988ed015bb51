// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  type Connection,
  type ConnectionEvents,
  type ConnectOptions,
  type DatagramEvents,
  type DatagramOptions,
  type DatagramSocket,
  type Endpoint,
  type Listener,
  type ListenerEvents,
  type ListenOptions,
  type Network,
  type Place,
  realClock,
} from "../../axon/index.ts";
import { familyOf } from "./addresses.ts";
import { Capture } from "./Capture.ts";
import { Lately } from "./lately.ts";
import { NO_RANGES, type Segment } from "./tcp/segment.ts";

/** How a network is captured. */
export interface CapturingOptions {
  /** Whose wall clock the packets have their times from. Default: the real one. */
  readonly clock?: Clock;
  /** What the interface is called in the file. Default "kamaelia". */
  readonly name?: string;
}

/** The most bytes that are shown in one packet. */
const MOST = 65_000;
const EMPTY = new Uint8Array(0);

/**
 * Another network, of which all that passes is recorded for Wireshark: also of the real one, and without any rights. What a program writes at once is a packet,
 * and so is what it is given at once; handshakes and ends are shown as they must have been. What TLS encrypts is shown in the clear. Unix sockets are not shown.
 * A connection both of whose ends are in this network is recorded once, as the end sees it that is open first; a datagram from one socket in it to another is, too, when it is
 * sent, unless its sender is bound to all addresses and is heard by one that is not the loopback's.
 *
 * @example
 * const network = new CapturingNetwork(new NodeNetwork());
 * await new System({ network }).run(TCPClient({ host: "127.0.0.1", port: 7 }));
 * await network.capture.write("session.pcapng");
 */
export class CapturingNetwork implements Network {
  readonly capture: Capture;
  readonly #network: Network;
  readonly #clock: Clock;
  /** @internal The connections that are recorded, by their ends. */
  readonly streams: Lately;
  /** The addresses and ports of our datagram sockets. */
  readonly #sockets: Lately;

  constructor(network: Network, { clock = realClock, name = "kamaelia" }: CapturingOptions = {}) {
    this.#network = network;
    this.#clock = clock;
    this.streams = new Lately(clock);
    this.#sockets = new Lately(clock);
    this.capture = new Capture([name], 0);
  }

  connect(to: Place, events: ConnectionEvents, options?: ConnectOptions): Connection {
    const record = new StreamRecord(this, false);
    const connection = this.#network.connect(to, record.events(events), options);
    return record.connection(connection);
  }

  listen(at: Place, events: ListenerEvents, options?: ListenOptions): Listener {
    const accepted = (connection: Connection): ConnectionEvents => {
      const record = new StreamRecord(this, true);
      const recorded = record.connection(connection);
      record.opened();
      return record.events(events.accepted(recorded));
    };
    const { listening, closed, troubled } = events;
    const mine: ListenerEvents = {
      listening: (local) => listening.call(events, local),
      accepted,
      closed: (error) => closed.call(events, error),
    };
    return this.#network.listen(
      at,
      troubled === undefined ? mine : { ...mine, troubled: (error) => troubled.call(events, error) },
      options,
    );
  }

  bind(at: { readonly host: string; readonly port: number }, events: DatagramEvents, options: DatagramOptions = {}): DatagramSocket {
    let bound: string | undefined;
    const opened = (local: Endpoint): void => {
      bound = nameOf(local);
      this.#sockets.add(bound);
      events.opened(local);
    };
    const received = (bytes: Uint8Array, from: Endpoint): void => {
      if (!this.#isOurs(from)) this.show(from, own(socket.local, from), bytes, false);
      events.received(bytes, from);
    };
    const closed = (error?: Error): void => {
      if (bound !== undefined) this.#sockets.remove(bound);
      events.closed(error);
    };
    const mine: DatagramEvents = {
      opened,
      received,
      drained: () => events.drained(),
      failed: (error, to) => events.failed(error, to),
      closed,
    };
    const socket = this.#network.bind(at, mine, options);
    const { peer } = options;
    return {
      get local() {
        return socket.local;
      },
      get lost() {
        return socket.lost;
      },
      send: (bytes, to) => {
        const whom = to ?? (peer === undefined ? undefined : { address: peer.host, port: peer.port });
        if (whom !== undefined) this.show(own(socket.local, whom), whom, bytes, true);
        return socket.send(bytes, to);
      },
      join: (group, membership) => socket.join(group, membership),
      leave: (group, membership) => socket.leave(group, membership),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      close: () => socket.close(),
    };
  }

  /** @internal Records a packet, if its addresses can be shown. */
  show(from: Endpoint, to: Endpoint, payload: Uint8Array, outbound: boolean, segment?: Segment): void {
    if (familyOf(from.address) === 0 || familyOf(from.address) !== familyOf(to.address)) return;
    const packet = { from, to, payload, ttl: 64, segment, fragment: undefined, unreachable: undefined, damaged: false };
    this.capture.add(0, packet, this.#clock.wallTime(), outbound);
  }

  /** Whether it was recorded when it was sent. */
  #isOurs(from: Endpoint): boolean {
    const { address, port } = from;
    const anywhere = address === "::1" ? ["::"] : address.startsWith("127.") ? ["0.0.0.0", "::"] : [];
    return [address, ...anywhere].some((one) => this.#sockets.has(nameOf({ address: one, port })));
  }
}

/** What is shown of a connection: both directions, with sequence numbers that count the bytes. */
class StreamRecord {
  readonly #network: CapturingNetwork;
  /** It came to a listener. */
  readonly #came: boolean;
  #connection: Connection | undefined;
  readonly #next = { sent: 0, received: 0 };
  /** It is open, and the other end does not record it. */
  #open = false;
  #name: string | undefined;

  constructor(network: CapturingNetwork, came: boolean) {
    this.#network = network;
    this.#came = came;
  }

  opened(): void {
    const { local = NOWHERE, remote = NOWHERE } = this.#connection ?? {};
    if (this.#network.streams.has(`${nameOf(remote)} ${nameOf(local)}`)) return;
    this.#name = `${nameOf(local)} ${nameOf(remote)}`;
    this.#network.streams.add(this.#name);
    this.#open = true;
    const [first, second] = this.#came ? [false, true] : [true, false];
    this.#show(first, { syn: true, ack: false });
    this.#next[first ? "sent" : "received"]++;
    this.#show(second, { syn: true });
    this.#next[second ? "sent" : "received"]++;
    this.#show(first, {});
  }

  events(theirs: ConnectionEvents): ConnectionEvents {
    return {
      opened: () => {
        this.opened();
        theirs.opened();
      },
      secured: (what) => theirs.secured?.(what),
      data: (bytes) => {
        this.#bytes(false, bytes);
        theirs.data(bytes);
      },
      ended: () => {
        this.#show(false, { fin: true });
        this.#next.received++;
        theirs.ended();
      },
      drained: () => theirs.drained(),
      finished: () => {
        this.#show(true, { fin: true });
        this.#next.sent++;
        theirs.finished();
      },
      closed: (error) => {
        if (error !== undefined) this.#show(false, { reset: true });
        this.#open = false;
        if (this.#name !== undefined) this.#network.streams.remove(this.#name);
        theirs.closed(error);
      },
    };
  }

  connection(connection: Connection): Connection {
    this.#connection = connection;
    return {
      get local() {
        return connection.local;
      },
      get remote() {
        return connection.remote;
      },
      write: (pieces) => {
        if (this.#open) for (const piece of pieces) this.#bytes(true, piece);
        return connection.write(pieces);
      },
      secure: (how, early) => connection.secure(how, early),
      end: () => connection.end(),
      abort: () => {
        this.#show(true, { reset: true });
        this.#open = false;
        connection.abort();
      },
      pause: () => connection.pause(),
      resume: () => connection.resume(),
    };
  }

  #bytes(sent: boolean, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MOST) {
      const part = bytes.subarray(at, at + MOST);
      this.#show(sent, {}, part);
      this.#next[sent ? "sent" : "received"] += part.length;
    }
  }

  #show(sent: boolean, flags: Partial<Segment>, bytes: Uint8Array = EMPTY): void {
    const { local, remote } = this.#connection ?? {};
    if (!this.#open || local === undefined || remote === undefined) return;
    const [mine, yours] = sent ? [this.#next.sent, this.#next.received] : [this.#next.received, this.#next.sent];
    const segment: Segment = { ...PLAIN, sequence: mine, acknowledged: yours, ...flags };
    if (sent) this.#network.show(local, remote, bytes, true, segment);
    else this.#network.show(remote, local, bytes, false, segment);
  }
}

const NOWHERE: Endpoint = { address: "", port: 0 };
const PLAIN: Segment = {
  syn: false,
  ack: true,
  fin: false,
  reset: false,
  sequence: 0,
  acknowledged: 0,
  window: 65_535,
  scale: 0,
  mss: 1460,
  ranges: NO_RANGES,
  start: 0,
  otherStart: 0,
};

function nameOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** Our address towards somebody, where we are bound to all of them. */
function own(local: Endpoint, other: Endpoint): Endpoint {
  if (local.address === "0.0.0.0" || (local.address === "::" && familyOf(other.address) === 4))
    return { address: "127.0.0.1", port: local.port };
  return local.address === "::" ? { address: "::1", port: local.port } : local;
}
