// SPDX-License-Identifier: Apache-2.0
import type { Handler } from "../handlers.ts";
import type { HTTPRequest } from "../request.ts";

/** What answers requests of the WHATWG, as `export default { fetch }` does on other servers. Frameworks make such applications. */
export interface FetchApplication<Env = unknown> {
  fetch(request: Request, env?: Env): Response | Promise<Response>;
}

/** What an application is told beside the request. */
export interface FetchOptions<Env> {
  /** Its second argument. Default: `{ incoming }`, the request with what only we know: who asks, the parameters of the route, the system. */
  readonly env?: (request: HTTPRequest) => Env;
}

/**
 * A handler made of an application that has a method `fetch`, such as one of Hono.
 *
 * @example
 * const handler = fetchHandler({ fetch: (request) => new Response(new URL(request.url).pathname) });
 * const protocol = HTTPProtocol(handler);
 */
export function fetchHandler<Env = { incoming: HTTPRequest }>(
  application: FetchApplication<Env>,
  { env }: FetchOptions<Env> = {},
): Handler {
  return (request) => application.fetch(request.native, env === undefined ? ({ incoming: request } as Env) : env(request));
}
