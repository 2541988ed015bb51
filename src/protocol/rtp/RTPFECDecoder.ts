// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import { Parity, type Protected, protectedBy } from "./parity.ts";

/** What to keep. */
export interface RTPFECDecoderOptions {
  /** Packets that are kept to find others with, at most. Default 1024. */
  readonly size?: number;
}

/**
 * Finds lost RTP packets again with what an {@link RTPFECEncoder}, or another sender of SMPTE 2022-1 (ffmpeg's `prompeg`), sends beside them.
 * Packets are sent on at once, those that were lost as soon as they are found: a RecoverOrder puts them into order, with a `bufferSize` of more than rows times columns; so has the
 * `misorder` of an RTPSource before it to be.
 * What protects nothing goes to "malformed".
 *
 * @throws RangeError for a size below 1
 * @example
 * const order = RecoverOrder<RTPParsed>({ bufferSize: 100, timeout: 500 });
 * Pipeline(RTPFECDecoder(), RTPDeframer(), RTPSource({ misorder: 200 }), order, TSDepacketiser());
 */
export function RTPFECDecoder({ size = 1024 }: RTPFECDecoderOptions = {}): Component<
  { inbox: Uint8Array; fec: Uint8Array },
  { outbox: Uint8Array; malformed: Malformed }
> {
  if (!(size >= 1)) throw new RangeError(`Cannot find packets with ${size} others: give 1 or more`);
  return component(RTPFECDecoder, {
    inboxes: { inbox: "RTP packets", fec: "sums of columns and of rows" },
    outboxes: { outbox: "the packets, and those that were lost", malformed: "what protects nothing, and why" },
    *main({ inbox, fec }, { outbox, malformed }) {
      const store = new Store(Math.floor(size));
      while (yield anyOf(inbox, fec)) {
        for (const packet of inbox) {
          outbox.send(packet);
          if (packet.length >= 12) for (const found of store.add(packet)) outbox.send(found);
        }
        for (const bytes of fec) {
          const what = protectedBy(bytes);
          if (typeof what === "string") malformed.send({ bytes, reason: `Cannot find lost packets with a packet: ${what}` });
          else for (const found of store.protect(bytes, what)) outbox.send(found);
        }
      }
    },
  });
}

interface Sum extends Protected {
  readonly packet: Uint8Array;
}

/** The latest packets, and sums of which more than one packet is missing. */
class Store {
  readonly #size: number;
  readonly #packets = new Map<number, Uint8Array>();
  #sums: Sum[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(packet: Uint8Array): Uint8Array[] {
    this.#keep(packet);
    return this.#sums.length === 0 ? [] : this.#find();
  }

  protect(packet: Uint8Array, what: Protected): Uint8Array[] {
    this.#sums.push({ packet, ...what });
    if (this.#sums.length > this.#size / 4) this.#sums.shift();
    return this.#find();
  }

  #keep(packet: Uint8Array): void {
    const sequence = (packet[2]! << 8) | packet[3]!;
    this.#packets.delete(sequence); // the newest is the last
    this.#packets.set(sequence, packet);
    if (this.#packets.size > this.#size) this.#packets.delete(this.#packets.keys().next().value!);
  }

  /** What one sum finds, another one may need. */
  #find(): Uint8Array[] {
    const found: Uint8Array[] = [];
    for (let before = -1; before !== found.length;) {
      before = found.length;
      this.#sums = this.#sums.filter((sum) => {
        const missing = this.#missing(sum);
        if (missing.length > 1) return true;
        const packet = missing.length === 1 ? this.#recover(sum, missing[0]!) : undefined;
        if (packet !== undefined) {
          this.#keep(packet);
          found.push(packet);
        }
        return false;
      });
    }
    return found;
  }

  #missing({ base, offset, count }: Sum): number[] {
    const missing: number[] = [];
    for (let n = 0; n < count && missing.length < 2; n++) {
      const sequence = (base + n * offset) & 0xffff;
      if (!this.#packets.has(sequence)) missing.push(sequence);
    }
    return missing;
  }

  #recover({ packet, base, offset, count }: Sum, missing: number): Uint8Array | undefined {
    const parity = new Parity();
    parity.addParity(packet);
    let sender = new Uint8Array(4);
    for (let n = 0; n < count; n++) {
      const other = this.#packets.get((base + n * offset) & 0xffff);
      if (other === undefined) continue;
      parity.add(other);
      sender = other.slice(8, 12);
    }
    return parity.recover(missing, sender);
  }
}
