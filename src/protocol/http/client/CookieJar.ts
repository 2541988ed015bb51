// SPDX-License-Identifier: Apache-2.0
import { realClock } from "../../../axon/index.ts";
import { isIP } from "../../../internet/index.ts";
import type { FieldList } from "../messages.ts";
import { type ReadCookie, readCookie } from "./cookies.ts";
import { plainHost } from "./proxy.ts";

/** A cookie, as it is kept. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  /** Only for this very host. */
  readonly hostOnly: boolean;
  /** Only over https. */
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** Until when, in milliseconds since 1970; null: as long as the jar is. */
  readonly expires: number | null;
  readonly created: number;
}

/** How to keep cookies. */
export interface CookieJarOptions {
  /** Cookies that were kept before: what `toJSON` gave. Default: none. */
  readonly cookies?: readonly Cookie[];
  /**
   * Whether no cookie may be for all of a domain, since anybody can have a name in it. Default: names of one part, and those like "co.uk". A list of all of them
   * is long, and changes: who gives cookies to servers that do not trust each other should ask a library that has it.
   */
  readonly isPublicSuffix?: (domain: string) => boolean;
  /** Cookies of one domain; then the oldest goes. Default 180. */
  readonly perDomain?: number;
  /** Cookies in all. Default 3000. */
  readonly limit?: number;
}

/** Domains in which countries sell names. */
const SECOND_LEVEL = /^(?:ac|co|com|edu|gob|gov|gouv|govt|gv|ltd|me|mil|ne|net|nom|or|org|plc|sch)\.[a-z]{2}$/;

/**
 * Keeps cookies, RFC 6265bis: gives each server those that are for it, and takes no cookie from a server that is not its own to set. Give it to a client; several
 * may share one.
 *
 * @throws RangeError for less than 1 cookie
 * @example
 * const cookies = new CookieJar();
 * cookies.set("https://example.org/", "id=1; Path=/; Secure");
 * cookies.get("https://example.org/news"); // id=1
 */
export class CookieJar {
  readonly #byDomain = new Map<string, Map<string, Cookie>>();
  readonly #isPublicSuffix: (domain: string) => boolean;
  readonly #perDomain: number;
  readonly #limit: number;
  #size = 0;

  constructor({ cookies = [], isPublicSuffix = isShared, perDomain = 180, limit = 3000 }: CookieJarOptions = {}) {
    if (!(perDomain >= 1 && limit >= 1))
      throw new RangeError(`Cannot keep ${perDomain} cookies of a domain, ${limit} in all: give 1 or more`);
    this.#isPublicSuffix = isPublicSuffix;
    this.#perDomain = perDomain;
    this.#limit = limit;
    for (const cookie of cookies) if (readCookie(`${cookie.name}=${cookie.value}`, 0) !== undefined) this.#keep(cookie);
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** What a client sends to this URL in its field Cookie; "" for none. `time`: milliseconds since 1970; default: now. */
  get(url: string | URL, time: number = realClock.wallTime()): string {
    return this.header(typeof url === "string" ? new URL(url) : url, time);
  }

  /** Takes a cookie that a server sets with its field Set-Cookie. Answers whether it did. */
  set(url: string | URL, field: string, time: number = realClock.wallTime()): boolean {
    return this.#set(typeof url === "string" ? new URL(url) : url, field, time);
  }

  /** All of them, to be kept elsewhere. */
  toJSON(): Cookie[] {
    return [...this.#byDomain.values()].flatMap((cookies) => [...cookies.values()]);
  }

  /** Forgets all. */
  clear(): void {
    this.#byDomain.clear();
    this.#size = 0;
  }

  /** @internal */
  header(url: URL, time: number): string {
    if (this.#size === 0) return "";
    const host = hostOf(url);
    const isSecure = mayBeSecure(url);
    const found: Cookie[] = [];
    for (const domain of isIP(host) === 0 ? domainsOf(host) : [host])
      for (const cookie of this.#byDomain.get(domain)?.values() ?? []) {
        if (cookie.expires !== null && cookie.expires <= time) this.#forget(cookie);
        else if ((cookie.hostOnly ? host === domain : true) && (!cookie.secure || isSecure) && isBelow(url.pathname, cookie.path))
          found.push(cookie);
      }
    found.sort((a, b) => b.path.length - a.path.length || a.created - b.created);
    return found.map(({ name, value }) => (name === "" ? value : `${name}=${value}`)).join("; ");
  }

  /** @internal Takes those that an answer sets. */
  take(url: URL, fields: FieldList, time: number): void {
    for (const [name, value] of fields) if (name.length === 10 && name.toLowerCase() === "set-cookie") this.#set(url, value, time);
  }

  #set(url: URL, field: string, time: number): boolean {
    const read = readCookie(field, time);
    const cookie = read === undefined ? undefined : this.#checked(read, url, time);
    if (cookie === undefined) return false;
    const old = this.#byDomain.get(cookie.domain)?.get(keyOf(cookie));
    if (cookie.expires !== null && cookie.expires <= time) {
      if (old !== undefined) this.#forget(old);
      return true;
    }
    this.#keep(old === undefined ? cookie : { ...cookie, created: old.created });
    return true;
  }

  /** RFC 6265bis 5.7: a cookie that this server may set. */
  #checked({ domain, path, ...read }: ReadCookie, url: URL, time: number): Cookie | undefined {
    const host = hostOf(url);
    const isOurs = domain === undefined || domain === "" || domain === host;
    if (!isOurs && (isIP(host) !== 0 || !host.endsWith(`.${domain}`) || this.#isPublicSuffix(domain))) return undefined;
    const hostOnly = domain === undefined || domain === "" || isIP(host) !== 0 || this.#isPublicSuffix(domain);
    const isSecure = mayBeSecure(url);
    if (read.secure && !isSecure) return undefined;
    const where = path !== undefined && path.startsWith("/") ? path : defaultPath(url.pathname);
    const prefix = /^__(secure|host)-/i.exec(read.name === "" ? read.value : read.name)?.[1]?.toLowerCase();
    if (prefix !== undefined && (!read.secure || read.name === "")) return undefined;
    if (prefix === "host" && (!hostOnly || domain !== undefined || where !== "/")) return undefined;
    const cookie: Cookie = { ...read, domain: hostOnly ? host : (domain ?? host), path: where, hostOnly, created: time };
    return !isSecure && this.#hidesSecure(cookie, host) ? undefined : cookie;
  }

  /** Who can change what is sent over http must not be able to replace what came over https. */
  #hidesSecure({ name, path }: Cookie, host: string): boolean {
    return domainsOf(host).some((domain) =>
      [...(this.#byDomain.get(domain)?.values() ?? [])].some((other) => other.secure && other.name === name && isBelow(path, other.path)),
    );
  }

  #keep(cookie: Cookie): void {
    let cookies = this.#byDomain.get(cookie.domain);
    if (cookies === undefined) this.#byDomain.set(cookie.domain, (cookies = new Map()));
    const key = keyOf(cookie);
    if (!cookies.has(key)) this.#size++;
    cookies.set(key, cookie);
    if (cookies.size > this.#perDomain) this.#forgetOldest([...cookies.values()]);
    if (this.#size > this.#limit) this.#forgetOldest(this.toJSON());
  }

  #forgetOldest(cookies: readonly Cookie[]): void {
    this.#forget(cookies.reduce((oldest, cookie) => (cookie.created < oldest.created ? cookie : oldest)));
  }

  #forget(cookie: Cookie): void {
    const cookies = this.#byDomain.get(cookie.domain);
    if (cookies?.delete(keyOf(cookie)) !== true) return;
    this.#size--;
    if (cookies.size === 0) this.#byDomain.delete(cookie.domain);
  }
}

function isShared(domain: string): boolean {
  return !domain.includes(".") || SECOND_LEVEL.test(domain);
}

function keyOf({ name, path, hostOnly }: Cookie): string {
  return `${hostOnly ? "" : "."}${path};${name}`;
}

function hostOf(url: URL): string {
  return plainHost(url).toLowerCase().replace(/\.$/, "");
}

/** This machine needs no encryption to be trusted. */
function mayBeSecure(url: URL): boolean {
  return url.protocol === "https:" || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** "a.b.c", "b.c", "c" */
function domainsOf(host: string): readonly string[] {
  const parts = host.split(".");
  return parts.map((_, i) => parts.slice(i).join("."));
}

/** RFC 6265bis 5.1.4 */
function isBelow(path: string, of: string): boolean {
  return path === of || (path.startsWith(of) && (of.endsWith("/") || path[of.length] === "/"));
}

function defaultPath(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}
