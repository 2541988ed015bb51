// SPDX-License-Identifier: Apache-2.0
import { getErrorPage } from "../errorPages.ts";
import type { Handler } from "../handlers.ts";
import { climbs } from "./climbing.ts";
import { type ReverseProxyOptions, settleUpstream } from "./forwarding.ts";
import { Forward } from "./proxyForward.ts";
import { Tunnel } from "./proxyTunnel.ts";

/**
 * Has another server answer. Requests and responses are passed on as they come, both ways, no faster than the other side takes them; fields that are for one
 * connection only are not (RFC 9110 7.6.1); the other server is told who asked (Forwarded, RFC 7239; X-Forwarded-For, -Host, -Proto; Via). When it cannot be
 * reached, or does not speak HTTP, the answer is 502, when it says nothing for too long, 504. Requests for another protocol, such as WebSocket, become a tunnel,
 * if it agrees. Where `upstream` has a path, nothing above it can be asked for: what has a part `..`, however it is written, is refused with 400.
 *
 * Connections to it are kept, and used again. When it has closed one meanwhile, what is idempotent and has no body is asked again on another one.
 *
 * @throws TypeError for what is no URL of a server
 * @throws RangeError for a time below 0, and for less than 1 connection
 * @example
 * const api = reverseProxy({ upstream: "http://127.0.0.1:9000" });
 * const handler = routes({ "GET /": () => "Hello", "GET /api/*": api, "POST /api/*": api });
 * const protocol = HTTPProtocol(handler);
 */
export function reverseProxy(options: ReverseProxyOptions): Handler {
  const upstream = settleUpstream(options);
  return ({ parsed }) => {
    if (upstream.base !== "" && climbs(parsed["non-query-uri"])) return getErrorPage(400, "The path leads elsewhere.");
    if (parsed.upgrade !== undefined && parsed.length === 0) return { upgrade: Tunnel(parsed, upstream), saysHead: true };
    return Forward(parsed, upstream);
  };
}
