// SPDX-License-Identifier: Apache-2.0
import { getErrorPage, type Answer, type Handler, type HTTPRequest } from "../http/index.ts";
import { admin, isAllowed, unauthorized } from "./admin.ts";
import { checkMount, checkPath, isMount } from "./checks.ts";
import { IcecastListener } from "./listener.ts";
import { type IcecastMountOptions, Mount, type MountSource, type Tuned } from "./mount.ts";
import { playlistOf } from "./playlistOf.ts";
import type { SourceFrontOptions } from "./sourceFront.ts";
import { takeSource } from "./source.ts";
import { type IcecastStatistics, statisticsJSON, statisticsPage } from "./statistics.ts";

/** What a server of streams allows, and what it knows of its mounts. */
export interface IcecastMountsOptions {
  /** What sources have to know, as the user "source". Default: none may come from outside. */
  readonly sourcePassword?: string;
  /** Where sources of SHOUTcast 1 play, which know the password, and no mounts. Default "/stream". */
  readonly shoutcastMount?: string;
  /** What whoever changes things has to know, as the user "admin". Sources may change the titles of their mounts. Default: nobody else may. */
  readonly adminPassword?: string;
  /** Listeners at once, on all mounts. Default: no limit. */
  readonly maxListeners?: number;
  /** Sources from outside at once. Default 16. */
  readonly maxSources?: number;
  /** Milliseconds that a source from outside may say nothing. Default 10,000. */
  readonly sourceTimeout?: number;
  /** Bytes of sound between two blocks of metadata, for those who want metadata. Default 16,000. */
  readonly metadataInterval?: number;
  /** What is known of mounts before they have a source: fallbacks, limits, names. Default: nothing. */
  readonly mounts?: Readonly<Record<string, IcecastMountOptions>>;
  /** Where the server is, for people. Default "Earth". */
  readonly location?: string;
}

/** Mounts that had a source once, and that are remembered. */
const MANY = 64;

/**
 * The mounts of a server: what is played on them, and who listens. Its `handler` answers requests of listeners, of sources (PUT, and the older SOURCE), for
 * new titles (`/admin/metadata`), for playlists (`/live.m3u`, `/live.pls`), and for statistics (`/status.xsl` for people, `/status-json.xsl` for programs).
 * Sound comes from sources outside, or from an {@link IcecastMount}.
 *
 * All listeners of a mount share its bytes. Each takes them at its own pace: who falls too far behind is disconnected, and nobody else notices.
 *
 * @throws RangeError for limits and times below 0, and for a path that cannot be a mount
 * @throws TypeError for a content type or a text that cannot be sent
 * @example
 * const mounts = new IcecastMounts({ sourcePassword: "hackme", mounts: { "/live": { fallback: "/music" } } });
 * await WebServer({ port: 8000, handler: mounts.handler }).run(); // until it is stopped
 */
export class IcecastMounts {
  /** Answers requests: "/" with the statistics, and what is no business of mounts with 404. */
  readonly handler: Handler;
  /** What sources of SHOUTcast have to know, and where they play. @internal */
  readonly shoutcast: SourceFrontOptions | undefined;
  readonly #options: IcecastMountsOptions;
  readonly #mounts = new Map<string, Mount>();
  readonly #interval: number;
  #closed = false;
  #started: number | undefined;

  constructor(options: IcecastMountsOptions = {}) {
    const { maxListeners = 0, maxSources = 0, sourceTimeout = 0, metadataInterval = 16_000, mounts = {} } = options;
    for (const [name, value] of Object.entries({ maxListeners, maxSources, sourceTimeout }))
      if (!(value >= 0)) throw new RangeError(`Cannot serve streams with ${name} ${value}: give 0 or more`);
    if (!Number.isInteger(metadataInterval) || metadataInterval < 1)
      throw new RangeError(`Cannot send metadata every ${metadataInterval} bytes: give a whole number from 1`);
    this.#options = options;
    this.#interval = metadataInterval;
    const { sourcePassword: password, shoutcastMount = "/stream" } = options;
    checkPath(shoutcastMount);
    this.shoutcast = password === undefined ? undefined : { password, mount: shoutcastMount };
    for (const [path, known] of Object.entries(mounts))
      this.#mounts.set(checkPath(path), new Mount(path, checkMount(path, known), metadataInterval));
    this.handler = (request) => this.answer(request) ?? this.#other(request);
  }

  /** Answers a request; undefined: it is no business of mounts. */
  answer(request: HTTPRequest): Answer | undefined {
    const { method, "non-query-uri": path } = request.parsed;
    this.opened(request.system.clock.wallTime());
    if (method === "PUT" || method === "SOURCE") return this.#take(path, request);
    if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") return undefined;
    if (path === "*") return { headers: { allow: "GET, HEAD, OPTIONS, PUT, SOURCE" }, data: "" }; // sources ask before they send
    if (path.startsWith("/admin/") || path === "/admin.cgi") return admin(request, this.#options, (name) => this.#mounts.get(name));
    if (path === "/status-json.xsl") return statisticsJSON(this.statistics(), request);
    if (path === "/status.xsl") return statisticsPage(this.statistics(), request);
    const list = /^(.+)\.(m3u|pls)$/.exec(path);
    if (list !== null && this.#mounts.has(list[1]!))
      return playlistOf(request, list[1]!, list[2]!, this.#mounts.get(list[1]!)!.options.name);
    const mount = this.#mounts.get(path);
    return mount === undefined ? undefined : this.#listen(mount, request);
  }

  /** What goes on. */
  statistics(): IcecastStatistics {
    const { location = "Earth" } = this.#options;
    return { location, started: this.#started, mounts: [...this.#mounts.values()] };
  }

  /** How many listen, on one mount or on all. */
  listeners(path?: string): number {
    if (path !== undefined) return this.#mounts.get(path)?.listeners.size ?? 0;
    let sum = 0;
    for (const mount of this.#mounts.values()) sum += mount.listeners.size;
    return sum;
  }

  /** What is played: "Artist - Title", or "". */
  title(path: string): string {
    return this.#mounts.get(path)?.title ?? "";
  }

  /** Says since when there is a server; only the first counts. @internal */
  opened(time: number): void {
    this.#started ??= time;
  }

  /** Sends all listeners home, once they have what has come for them, and takes no more. */
  close(): void {
    this.#closed = true;
    for (const mount of this.#mounts.values()) for (const tuned of mount.listeners) tuned.finish();
  }

  /**
   * The mount for a source, which begins. @internal
   *
   * @throws Error if the mount has a source
   * @throws RangeError for a path that cannot be a mount
   */
  begin(path: string, source: MountSource, options: IcecastMountOptions): { readonly mount: Mount; readonly end: () => void } {
    const mount = this.#mounts.get(checkPath(path)) ?? new Mount(path, options, this.#interval);
    mount.begin(source, options);
    this.opened(source.since);
    this.#mounts.set(path, mount);
    if (this.#mounts.size > MANY) this.#forget();
    for (const other of this.#mounts.values())
      if (other !== mount) for (const tuned of [...other.listeners]) if (tuned.home === mount) other.move(tuned, mount);
    return { mount, end: () => mount.end(this.#fallback(mount)) };
  }

  /** Forgets mounts of which nothing is left. */
  #forget(): void {
    const { mounts: known = {} } = this.#options;
    for (const [path, { source, listeners }] of this.#mounts)
      if (source === undefined && listeners.size === 0 && !Object.hasOwn(known, path)) this.#mounts.delete(path);
  }

  /** The nearest mount with a source that listeners of this one are to hear instead. */
  #fallback(mount: Mount): Mount | undefined {
    const seen = new Set([mount]);
    for (let at = mount; at.options.fallback !== undefined;) {
      const next = this.#mounts.get(at.options.fallback);
      if (next === undefined || seen.has(next)) return undefined;
      if (next.source !== undefined) return next;
      seen.add((at = next));
    }
    return undefined;
  }

  #other(request: HTTPRequest): Answer {
    const path = request.parsed["non-query-uri"];
    return path === "/" ? statisticsPage(this.statistics(), request) : getErrorPage(404, `There is nothing at ${path}.`);
  }

  #listen(home: Mount, request: HTTPRequest): Answer {
    const { maxListeners = Infinity } = this.#options;
    const on = home.source === undefined ? this.#fallback(home) : home;
    if (on === undefined || this.#closed) return getErrorPage(404, `Nothing is played at ${home.path} now.`);
    const { method, headers } = request.parsed;
    const fields = fieldsOf(on, headers["icy-metadata"] === "1" ? on.history.interval : 0);
    if (method === "OPTIONS") return { statuscode: 204, headers: { ...fields, allow: "GET, HEAD, OPTIONS" } };
    if (method === "HEAD") return { headers: fields, data: "" };
    if (this.listeners() >= maxListeners || on.listeners.size >= (home.options.maxListeners ?? Infinity))
      return { ...getErrorPage(503, "There are as many listeners as there may be."), headers: { "retry-after": "60", ...HTML } };
    const begins = (tuned: Tuned): (() => void) => {
      on.join(tuned);
      return () => tuned.mount.listeners.delete(tuned);
    };
    return { upgrade: IcecastListener(home, on, request, begins), statuscode: 200, headers: fields };
  }

  #take(path: string, request: HTTPRequest): Answer {
    const { sourcePassword, maxSources = 16, sourceTimeout = 10_000 } = this.#options;
    if (!isAllowed(request, { source: sourcePassword })) return unauthorized(sourcePassword !== undefined);
    if (!isMount(path)) return getErrorPage(403, `${path} cannot be a mount.`);
    const known = this.#mounts.get(path);
    if (known?.source !== undefined) return getErrorPage(409, `${path} has a source already.`);
    const external = [...this.#mounts.values()].filter(({ source }) => source?.peer !== undefined).length;
    if (external >= maxSources || this.#closed) return getErrorPage(503, "There are as many sources as there may be.");
    const { peer = "", headers } = request.parsed;
    const source = { peer, agent: headers["user-agent"], since: request.system.clock.wallTime() };
    return takeSource({ request, timeout: sourceTimeout, begins: (options) => this.begin(path, source, options) });
  }
}

const HTML = { "content-type": "text/html; charset=utf-8" };

/** What a listener is told. */
function fieldsOf(mount: Mount, interval: number): Record<string, string> {
  const { name, description, genre, url, bitrate } = mount.options;
  const fields: Record<string, string> = {
    "content-type": mount.contenttype,
    "cache-control": "no-cache, no-store",
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "Origin, Accept, X-Requested-With, Content-Type, Icy-MetaData, Range",
    "access-control-expose-headers": "icy-br, icy-description, icy-genre, icy-metaint, icy-name, icy-url",
    "accept-ranges": "none",
    "icy-pub": "0",
  };
  for (const [key, value] of Object.entries({ name, description, genre, url, br: bitrate }))
    if (value !== undefined) fields[`icy-${key}`] = bytesIn(String(value));
  if (interval > 0) fields["icy-metaint"] = String(interval);
  return fields;
}

/** UTF-8 in a field whose bytes count as Latin-1. */
function bytesIn(text: string): string {
  return Buffer.from(text.replaceAll(/\p{Cc}+/gu, " ")).toString("latin1");
}
