// SPDX-License-Identifier: Apache-2.0
import { type Agreed, agree } from "../websocket/extensions.ts";
import { acceptOf } from "../websocket/handshake.ts";
import { settle, type WebSocketOptions } from "../websocket/options.ts";
import { getErrorPage } from "./errorPages.ts";
import type { Answer, Handler } from "./handlers.ts";
import type { HTTPRequest } from "./request.ts";
import { connectionOf, type WebSocketProtocol } from "./WebSocketConnection.ts";

/** How to take WebSockets. */
export interface WebSocketHandlerOptions extends WebSocketOptions {
  /** Whether to take this one: for example, by where the page comes from that asks (the field Origin). Default: all. */
  readonly allow?: (request: HTTPRequest) => boolean;
  /** Subprotocols that are spoken; the first of the client's that is among them is chosen. Default: none. */
  readonly subprotocols?: readonly string[];
}

/**
 * A handler that takes WebSockets, RFC 6455, and RFC 8441 for those in HTTP/2: each gets a protocol component of its own, whose boxes carry messages. It is told the request, and which
 * subprotocol was chosen.
 *
 * @throws RangeError for a size or a time that there cannot be
 * @example
 * const handler = routes({ "GET /echo": WebSocketHandler(() => PureTransformer((message: string | Uint8Array) => message)) });
 * await SimpleServer({ port: 8000, protocol: HTTPProtocol(handler) }).run(); // until it is stopped
 */
export function WebSocketHandler(
  protocol: (request: HTTPRequest, subprotocol: string | undefined) => WebSocketProtocol,
  options: WebSocketHandlerOptions = {},
): Handler {
  const { allow = () => true, subprotocols = [] } = options;
  const settings = settle(options);
  return (request) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refusal;
    if (!allow(request)) return getErrorPage(403);
    const { headers } = request.parsed;
    const offered = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
    const chosen = offered.find((name) => subprotocols.includes(name));
    const { compression } = settings;
    const agreed = compression === undefined ? undefined : agree(headers["sec-websocket-extensions"], compression);
    return {
      upgrade: connectionOf(protocol(request, chosen), settings, agreed),
      headers: fieldsOf(headers["sec-websocket-key"] ?? "", chosen, agreed),
    };
  };
}

function fieldsOf(key: string, chosen: string | undefined, agreed: Agreed | undefined): readonly (readonly [string, string])[] {
  return [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Accept", acceptOf(key)],
    ...(chosen === undefined ? [] : [["Sec-WebSocket-Protocol", chosen] as const]),
    ...(agreed === undefined ? [] : [["Sec-WebSocket-Extensions", agreed.field] as const]),
  ];
}

/** What is wrong with a handshake, RFC 6455 4.2.1. */
function refusalOf({ parsed }: HTTPRequest): Answer | undefined {
  const { headers, upgrade, method, version } = parsed;
  const asks = upgrade?.split(",").some((name) => name.trim().toLowerCase() === "websocket") === true;
  if (method !== "GET" || !asks) return withFields(426, "This is for WebSockets only.", { upgrade: "websocket", connection: "upgrade" });
  if (headers["sec-websocket-version"] !== "13") return withFields(426, "Version 13 is spoken here.", { "sec-websocket-version": "13" });
  if (version !== "2" && !/^[\d+/A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? ""))
    return getErrorPage(400, "There is no good Sec-WebSocket-Key.");
  return undefined;
}

function withFields(status: number, message: string, fields: Readonly<Record<string, string>>): Answer {
  return { ...getErrorPage(status, message), headers: { "content-type": "text/html; charset=utf-8", ...fields } };
}
