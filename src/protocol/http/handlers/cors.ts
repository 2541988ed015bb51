// SPDX-License-Identifier: Apache-2.0
import type { Handler } from "../handlers.ts";
import type { FieldList } from "../messages.ts";
import { checkField } from "../resource.ts";
import { amended, listing } from "./amend.ts";

/** Which pages of others may ask, and what. */
export interface CORSOptions {
  /** Their origins: "https://example.org", with its port if it has one of its own; a function that says so; or "*", all. Default "*". */
  readonly origins?: "*" | readonly string[] | ((origin: string) => boolean);
  /** Methods they may use. Default GET, HEAD, POST, PUT, PATCH, DELETE. */
  readonly methods?: readonly string[];
  /** Fields they may send. Default: those they ask for. */
  readonly headers?: readonly string[];
  /** Fields of the answer that they may read, beside the usual ones. Default: none. */
  readonly exposed?: readonly string[];
  /** Whether what browsers know of their user (cookies, passwords) goes along. Default false. Not with "*". */
  readonly credentials?: boolean;
  /** Seconds for which browsers need not ask again. Default 600. */
  readonly maxAge?: number;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Lets pages from elsewhere ask (cross-origin resource sharing, as the WHATWG's Fetch says): answers what browsers ask first (preflight), and adds the fields that they look for.
 *
 * @throws TypeError when everybody may come with credentials: name the origins; for what is no origin; and for a method or a field that there cannot be
 * @throws RangeError for a time that there cannot be
 * @example
 * const handler = cors(() => Response.json({ price: 5 }), { origins: ["https://example.org"] });
 * const protocol = HTTPProtocol(handler);
 */
export function cors(handler: Handler, options: CORSOptions = {}): Handler {
  const { origins = "*", methods = METHODS, headers, exposed = [], credentials = false, maxAge = 600 } = options;
  if (origins === "*" && credentials) throw new TypeError('Cannot allow credentials to everybody ("*"): name the origins');
  for (const name of [...methods, ...(headers ?? []), ...exposed]) checkField(name, "");
  if (!(maxAge >= 0)) throw new RangeError(`Cannot let browsers remember it for ${maxAge} seconds: give 0 or more`);
  const named = typeof origins === "object" ? new Set(origins.map(originOf)) : undefined;
  const isAllowed = (origin: string): boolean =>
    origins === "*" || (typeof origins === "function" ? origins(origin) : named?.has(origin) === true);
  const sharing = (origin: string): FieldList => [
    ["Access-Control-Allow-Origin", origins === "*" ? "*" : origin],
    ...(credentials ? ([["Access-Control-Allow-Credentials", "true"]] as const) : []),
  ];
  return (request) => {
    const asked = request.parsed.headers;
    const { origin } = asked;
    const allowed = origin !== undefined && isAllowed(origin);
    const vary = (fields: FieldList): FieldList => (origins === "*" ? fields : listing(fields, "Vary", "Origin"));
    if (request.parsed.method === "OPTIONS" && origin !== undefined && asked["access-control-request-method"] !== undefined) {
      if (!allowed) return { statuscode: 403, headers: vary([]) };
      const wanted = headers?.join(", ") ?? asked["access-control-request-headers"] ?? "";
      const preflight: FieldList = [
        ...sharing(origin),
        ["Access-Control-Allow-Methods", methods.join(", ")],
        ...(wanted === "" ? [] : ([["Access-Control-Allow-Headers", wanted]] as const)),
        ["Access-Control-Max-Age", String(maxAge)],
      ];
      return { statuscode: 204, headers: listing(vary(preflight), "Vary", "Access-Control-Request-Headers") };
    }
    const expose: FieldList = exposed.length === 0 ? [] : [["Access-Control-Expose-Headers", exposed.join(", ")]];
    const answer = handler(request);
    if (!allowed && origins === "*") return answer;
    return amended(answer, (fields) => vary(allowed ? [...fields, ...sharing(origin), ...expose] : fields));
  };
}

/** As browsers send it. @throws TypeError for what none of them sends */
function originOf(text: string): string {
  const url = URL.parse(text);
  const bare = text.replace(/\/$/, "");
  if (text === "null" || (url !== null && url.origin === "null" && /^[a-z][\w+.-]*:\/\/[^/?#\s]+$/.test(bare))) return bare;
  if (url === null || url.origin === "null" || url.pathname !== "/" || /[?#@]/.test(text))
    throw new TypeError(`Cannot allow the origin ${JSON.stringify(text)}: write "https://example.org", without a path`);
  return url.origin;
}
