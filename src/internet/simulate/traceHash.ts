// SPDX-License-Identifier: Apache-2.0
import type { Packet } from "./packet.ts";
import type { Fate } from "./SimulatedLink.ts";

const FATES: readonly Fate[] = ["sent", "arrived", "lost", "dropped", "down"];
const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);

/** A number made of all that happened: equal traces have equal hashes, others almost certainly not. 64 bits, not for cryptography. */
export class TraceHash {
  /** How many things have happened. */
  count = 0;
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;

  /** @internal */
  add(link: number, fate: Fate, packet: Packet, at: number): void {
    this.count++;
    number[0] = at + 0;
    this.#mix(words[0]!);
    this.#mix(words[1]!);
    this.#mix(link * 8 + FATES.indexOf(fate));
    this.#mix(packet.size);
    this.#mix(packet.from.port * 65_536 + packet.to.port);
    if (packet.segment !== undefined) this.#mix(packet.segment.sequence ^ Math.imul(packet.segment.acknowledged, 31));
    const { payload } = packet;
    for (let i = 0; i < payload.length; i++) this.#a = Math.imul(this.#a ^ payload[i]!, 0x01000193);
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.#a) + hex(this.#b);
  }

  #mix(word: number): void {
    this.#a = Math.imul(this.#a ^ word, 0x01000193);
    this.#b = Math.imul(this.#b ^ (word >>> 15) ^ this.#a, 0x85ebca6b);
    this.#b ^= this.#b >>> 13;
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
