// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "../axon/index.ts";
import type { Stage } from "../chassis/index.ts";
import { ServerComponent, type ServerOptions, type ServerOutboxes } from "./ServerCore.ts";

/** How to serve with a protocol that does not care who connects. */
export interface SimpleServerOptions extends Omit<ServerOptions, "protocol"> {
  /** Makes the component that handles a connection; called without arguments. */
  readonly protocol: () => Stage<Uint8Array, Uint8Array>;
}

/**
 * A {@link ServerCore} whose protocol does not care who connects.
 *
 * @throws RangeError for a port that there cannot be
 * @throws Error when it cannot listen
 * @example
 * await SimpleServer({ port: 1500, protocol: EchoProtocol }).run(); // until it is stopped
 */
export function SimpleServer({ protocol, ...where }: SimpleServerOptions): Component<{ control: Shutdown }, ServerOutboxes> {
  return new ServerComponent(SimpleServer, { ...where, protocol: () => protocol() });
}
