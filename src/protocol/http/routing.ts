// SPDX-License-Identifier: Apache-2.0
import { getErrorPage } from "./errorPages.ts";
import type { Answer, Handler } from "./handlers.ts";
import { type HTTPRequest, LazyRequest } from "./request.ts";

/** Handlers by the beginning of the path. The first that fits answers. */
export type Routing = readonly (readonly [prefix: string, handler: Handler])[];

/**
 * Sends each request to the handler whose prefix its path begins with, the first in the list. The handler finds the prefix and what follows it in `parsed`, as
 * "uri-prefix-trigger" and "uri-suffix". Where none fits, the answer is 404.
 *
 * @example
 * const handler = requestHandlers([["/hello/", ({ parsed }) => `Hello, ${parsed["uri-suffix"]}`]]);
 * const protocol = HTTPProtocol(handler);
 */
export function requestHandlers(routing: Routing): Handler {
  return (request) => {
    const path = request.parsed["non-query-uri"];
    for (const [prefix, handler] of routing) {
      if (!path.startsWith(prefix)) continue;
      const parsed = { ...request.parsed, "uri-prefix-trigger": prefix, "uri-suffix": path.slice(prefix.length) };
      return handler(routed(request, parsed, request.params));
    }
    if (asksForAll(request)) return { statuscode: 204, headers: { allow: USUAL } };
    return getErrorPage(404, `There is nothing at ${path}.`);
  };
}

/** What handlers may know that do not say it. */
const USUAL = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/** `OPTIONS *` asks what the server can do, whatever the path, RFC 9110 9.3.7. */
function asksForAll({ parsed }: HTTPRequest): boolean {
  return parsed.method === "OPTIONS" && parsed["non-query-uri"] === "*";
}

/** One pattern of a table. `method`: `*` for all of them. */
interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
}

/**
 * Sends each request to the handler for its method and path. `:name` in a pattern is one part of the path, `*` at its end all that follows ("rest"); both come
 * to the handler, decoded, in `params`. What a star stands for is also "uri-suffix", as {@link requestHandlers} has it, so that {@link MinimalFactory} serves a folder
 * below a path: `"GET /files/*": MinimalFactory(…)`. A star in place of the method is any method: `"* /api/*"`. What is written first fits first. HEAD goes to GET
 * where there is no other. Where a path is known, but not with this method, the answer is 405, to OPTIONS the methods there are; where it is not known, 404.
 *
 * @throws SyntaxError for a pattern that is not a method, in capitals, and a path; and for one with a name twice
 * @example
 * const handler = routes({
 *   "GET /": () => "Hello",
 *   "GET /people/:name": ({ params }) => `Hello, ${params["name"]}`,
 *   "POST /people": async (request) => `Hello, ${await request.text()}`,
 * });
 * const protocol = HTTPProtocol(handler);
 */
export function routes(table: Readonly<Record<string, Handler>>): Handler {
  const list = Object.entries(table).map(([key, handler]) => routeOf(key, handler));
  const direct = new Map<string, Handler>();
  for (const [key, handler] of Object.entries(table)) if (!/[:*]/.test(key)) direct.set(key, handler);
  const isDirectFirst = list.length === direct.size; // then no pattern may come before
  return (request) => {
    const { method } = request.parsed;
    const path = request.parsed["non-query-uri"];
    if (isDirectFirst) {
      const handler = direct.get(`${method} ${path}`);
      if (handler !== undefined) return handler(request);
    }
    return search(list, request, method, path);
  };
}

function search(list: readonly Route[], request: HTTPRequest, method: string, path: string): Answer | Promise<Answer> {
  const fitting = list.filter(({ pattern }) => pattern.test(path));
  const route = chosen(fitting, method);
  if (route !== undefined) {
    const groups = route.pattern.exec(path)?.groups ?? {};
    const params = decoded(groups);
    return params === undefined
      ? getErrorPage(400, "The path is not encoded as it should be.")
      : route.handler(routed(request, below(request.parsed, groups["rest"]), params));
  }
  if (asksForAll(request)) return { statuscode: 204, headers: { allow: allowed(list.map((one) => one.method)) } };
  if (fitting.length === 0) return getErrorPage(404, `There is nothing at ${path}.`);
  const allow = allowed(fitting.map((one) => one.method));
  if (method === "OPTIONS") return { statuscode: 204, headers: { allow } };
  return {
    ...getErrorPage(405, `${path} does not know ${method}, only ${allow}.`),
    headers: { allow, "content-type": "text/html; charset=utf-8" },
  };
}

/** The first that fits; but for HEAD one that is made for it goes before one for GET. */
function chosen(fitting: readonly Route[], method: string): Route | undefined {
  if (method !== "HEAD") return fitting.find((one) => one.method === method || one.method === "*");
  return fitting.find((one) => one.method === method) ?? fitting.find((one) => one.method === "GET" || one.method === "*");
}

function allowed(methods: readonly string[]): string {
  if (methods.includes("*")) return USUAL;
  const all = new Set(methods);
  if (all.has("GET")) all.add("HEAD");
  return [...all.add("OPTIONS")].join(", ");
}

function routeOf(key: string, handler: Handler): Route {
  const what = `Cannot make a route of ${JSON.stringify(key)}`;
  const match = /^([A-Za-z-]+|\*) (\/[^?#\s]*)$/.exec(key);
  if (match === null) throw new SyntaxError(`${what}: write a method and a path, as in "GET /people/:name"`);
  const [, method = "", path = ""] = match;
  if (method !== method.toUpperCase())
    throw new SyntaxError(`${what}: methods are written in capitals, so no client asks with ${method}; write ${method.toUpperCase()}`);
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  if (path.endsWith("*")) names.push("rest");
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new SyntaxError(`${what}: two of its parts are called ${twice}; give each a name of its own`);
  const odd = names.find((name) => /^\d/.test(name));
  if (odd !== undefined) throw new SyntaxError(`${what}: a part cannot be called ${odd}; begin with a letter`);
  const source = path.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll(/:(\w+)/g, "(?<$1>[^/]+)");
  if (/\*./.test(source)) throw new SyntaxError(`${what}: a star stands at the end`);
  return { method, pattern: new RegExp(`^${source.replace("*", "(?<rest>.*)")}$`), handler };
}

/** What a star stands for is what follows a prefix. */
function below(parsed: HTTPRequest["parsed"], rest: string | undefined): HTTPRequest["parsed"] {
  if (rest === undefined) return parsed;
  const path = parsed["non-query-uri"];
  return { ...parsed, "uri-prefix-trigger": path.slice(0, path.length - rest.length), "uri-suffix": rest };
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const params: Record<string, string> = Object.create(null);
  try {
    for (const [name, value] of Object.entries(groups)) params[name] = decodeURIComponent(value);
    return params;
  } catch {
    return undefined;
  }
}

function routed(request: HTTPRequest, parsed: HTTPRequest["parsed"], params: HTTPRequest["params"]): HTTPRequest {
  if (!(request instanceof LazyRequest)) throw new TypeError("Cannot route a request that did not come from a server");
  return request.routed(parsed, params);
}
