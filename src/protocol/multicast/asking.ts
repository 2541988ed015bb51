// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { backoffTrips } from "./grtt.ts";
import { ALL, type Lack, Suppression, type Trips } from "./suppression.ts";
import { appendRequest, MOST_REQUESTS, type Request } from "./wire.ts";

/** Round trips for which a request of others, or what the sender has promised, counts, also from before one has begun to wait: not all begin at the same time. */
const FRESH = 4;
/** Blocks of one request that are listened to. */
const MOST_BLOCKS = 4096;

/** A block, and how many symbols of it are missing; 0: all. */
export type MissingBlock = readonly [block: number, need: number];

/**
 * When a receiver asks a sender for what is missing, and for what of it.
 *
 * @internal
 */
export class Asking extends Suppression<MissingBlock> {
  constructor(random: Random) {
    super(random, MOST_BLOCKS);
  }

  protected override get trips(): Trips {
    return { backoff: backoffTrips(this.groupSize), fresh: FRESH };
  }

  protected override lackOf([block, need]: MissingBlock): Lack {
    return { need: need === 0 ? ALL : need, keys: [block] };
  }

  /** Somebody else asks, or the sender says what it is about to send. */
  overhear(requests: readonly Request[], now: number): void {
    this.note(needsOf(requests), now);
  }

  /** It is time. Answers what is to be asked for, if it is. */
  ask(now: number, missing: () => Iterable<MissingBlock>): Request[] | undefined {
    const wanted = this.ring(now, missing);
    if (wanted === undefined) return undefined;
    const requests: Request[] = [];
    for (const [block, need] of wanted) {
      if (requests.length >= MOST_REQUESTS) break;
      appendRequest(requests, block, need);
    }
    return requests;
  }
}

/** How many symbols of each block are asked for. */
function* needsOf(requests: readonly Request[]): Generator<MissingBlock, void> {
  for (const { block, count, need } of requests)
    for (let i = 0; i < Math.min(count, MOST_BLOCKS); i++) yield [block + i, need === 0 ? ALL : need];
}
