// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent, ConnectionEvents, Connection } from "../../../axon/index.ts";
import { networkOf } from "../../../internet/index.ts";
import { HTTPPool } from "../client/HTTPPool.ts";
import { throughComponent } from "../client/throughComponent.ts";
import type { Way } from "../client/wire.ts";
import type { Upstream } from "./forwarding.ts";

/** How requests get to the other server. @internal */
export interface Line {
  readonly pool: HTTPPool;
  readonly way: Way;
  /** Nothing more is asked on it by this request. */
  readonly leave: () => void;
}

const lines = new WeakMap<Upstream, WeakMap<AnyComponent, Line>>();

/** The connections of this request: those of the server that it came to, which are closed when that has ended. @internal */
export function lineTo(upstream: Upstream, self: AnyComponent): Line {
  if (upstream.connectionclass !== undefined) return ownLine(upstream, self);
  let known = lines.get(upstream);
  if (known === undefined) lines.set(upstream, (known = new WeakMap()));
  const server = serverOf(self);
  let line = known.get(server);
  if (line === undefined) known.set(server, (line = sharedLine(upstream, server)));
  return line;
}

/** Of all the components that this one is a part of, the outermost. */
function serverOf(self: AnyComponent): AnyComponent {
  let { microprocess: at } = self;
  while (at.parent !== undefined) at = at.parent;
  return at.component;
}

function sharedLine(upstream: Upstream, server: AnyComponent): Line {
  const { connect, connections, keepAlive, security } = upstream;
  const network = networkOf(server);
  const pool = new HTTPPool({ connections, maxConnections: connections, keepAlive });
  pool.enter(server.system.clock);
  void server.ended.then(() => pool.leave());
  const { host, port } = connect;
  return { pool, way: wayOf(upstream, server, (events) => network.connect({ host, port }, events), security), leave: () => {} };
}

function ownLine(upstream: Upstream, self: AnyComponent): Line {
  const pool = new HTTPPool({ keepAlive: 0 });
  pool.enter(self.system.clock);
  const connect: Way["connect"] = (events) => connected(upstream, self, events);
  return { pool, way: wayOf(upstream, self, connect, undefined), leave: () => pool.leave() };
}

function connected({ connect, connectionclass }: Upstream, self: AnyComponent, events: ConnectionEvents): Connection {
  if (connectionclass === undefined) throw new TypeError("Cannot connect: there is nothing to connect with");
  return throughComponent(self, connectionclass(connect), events);
}

function wayOf({ authority, connectTimeout }: Upstream, { system }: AnyComponent, connect: Way["connect"], security: Way["security"]): Way {
  return { key: authority, connect, security, connectTimeout, setTimer: (callback, delay) => system.clock.setTimer(callback, delay) };
}
