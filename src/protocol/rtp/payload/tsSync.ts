// SPDX-License-Identifier: Apache-2.0
import { TS_PACKET, TS_SYNC } from "./tsTimeline.ts";

/**
 * Finds the packets in a stream of bytes, wherever it begins: where two in a row begin as packets do, they are in step.
 *
 * @internal
 */
export class TSSync {
  #rest: Uint8Array = new Uint8Array(0);
  #inStep = false;

  /**
   * The whole packets that are there now.
   *
   * @param skipped is told of bytes that are in no packet
   */
  push(bytes: Uint8Array, skipped: (bytes: Uint8Array) => void): Uint8Array[] {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    const packets: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const need = this.#inStep ? TS_PACKET : TS_PACKET + 1; // to find the step, the next one's first byte is needed, too
      if (all.length - at < need) break;
      if (all[at] === TS_SYNC && (this.#inStep || all[at + TS_PACKET] === TS_SYNC)) {
        packets.push(all.subarray(at, at + TS_PACKET));
        at += TS_PACKET;
        this.#inStep = true;
        continue;
      }
      this.#inStep = false;
      const from = at;
      at++;
      while (at < all.length && !(all[at] === TS_SYNC && (all.length - at <= TS_PACKET || all[at + TS_PACKET] === TS_SYNC))) at++;
      skipped(all.subarray(from, at));
    }
    this.#rest = all.slice(at);
    return packets;
  }

  /** What is left at the end of the data: a packet, if it is whole. */
  flush(skipped: (bytes: Uint8Array) => void): Uint8Array[] {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    if (rest.length === TS_PACKET && rest[0] === TS_SYNC) return [rest];
    if (rest.length > 0) skipped(rest);
    return [];
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
