// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent, ConnectionEvents, Connection, Security } from "../../../axon/index.ts";
import { networkOf, type Proxy, throughProxy } from "../../../internet/index.ts";
import { EITHER, EitherHTTP } from "./http2.ts";
import { plainHost } from "./proxy.ts";
import { basic } from "./request.ts";
import type { Settings } from "./settings.ts";
import { throughComponent } from "./throughComponent.ts";
import type { Way } from "./wire.ts";

/** How a URL is reached. @internal */
export interface Route {
  readonly way: Way;
  /** A proxy is asked for the whole URL: what comes before its path. */
  readonly forward: string | undefined;
  /** Who we are, for that proxy. */
  readonly more: string;
}

const identities = new WeakMap<object, number>();
let identity = 0;

/** A number for an object: connections with different options are not the same. */
function idOf(it: object): number {
  let id = identities.get(it);
  if (id === undefined) identities.set(it, (id = ++identity));
  return id;
}

/** Finds out how URLs are reached. @internal */
export class Routes {
  readonly #owner: AnyComponent;
  readonly #settings: Settings;
  readonly #known = new Map<string, Route>();

  constructor(owner: AnyComponent, settings: Settings) {
    this.#owner = owner;
    this.#settings = settings;
  }

  /** @throws whatever the function throws that chooses the proxy */
  to(url: URL): Route {
    const proxy = this.#settings.proxyFor(url);
    const key = proxy === undefined ? url.origin : `${url.origin} ${idOf(proxy)}`;
    let route = this.#known.get(key);
    if (route === undefined) {
      if (this.#known.size >= 1000) this.#known.clear(); // it is only to save time
      this.#known.set(key, (route = this.#make(url, proxy)));
    }
    return route;
  }

  #make(url: URL, proxy: Proxy | undefined): Route {
    if (proxy?.type === "http" && url.protocol === "http:" && this.#settings.connectionclass === undefined)
      return this.#forward(url, proxy);
    const isSecure = url.protocol === "https:";
    const host = plainHost(url);
    const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
    const { tls, connectionclass, connectTimeout, http2 } = this.#settings;
    if (connectionclass !== undefined) {
      const through = proxy === undefined ? {} : { proxy };
      const options = { host, port, connectTimeout, ...(isSecure ? { tls } : {}), ...through };
      const connect = (events: ConnectionEvents): Connection => throughComponent(this.#owner, connectionclass(options), events);
      return this.#route(`${idOf(this.#owner)} ${url.origin}`, connect, undefined);
    }
    const security: Security | undefined = isSecure ? { serverName: host, alpn: ["http/1.1"], ...tls, side: "client" } : undefined;
    const key = `${url.origin} ${isSecure ? idOf(tls) : ""} ${proxy === undefined ? "" : idOf(proxy)}`;
    const network = networkOf(this.#owner);
    const on = proxy === undefined ? network : throughProxy(network, proxy);
    const connect = (events: ConnectionEvents): Connection => on.connect({ host, port }, events);
    if (security === undefined || !http2) return this.#route(key, connect, security);
    const either = new EitherHTTP(connect, { ...security, alpn: EITHER }, url.origin);
    return this.#route(`${key} ${idOf(either)}`, (events) => either.connect(events), undefined);
  }

  /** RFC 9112 3.2.2: the proxy is asked as if it were the server, for the whole URL. */
  #forward({ host: server }: URL, proxy: Proxy): Route {
    const { host, port, tls, username, password = "" } = proxy;
    const network = networkOf(this.#owner);
    const security: Security | undefined = tls === undefined ? undefined : { serverName: host, ...tls, side: "client" };
    const route = this.#route(`proxy ${idOf(proxy)}`, (events) => network.connect({ host, port }, events), security);
    const more = username === undefined ? "" : `Proxy-Authorization: ${basic(username, password)}\r\n`;
    return { ...route, forward: `http://${server}`, more };
  }

  #route(key: string, connect: Way["connect"], security: Security | undefined): Route {
    const { clock } = this.#owner.system;
    const setTimer: Way["setTimer"] = (callback, delay) => clock.setTimer(callback, delay);
    return { way: { key, connect, security, connectTimeout: this.#settings.connectTimeout, setTimer }, forward: undefined, more: "" };
  }
}
