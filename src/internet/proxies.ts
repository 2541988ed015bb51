// SPDX-License-Identifier: Apache-2.0
// Connecting through somebody else: SOCKS 5 (RFC 1928, with a password: RFC 1929) and HTTP CONNECT (RFC 9110, section 9.3.6).
import { domainToASCII } from "node:url";
import type { ClientSecurity, Connection, ConnectionEvents, ConnectOptions, Network, Place } from "../axon/index.ts";
import { bytesOfAddress } from "./addresses.ts";
import { codeOf, hostAndPort, isIP, nameOf } from "./node/explained.ts";
import { checkSecurity } from "./node/security.ts";
import { placeOf } from "./ports.ts";
import { Prelude } from "./prelude.ts";

/** What is no part of a name, but ends it, or begins something else, in the line that a proxy reads. */
const NOT_IN_NAMES = /[/?#@:[\]\\]/g;

/** A proxy to connect through. It looks names up, too. */
export interface Proxy {
  readonly type: "socks5" | "http";
  readonly host: string;
  readonly port: number;
  /** Who we are, if it wants to know. */
  readonly username?: string;
  readonly password?: string;
  /** Speaks TLS with the proxy itself. For "http" only. Default: not. */
  readonly tls?: ClientSecurity;
}

/** @throws RangeError for a proxy that there cannot be */
function checkItself({ type, host, port, username = "", password = "", tls }: Proxy): void {
  placeOf("connect through", { host, port }, 1);
  if (!["socks5", "http"].includes(type))
    throw new RangeError(
      `Cannot connect through ${hostAndPort(host, port)}: there is no type "${type}" of proxies, only "socks5" and "http"`,
    );
  if (type === "socks5" && tls !== undefined) throw new RangeError(`Cannot speak TLS with the SOCKS proxy ${host}: the protocol has none`);
  for (const [what, text] of [
    ["user name", username],
    ["password", password],
  ] as const) {
    const limit = type === "socks5" ? 255 : 4096;
    if (Buffer.byteLength(text) > limit) throw new RangeError(`Cannot connect through ${host}: the ${what} is longer than ${limit} bytes`);
  }
  if (/[\r\n:]/.test(username)) throw new RangeError(`Cannot connect through ${host}: the user name has a line end or a colon`);
}

/**
 * What is no name or address could say something else to the proxy than whom to connect to.
 *
 * @throws RangeError for a place that a proxy does not know
 */
function checkTarget({ host: proxy }: Proxy, to: Place): void {
  if (to.path !== undefined) throw new RangeError(`Cannot connect to ${to.path} through a proxy: it is a file of this machine`);
  if (to.host.includes("%")) throw new RangeError(`Cannot connect to ${to.host} through a proxy: it does not know our interfaces`);
  placeOf("connect to", to, 1);
  if (to.host.length > 255) throw new RangeError(`Cannot connect through ${proxy}: the host is longer than 255 bytes`);
  if (isIP(to.host) !== 0 || /^[\x21-\x7e]+$/.test(to.host.replace(NOT_IN_NAMES, " "))) return;
  const ascii = domainToASCII(to.host);
  const instead = ascii === "" ? "give a name or an address" : `give it as ${ascii}`;
  throw new RangeError(`Cannot connect to ${JSON.stringify(to.host)} through ${proxy}: there is no such name of a host; ${instead}`);
}

/** @throws RangeError for a proxy that there cannot be, or a place that it does not know; as checkSecurity for how to speak TLS with it */
export function checkProxy(proxy: Proxy, to: Place): void {
  checkItself(proxy);
  if (proxy.tls !== undefined) checkSecurity({ ...proxy.tls, side: "client" });
  checkTarget(proxy, to);
}

/**
 * A network whose connections all go through a proxy.
 *
 * @throws RangeError for a proxy that there cannot be; `connect` throws it for a place that a proxy does not know
 */
export function throughProxy(network: Network, proxy: Proxy): Network {
  checkItself(proxy);
  return {
    connect(to: Place, events: ConnectionEvents, options?: ConnectOptions): Connection {
      checkTarget(proxy, to);
      const begin = (below: ConnectionEvents): Connection => network.connect({ host: proxy.host, port: proxy.port }, below, options);
      return proxy.type === "socks5" ? new SocksTunnel(begin, proxy, to, events) : new HttpTunnel(begin, proxy, to, events);
    },
    listen: (at, events, options) => network.listen(at, events, options),
    bind: (at, events, options) => network.bind(at, events, options),
  };
}

abstract class Tunnel extends Prelude {
  protected readonly proxy: Proxy;
  protected readonly to: { readonly host: string; readonly port: number };
  readonly #user: ConnectionEvents;

  constructor(begin: (events: ConnectionEvents) => Connection, proxy: Proxy, to: Place, user: ConnectionEvents) {
    super(begin);
    this.proxy = proxy;
    this.to = { host: to.host ?? "", port: to.port ?? 0 };
    this.#user = user;
  }

  protected abstract greet(): void;

  override opened(): void {
    this.greet();
  }

  protected say(bytes: Uint8Array | string): void {
    this.below.write([typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes]);
  }

  protected succeed(): void {
    this.finish(undefined, { address: this.to.host, port: this.to.port });
  }

  protected refused(why: string, code?: string): Error {
    const { host, port } = this.proxy;
    const cause = code === undefined ? undefined : Object.assign(new Error(why), { code });
    return new Error(`Cannot connect to ${nameOf(this.to)} through ${hostAndPort(host, port)}: ${why}`, cause && { cause });
  }

  protected override ready(): void {
    this.events = this.#user;
    this.#user.opened();
    this.resume();
  }

  protected override broken(error: Error | undefined): void {
    const cause = error?.cause;
    if (error === undefined) this.#user.closed();
    else this.#user.closed(cause instanceof Error && codeOf(cause) !== "" ? this.refused(error.message) : error);
  }
}

/** What the answers of a SOCKS proxy mean (RFC 1928, section 6). */
const REPLIES: Readonly<Record<number, string>> = {
  1: "the proxy failed",
  2: "the proxy's rules do not allow it",
  3: "there is no way to that network",
  4: "there is no way to that host",
  5: "nobody listens there",
  6: "it is too far away",
  7: "the proxy cannot connect to others",
  8: "the proxy does not know that kind of address",
};

class SocksTunnel extends Tunnel {
  #stage: "method" | "password" | "reply" = "method";

  protected override greet(): void {
    this.say(this.proxy.username === undefined ? Uint8Array.of(5, 1, 0) : Uint8Array.of(5, 2, 0, 2));
  }

  protected override read(bytes: Buffer): number | undefined {
    if (this.#stage === "reply") return this.#readReply(bytes);
    if (bytes.length < 2) return undefined;
    const [version, answer] = [bytes[0], bytes[1]];
    if (this.#stage === "method") {
      if (version !== 5) throw this.refused("it speaks no SOCKS 5");
      if (answer === 0) this.#ask();
      else if (answer === 2 && this.proxy.username !== undefined) this.#sayWho(this.proxy.username);
      else
        throw this.refused(answer === 255 ? "the proxy wants to know who we are" : `the proxy wants method ${answer} of saying who we are`);
    } else if (answer === 0) this.#ask();
    else throw this.refused("the proxy does not let us in: wrong user name or password");
    return 2;
  }

  #sayWho(username: string): void {
    this.#stage = "password";
    const [name, word] = [Buffer.from(username), Buffer.from(this.proxy.password ?? "")];
    this.say(Buffer.concat([Uint8Array.of(1, name.length), name, Uint8Array.of(word.length), word]));
  }

  #ask(): void {
    this.#stage = "reply";
    const { host, port } = this.to;
    const name = Buffer.from(host);
    const bytes = isIP(host) === 0 ? [3, name.length, ...name] : [isIP(host) === 4 ? 1 : 4, ...bytesOfAddress(host)];
    this.say(Uint8Array.of(5, 1, 0, ...bytes, port >> 8, port & 255));
  }

  #readReply(bytes: Buffer): number | undefined {
    if (bytes.length < 5) return undefined;
    const sizes: Readonly<Record<number, number>> = { 1: 4, 3: 1 + bytes[4]!, 4: 16 };
    const size = sizes[bytes[3]!];
    if (bytes[0] !== 5 || size === undefined) throw this.refused("its answer is not SOCKS 5");
    if (bytes[1] !== 0) throw this.refused(REPLIES[bytes[1]!] ?? `the proxy's answer is ${bytes[1]}`);
    if (bytes.length < 6 + size) return undefined;
    this.succeed();
    return 6 + size;
  }
}

/** The most that a proxy may say before the end of its head. */
const LONGEST_HEAD = 16_384;

class HttpTunnel extends Tunnel {
  protected override greet(): void {
    const { tls, host } = this.proxy;
    if (tls === undefined) this.#ask();
    else this.secure({ serverName: host, ...tls, side: "client" });
  }

  override secured(what: Parameters<Prelude["secured"]>[0]): void {
    if (this.events === undefined) this.#ask();
    else super.secured(what);
  }

  #ask(): void {
    const { username, password = "" } = this.proxy;
    const where = hostAndPort(this.to.host, this.to.port);
    const who = username === undefined ? "" : `Proxy-Authorization: Basic ${Buffer.from(`${username}:${password}`).toString("base64")}\r\n`;
    this.say(`CONNECT ${where} HTTP/1.1\r\nHost: ${where}\r\n${who}\r\n`);
  }

  protected override read(bytes: Buffer): number | undefined {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0 && bytes.length < LONGEST_HEAD) return undefined;
    const [line = ""] = bytes.toString("latin1", 0, end < 0 ? LONGEST_HEAD : end).split("\r\n");
    const [, status] = /^HTTP\/1\.[01] (\d{3})( .*)?$/.exec(line) ?? [];
    if (end < 0 || status === undefined) throw this.refused("its answer is not HTTP");
    if (status.startsWith("1")) return end + 4; // more follows
    if (!status.startsWith("2")) throw this.refused(`the proxy answers ${line.slice(9).trim()}`);
    this.succeed();
    return end + 4;
  }
}
