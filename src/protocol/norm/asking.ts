// SPDX-License-Identifier: Apache-2.0
// When a receiver asks, and for what: RFC 5740, section 5.3.
import type { Random } from "../../axon/index.ts";
import { ALL, type Lack, Suppression, type Trips } from "../multicast/suppression.ts";
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
/** What others asked for is remembered of so many blocks. */
const MOST_HEARD = 8192;
/** And of so many of one message. */
const MOST_NOTED = 1024;

/** When a receiver asks, and for what of that which is missing. */
export class Asking extends Suppression<Missing> {
  override grtt = 500;
  override groupSize = 1000;
  /** Round trips over which requests are spread, as the sender says. */
  backoff = 4;

  constructor(random: Random) {
    super(random, MOST_HEARD);
  }

  protected override get trips(): Trips {
    return { backoff: this.backoff, fresh: this.backoff + FRESH };
  }

  protected override lackOf({ order, block, info = false, need }: Missing): Lack {
    const keys = [keyOf(order, OBJECT)];
    if (info) keys.push(keyOf(order, INFO));
    if (block !== undefined) keys.push(keyOf(order, block & 0xff_ffff));
    return { need, keys };
  }

  /** Somebody has asked for these. */
  overhear(requests: readonly RepairRequest[], orderOf: (id: SymbolId) => number, now: number): void {
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
    this.note(counts, now);
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
