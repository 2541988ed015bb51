// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "../axon/index.ts";
import type { Stage } from "../chassis/index.ts";
import { checkServer, ServerComponent, type ServerOptions, type ServerOutboxes } from "./ServerCore.ts";

/** How to serve with a protocol that does not care who connects. */
export interface SimpleServerOptions extends Omit<ServerOptions, "protocol"> {
  /** Makes the component that handles a connection; called without arguments. */
  readonly protocol: () => Stage<Uint8Array, Uint8Array>;
}

/**
 * A {@link ServerCore} whose protocol does not care who connects.
 *
 * @throws RangeError for a port, a limit or a time that there cannot be
 * @throws TypeError when `protocol` is not a function
 * @throws Error when it cannot listen
 * @example
 * await SimpleServer({ port: 1500, protocol: EchoProtocol }).run(); // until it is stopped
 */
export function SimpleServer(options: SimpleServerOptions): Component<{ control: Shutdown }, ServerOutboxes> {
  checkServer(options);
  const { protocol, ...where } = options;
  return new ServerComponent(SimpleServer, { ...where, protocol: () => protocol() });
}
