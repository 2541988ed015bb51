// SPDX-License-Identifier: Apache-2.0
// When a receiver asks, and for what: RFC 5740, section 5.3.
import type { Random } from "../../axon/index.ts";
import { randomBackoff } from "../multicast/grtt.ts";
import { NEED, type RepairRequest, type SymbolId } from "./message.ts";
import { sizeOfRequests } from "./pack.ts";

/** What is missing: of a block, or (without one) information, or all of an object. Orders and blocks are counted without end. */
export interface Missing {
  readonly order: number;
  readonly block?: number;
  readonly info?: boolean;
  readonly need: number;
  /** Symbols to ask for; none: all of it. */
  readonly ids: readonly number[];
}

/** Round trips for which a request of others counts, beside those over which requests are spread: so long a sender gathers them, and then it repairs. */
const FRESH = 3;
/**
 * If others have asked for all but this share of what is missing, that comes first: whoever then still misses something asks for it next time. If everybody asked at once for
 * what others have not asked for, requests would be as many as blocks.
 */
const ENOUGH = 0.5;
/** What others asked for is remembered of so many blocks. */
const MOST_HEARD = 8192;
/** And of so many of one message. */
const MOST_NOTED = 1024;
/** Nobody asks more often, whatever a sender says: milliseconds. */
const SHORTEST_TRIP = 1;
const ALL = 256;

export class Asking {
  /** When to call `ring`. */
  due: number = Infinity;
  grtt = 500;
  backoff = 4;
  groupSize = 1000;
  sent = 0;
  suppressed = 0;
  readonly #random: Random;
  #state: "idle" | "backing off" | "holding off" = "idle";
  /** How many symbols others have asked for, and when. */
  readonly #heard = new Map<number, { readonly need: number; readonly at: number }>();

  constructor(random: Random) {
    this.#random = random;
  }

  get isIdle(): boolean {
    return this.#state === "idle";
  }

  begin(now: number): void {
    this.#state = "backing off";
    this.due = now + randomBackoff(this.backoff * this.#trip, this.groupSize, this.#random);
  }

  /** Somebody has asked for these. */
  overhear(requests: readonly RepairRequest[], orderOf: (id: SymbolId) => number, now: number): void {
    if (this.#heard.size > MOST_HEARD) this.#heard.clear();
    const counts = new Map<number, number>();
    const note = (key: number, need: number): void => {
      if (counts.size < MOST_NOTED) counts.set(key, Math.min(ALL, (counts.get(key) ?? 0) + need));
    };
    for (const { flags, from, to, erasures } of requests) {
      if (counts.size >= MOST_NOTED) break;
      const [first, last] = [orderOf(from), orderOf(to)];
      if ((flags & NEED.info) !== 0) note(keyOf(first, INFO), 1);
      if ((flags & NEED.object) !== 0)
        for (let order = first; order <= Math.min(last, first + MOST_NOTED); order++) note(keyOf(order, OBJECT), ALL);
      else if ((flags & NEED.block) !== 0)
        for (let { block } = from; block <= Math.min(to.block, from.block + MOST_NOTED); block++) note(keyOf(first, block), ALL);
      else if ((flags & NEED.segment) !== 0)
        note(keyOf(first, from.block), erasures ? from.symbol : Math.max(0, to.symbol - from.symbol + 1));
    }
    for (const [key, need] of counts) {
      const before = this.#heard.get(key);
      if (before === undefined || before.need <= need || before.at < now - this.#fresh) this.#heard.set(key, { need, at: now });
    }
  }

  /** It is time. Answers what is to be asked for, if it is. */
  ring(now: number, missing: () => Iterable<Missing>): Missing[] | undefined {
    if (this.#state === "holding off") {
      this.#state = "idle";
      this.due = Infinity;
      for (const _ of missing()) {
        this.begin(now);
        break;
      }
      return undefined;
    }
    const wanted: Missing[] = [];
    let [total, excess] = [0, 0];
    for (const each of missing()) {
      const heard = this.#heardOf(each, now);
      total += each.need;
      excess += Math.max(0, each.need - heard);
      if (heard < each.need) wanted.push(each);
    }
    this.#state = "holding off";
    this.due = now + (this.backoff + 2) * this.#trip;
    for (const [key, { at }] of this.#heard) if (at < now - this.#fresh) this.#heard.delete(key);
    if (total === 0) return undefined;
    if (excess <= total * ENOUGH) {
      this.suppressed++;
      return undefined;
    }
    this.sent++;
    return wanted;
  }

  #heardOf({ order, block, info = false }: Missing, now: number): number {
    const keys = [keyOf(order, OBJECT)];
    if (info) keys.push(keyOf(order, INFO));
    if (block !== undefined) keys.push(keyOf(order, block & 0xff_ffff));
    let need = 0;
    for (const key of keys) {
      const heard = this.#heard.get(key);
      if (heard !== undefined && heard.at >= now - this.#fresh) need = Math.max(need, heard.need);
    }
    return need;
  }

  get #fresh(): number {
    return (this.backoff + FRESH) * this.#trip;
  }

  get #trip(): number {
    return Math.max(SHORTEST_TRIP, this.grtt);
  }
}

const OBJECT = -1;
const INFO = -2;

function keyOf(order: number, block: number): number {
  return order * 2 ** 25 + block + 2;
}

/** Requests for what is missing, as many as fit. */
export function requestsFor(missing: readonly Missing[], most: number): RepairRequest[] {
  const requests: RepairRequest[] = [];
  for (const each of missing) {
    const before = requests.length;
    const last = requests.at(-1);
    appendRequests(requests, each);
    if (sizeOfRequests(requests) <= most) continue;
    requests.length = before;
    if (last !== undefined) requests[before - 1] = last;
    break;
  }
  return requests;
}

function appendRequests(requests: RepairRequest[], { order, block, info = false, ids }: Missing): void {
  const object = order & 0xffff;
  const at = (block ?? 0) & 0xff_ffff;
  if (block === undefined) append(requests, info ? NEED.info : NEED.object, { object, block: 0, symbol: 0 }, info ? 0 : 1, 0);
  else if (ids.length === 0) append(requests, NEED.block, { object, block: at, symbol: 0 }, 0, 1);
  else {
    for (let from = 0; from < ids.length;) {
      let to = from;
      while (ids[to + 1] === ids[to]! + 1) to++;
      const id = { object, block: at };
      requests.push({ flags: NEED.segment, from: { ...id, symbol: ids[from]! }, to: { ...id, symbol: ids[to]! }, erasures: false });
      from = to + 1;
    }
  }
}

/** One more object or block, as part of the last request if it goes on with that. */
function append(requests: RepairRequest[], flags: number, id: SymbolId, objects: number, blocks: number): void {
  const last = requests.at(-1);
  const follows = (to: SymbolId): boolean =>
    objects + blocks > 0 && id.object - to.object === objects && (objects > 0 || id.block - to.block === blocks);
  if (last?.flags === flags && follows(last.to)) requests[requests.length - 1] = { ...last, to: id };
  else requests.push({ flags, from: id, to: id, erasures: false });
}
