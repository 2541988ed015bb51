// SPDX-License-Identifier: Apache-2.0
import { Introspector } from "../../../axon/index.ts";
import type { Handler } from "../handlers.ts";
import { ServerSentEvents } from "../ServerSentEvents.ts";

/**
 * A handler that shows what runs: the tree of all components of its system with their boxes and linkages, as JSON, as it is now. Who asks for
 * text/event-stream gets each change as it happens, in the lines of the topology protocol ({@link Introspector}). It shows the inside of a server: do not show it to everybody.
 *
 * @example
 * const handler = routes({ "GET /info": ServerInfo() });
 * await SimpleServer({ port: 8000, protocol: HTTPProtocol(handler) }).run(); // until it is stopped
 */
export function ServerInfo(): Handler {
  const live = ServerSentEvents(() => Introspector());
  return (request) => {
    if (/\btext\/event-stream\b/i.test(request.parsed.headers["accept"] ?? "")) return live(request);
    return {
      headers: { "content-type": "application/json", "cache-control": "no-store" },
      data: JSON.stringify(request.system.snapshot(), (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    };
  };
}
