// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "../axon/index.ts";
import { ServerCore, type ServerOptions, type ServerOutboxes } from "../internet/index.ts";
import { type VideoCookieOptions, VideoCookieProtocol } from "./VideoCookieProtocol.ts";

/** Where to serve, and what. */
export interface SimpleVideoCookieServerOptions extends Partial<Omit<ServerOptions, "protocol">>, VideoCookieOptions {}

/**
 * A server that shows a random clip of film to each client that connects: a SimpleServer with a {@link VideoCookieProtocol}, by default at port 5222.
 *
 * @throws RangeError for a port that there cannot be, and whatever a VideoCookieProtocol refuses
 * @example
 * // then: ffplay tcp://127.0.0.1:5222
 * await SimpleVideoCookieServer().run(); // until it is stopped
 */
export function SimpleVideoCookieServer({
  rate,
  chunkRate,
  clips,
  seconds,
  program,
  port = 5222,
  ...where
}: SimpleVideoCookieServerOptions = {}): Component<{ control: Shutdown }, ServerOutboxes> {
  const given = Object.entries({ rate, chunkRate, clips, seconds, program }).filter(([, value]) => value !== undefined);
  const options: VideoCookieOptions = Object.fromEntries(given);
  VideoCookieProtocol(options); // what it refuses is refused at once, not when the first client comes
  return ServerCore({ ...where, port, protocol: () => VideoCookieProtocol(options) });
}
