// SPDX-License-Identifier: Apache-2.0
import type { Component, Endpoint, Shutdown } from "../axon/index.ts";
import type { Stage } from "../chassis/index.ts";
import { type Peer, type ProtocolFailure, ServerComponent, type ServerOptions } from "./ServerCore.ts";

/** How to serve with a protocol that does not care who connects. */
export interface SimpleServerOptions extends Omit<ServerOptions, "protocol"> {
  /** Makes the component that handles a connection; called without arguments. */
  readonly protocol: () => Stage<Uint8Array, Uint8Array>;
}

/**
 * A {@link ServerCore} whose protocol does not care who connects.
 *
 * @throws Error when it cannot listen
 * @example
 * await SimpleServer({ port: 1500, protocol: EchoProtocol }).run();
 */
export function SimpleServer({
  protocol,
  ...options
}: SimpleServerOptions): Component<
  { control: Shutdown },
  { signal: Shutdown; listening: Endpoint; connected: Peer; failures: ProtocolFailure }
> {
  return new ServerComponent(SimpleServer, { ...options, protocol: () => protocol() }) as Component<any, any>;
}
