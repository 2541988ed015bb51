// SPDX-License-Identifier: Apache-2.0
import { lookup, type LookupAddress } from "node:dns";
import { connect, isIP, type TcpNetConnectOpts } from "node:net";
import type {
  AnyComponent,
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
} from "../axon/index.ts";
import { NodeConnection } from "./node/connection.ts";
import { NodeDatagramSocket } from "./node/datagrams.ts";
import { nameOf, wholeSeconds } from "./node/explained.ts";
import { NodeListener } from "./node/listening.ts";
import { interleaved, race } from "./node/race.ts";
import { checkPort } from "./ports.ts";

/** Finds the addresses of a name. `family` 0 is both kinds. */
export type LookUp = (
  name: string,
  family: 0 | 4 | 6,
  callback: (error: Error | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
) => void;

/** How the real network differs from the usual. */
export interface NodeNetworkOptions {
  /** Finds the addresses of a name. Default: as all programs of this machine do (`/etc/hosts`, then DNS). */
  readonly lookUp?: LookUp;
}

/**
 * The real network, over node:net, node:tls and node:dgram.
 *
 * Of a name with several addresses, it takes the one that answers first, trying IPv6 and IPv4 in turn (happy eyeballs, RFC 8305).
 */
export class NodeNetwork implements Network {
  readonly #lookUp: LookUp;

  constructor({ lookUp = fromTheSystem }: NodeNetworkOptions = {}) {
    this.#lookUp = lookUp;
  }

  connect(to: Place, events: ConnectionEvents, options: ConnectOptions = {}): Connection {
    const connection = new NodeConnection(`connect to ${nameOf(to)}`, to.host ?? to.path);
    connection.events = events;
    if (to.path !== undefined) connection.begin(connect({ path: to.path, allowHalfOpen: true }));
    else if (isIP(to.host) !== 0) connection.begin(connect({ ...forNode(to.port, options), host: to.host }));
    else this.#connectByName(to.host, forNode(to.port, options), options.family ?? 0, connection);
    return connection;
  }

  #connectByName(name: string, options: Omit<TcpNetConnectOpts, "host">, family: 0 | 4 | 6, connection: NodeConnection): void {
    checkPort(`connect to ${name}:${options.port}`, options.port, 0);
    let stop: (() => void) | undefined;
    let over = false;
    connection.awaits(() => {
      over = true;
      stop?.();
      process.nextTick(() => connection.fail());
    });
    this.#lookUp(name, family, (error, addresses) => {
      if (over) return;
      const lost = (why: Error): void => process.nextTick(() => connection.fail(why));
      if (error !== null) lost(error);
      else if (addresses.length === 0) lost(new Error("the name has no address of that kind"));
      else {
        const won = (socket: ReturnType<typeof connect>): void => {
          connection.take(socket);
          connection.events?.opened();
        };
        stop = race(interleaved(addresses), options, { won, lost });
      }
    });
  }

  listen(at: Place, events: ListenerEvents, options: ListenOptions = {}): Listener {
    return new NodeListener(at, events, options);
  }

  bind(at: { readonly host: string; readonly port: number }, events: DatagramEvents, options: DatagramOptions = {}): DatagramSocket {
    checkPort(`bind to ${at.host}:${at.port}`, at.port, 0);
    const { peer } = options;
    if (peer !== undefined) checkPort(`send to ${peer.host}:${peer.port}`, peer.port, 1);
    return new NodeDatagramSocket(at, events, options, this.#lookUp);
  }
}

const shared = new NodeNetwork();

/** The network of a component's system: the real one, unless it was given another. */
export function networkOf(component: AnyComponent): Network {
  return component.system.network ?? shared;
}

function fromTheSystem(
  name: string,
  family: 0 | 4 | 6,
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
): void {
  lookup(name, { all: true, family }, callback);
}

function forNode(port: number, { noDelay = true, keepAlive, localAddress, localPort }: ConnectOptions): Omit<TcpNetConnectOpts, "host"> {
  return {
    port,
    noDelay,
    allowHalfOpen: true,
    ...(keepAlive === undefined ? {} : { keepAlive: true, keepAliveInitialDelay: wholeSeconds(keepAlive) }),
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(localPort === undefined ? {} : { localPort }),
  };
}
