// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { complain } from "./complain.ts";
import { HTTPServerComponent } from "./connection.ts";
import { getErrorPage } from "./errorPages.ts";
import type { Handler } from "./handlers.ts";
import { checkField } from "./resource.ts";
import type { HTTPServerOptions, Settled } from "./serverOptions.ts";
import { requestParser } from "./messageParser.ts";

/**
 * Serves HTTP/1.0 and 1.1 on one connection, RFC 9110 and 9112: bytes from the client in, bytes to the client out. It works between any two boxes.
 *
 * Each request goes to the handler, which answers with a `Response`, a {@link Resource}, text, a component, or a promise of one. Connections are kept, and
 * requests that come before their predecessors are answered are answered in order, each turn's answers in one piece. Bodies are streams both ways, no faster
 * than they are read. A handler that fails costs its own response only: 500, or, if that had begun, the connection. What could be read in two ways is refused.
 *
 * @throws RangeError for a limit or a time that there cannot be
 * @throws TypeError for a field Server that cannot be sent
 * @example
 * // then: curl http://127.0.0.1:8000/
 * await SimpleServer({ port: 8000, protocol: () => HTTPServer(() => "Hello") }).run(); // until it is stopped
 */
export function HTTPServer(handler: Handler, options: HTTPServerOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return new HTTPServerComponent(HTTPServer, handler, settle(options));
}

/** The options, with all that was left out. @throws as HTTPServer does @internal */
export function settle(options: HTTPServerOptions, opened: Settled["opened"] = () => () => {}): Settled {
  const { maxLine, maxHead, maxHeaders, maxBody = 1 << 26, maxUnread = 65_536, server = "Kamaelia", timeouts = {} } = options;
  const { idle = 60_000, head = 30_000, body = 30_000, request = 300_000, send = 120_000, leaving = 2000 } = timeouts;
  for (const [name, time] of Object.entries({ idle, head, body, request, send, leaving, maxUnread }))
    if (!(time >= 0)) throw new RangeError(`Cannot serve with ${name} ${time}: give 0 or more`);
  checkField("Server", server);
  const limits = {
    maxBody,
    ...(maxLine === undefined ? {} : { maxLine }),
    ...(maxHead === undefined ? {} : { maxHead }),
    ...(maxHeaders === undefined ? {} : { maxHeaders }),
  };
  requestParser(limits);
  const { peer, peerport, localip, localport, secure = false, errorPages = getErrorPage, http2 = true, log } = options;
  return {
    limits,
    sides: { peer, peerport, localip, localport },
    secure,
    timeouts: { idle, head, body, request, send, leaving },
    server: server === "" ? "" : `Server: ${server}\r\n`,
    errorPages,
    maxUnread,
    http2,
    log,
    failed:
      options.failed ?? ((error, asked) => complain(`Cannot answer ${asked?.method ?? "any more"} ${asked?.["raw-uri"] ?? ""}`, error)),
    opened,
  };
}
