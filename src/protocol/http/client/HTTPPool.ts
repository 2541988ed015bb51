// SPDX-License-Identifier: Apache-2.0
import type { Clock, Timer } from "../../../axon/index.ts";
import type { Fault } from "./failures.ts";
import { Wire, type WireKeeper, type WireUser, type Way } from "./wire.ts";

/** How many connections there may be, and for how long. */
export interface HTTPPoolOptions {
  /** Connections to one server. Default 6. */
  readonly connections?: number;
  /** Connections in all. Default 256. */
  readonly maxConnections?: number;
  /** Milliseconds that one is kept that nobody uses, unless its server says that it keeps it for less. Default 4000; 0: each serves once. */
  readonly keepAlive?: number;
}

/** The connections to one server. */
interface Origin {
  readonly way: Way;
  /** Those that nobody uses; the one that was used last is the last. */
  readonly idle: Wire[];
  readonly open: Set<Wire>;
  opening: number;
  /** Who waits for one. */
  readonly waiting: Set<WireUser>;
}

/** A connection that has been idle for longer may be closed already at the other side: what must not be sent twice does not use it. */
const FRESH = 1000;
/** A server that keeps connections for so long closes them a little earlier than that. */
const MARGIN = 1000;

/**
 * Connections that are kept and used again. Each client has a pool of its own, unless several are given the same one, which must be in one system.
 * When the last client has ended its connections are closed.
 *
 * @throws RangeError for less than 1 connection, and for a time that there cannot be
 * @example
 * const pool = new HTTPPool({ connections: 2 });
 * const clients = [SimpleHTTPClient({ pool }), SimpleHTTPClient({ pool })]; // together they open 2 connections to a server
 */
export class HTTPPool {
  readonly #limits: Required<HTTPPoolOptions>;
  readonly #origins = new Map<string, Origin>();
  readonly #keeper: WireKeeper;
  #count = 0;
  #idle = 0;
  #clients = 0;
  #clock: Clock | undefined;
  #timer: Timer | undefined;

  constructor({ connections = 6, maxConnections = 256, keepAlive = 4000 }: HTTPPoolOptions = {}) {
    if (!(connections >= 1 && maxConnections >= 1))
      throw new RangeError(`Cannot work with ${connections} connections to a server, ${maxConnections} in all: give 1 or more`);
    if (!(keepAlive >= 0)) throw new RangeError(`Cannot keep connections for ${keepAlive} ms: give 0 or more`);
    this.#limits = { connections, maxConnections, keepAlive };
    this.#keeper = {
      ready: (wire) => this.#ready(wire),
      failed: (wire, fault) => this.#failed(wire, fault),
      gone: (wire) => this.#gone(wire),
    };
  }

  /** How many connections are open, or being opened. */
  get size(): number {
    return this.#count;
  }

  /** How many of them nobody uses now. */
  get idle(): number {
    return this.#idle;
  }

  /** @internal A client uses it, by this clock. @throws Error when another one uses it by another clock */
  enter(clock: Clock): void {
    if (this.#clients > 0 && this.#clock !== clock)
      throw new Error("Cannot share an HTTPPool between systems with different clocks: give each its own");
    this.#clock = clock;
    this.#clients++;
  }

  /** @internal It does not any more. */
  leave(): void {
    if (--this.#clients > 0) return;
    for (const { open } of this.#origins.values()) for (const wire of [...open]) wire.close();
    this.#origins.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** @internal Gives this user a connection, now or later. `once`: it must not be sent twice. */
  acquire(way: Way, user: WireUser, once: boolean): void {
    const origin = this.#origin(way);
    for (let wire = this.#takeIdle(origin); wire !== undefined; wire = this.#takeIdle(origin)) {
      if (wire.isOpen && !(once && this.#now - wire.idleSince > FRESH) && !this.#isStale(wire)) {
        wire.serve(user);
        return;
      }
      wire.close();
    }
    origin.waiting.add(user);
    this.#open(origin);
  }

  /** @internal It does not want one any more. */
  giveUp(way: Way, user: WireUser): void {
    this.#origins.get(way.key)?.waiting.delete(user);
  }

  /** @internal It is done with this one. `kept`: milliseconds that the server says it keeps it. */
  release(wire: Wire, kept: number | undefined): void {
    if (!wire.release()) return;
    wire.kept = kept;
    this.#offer(wire);
  }

  get #now(): number {
    return this.#clock?.now() ?? 0;
  }

  #origin(way: Way): Origin {
    let origin = this.#origins.get(way.key);
    if (origin === undefined) this.#origins.set(way.key, (origin = { way, idle: [], open: new Set(), opening: 0, waiting: new Set() }));
    return origin;
  }

  #takeIdle(origin: Origin): Wire | undefined {
    const wire = origin.idle.pop();
    if (wire === undefined) return undefined;
    this.#idle--;
    return wire;
  }

  #isStale({ idleSince, kept = Infinity }: Wire): boolean {
    return this.#now - idleSince >= Math.min(this.#limits.keepAlive, kept);
  }

  /** Opens as many as are wanted and allowed. */
  #open(origin: Origin): void {
    const { connections, maxConnections } = this.#limits;
    while (origin.opening < origin.waiting.size && origin.open.size < connections) {
      if (this.#count >= maxConnections && !this.#closeOne()) return;
      this.#count++;
      origin.opening++;
      origin.open.add(new Wire(origin.way, this.#keeper));
    }
  }

  /** Makes room by closing the connection that has been idle for longest. */
  #closeOne(): boolean {
    let oldest: Wire | undefined;
    for (const { idle } of this.#origins.values())
      if (idle[0] !== undefined && idle[0].idleSince < (oldest?.idleSince ?? Infinity)) oldest = idle[0];
    oldest?.close();
    return oldest !== undefined;
  }

  #ready(wire: Wire): void {
    const origin = this.#origin(wire.way);
    origin.opening--;
    this.#offer(wire);
  }

  /** Gives a connection to whoever waits for one, or keeps it. */
  #offer(wire: Wire): void {
    const { waiting, idle } = this.#origin(wire.way);
    for (const user of waiting) {
      waiting.delete(user);
      wire.serve(user);
      return;
    }
    wire.idleSince = this.#now;
    if (this.#isStale(wire) || this.#isWanted()) {
      wire.close();
      return;
    }
    idle.push(wire);
    this.#idle++;
    this.#watch(Math.min(this.#limits.keepAlive, wire.kept ?? Infinity));
  }

  /** Whether somebody waits for a connection to another server, and there are too many. */
  #isWanted(): boolean {
    if (this.#count < this.#limits.maxConnections) return false;
    for (const { waiting, open } of this.#origins.values()) if (waiting.size > 0 && open.size < this.#limits.connections) return true;
    return false;
  }

  #failed(wire: Wire, fault: Fault): void {
    const origin = this.#origin(wire.way);
    const [user] = origin.waiting;
    origin.opening--;
    if (user !== undefined) origin.waiting.delete(user);
    this.#gone(wire);
    user?.lost(fault, true);
  }

  #gone(wire: Wire): void {
    const origin = this.#origin(wire.way);
    if (!origin.open.delete(wire)) return;
    this.#count--;
    const at = origin.idle.indexOf(wire);
    if (at >= 0) {
      origin.idle.splice(at, 1);
      this.#idle--;
    }
    if (this.#clients === 0) return;
    if (origin.waiting.size > 0) this.#open(origin);
    else if (origin.open.size === 0) this.#origins.delete(origin.way.key);
    if (this.#count === this.#limits.maxConnections - 1) for (const other of this.#origins.values()) this.#open(other);
  }

  /** Looks after idle connections: one timer for all, which stays while they come and go. */
  #watch(delay: number = this.#limits.keepAlive): void {
    if (this.#timer === undefined && Number.isFinite(delay)) this.#timer = this.#clock?.setTimer(() => this.#look(), delay);
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#now;
    let next = Infinity;
    for (const { idle } of this.#origins.values())
      for (const wire of [...idle]) {
        if (this.#isStale(wire)) wire.close();
        else next = Math.min(next, wire.idleSince + Math.min(this.#limits.keepAlive, wire.kept ?? Infinity));
      }
    this.#watch(next - now);
  }
}

/** Milliseconds that a server says it keeps a connection: `Keep-Alive: timeout=5`. @internal */
export function keptFor(value: string | undefined): number | undefined {
  const seconds = value === undefined ? undefined : /\btimeout=(\d{1,6})\b/i.exec(value)?.[1];
  return seconds === undefined ? undefined : Math.max(0, Number(seconds) * 1000 - MARGIN);
}
