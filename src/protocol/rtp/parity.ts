// SPDX-License-Identifier: Apache-2.0

/** What a packet has of its own beside its number and its sender, so that the sum of several of them can give one back: SMPTE 2022-1, section 8. */
const FIXED = 8;
const RTP_HEADER = 12;
const FEC_HEADER = 16;
/** The payload type of packets that protect others. */
const FEC_TYPE = 96;

/** Which packets are protected: so many, each so many numbers after the one before it, from `base` on. */
export interface Protected {
  readonly base: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * The sum, without carry, of RTP packets.
 *
 * @internal
 */
export class Parity {
  /** First byte, second byte, timestamp, length; then what follows the header. */
  #sum = new Uint8Array(FIXED + 1500);
  #length = FIXED;

  /** Adds a packet; adding it again takes it away. */
  add(packet: Uint8Array): void {
    const size = packet.length - RTP_HEADER;
    this.#reserve(FIXED + size);
    const sum = this.#sum;
    sum[0]! ^= packet[0]! & 0x3f;
    sum[1]! ^= packet[1]!;
    for (let n = 0; n < 4; n++) sum[2 + n]! ^= packet[4 + n]!;
    sum[6]! ^= size >> 8;
    sum[7]! ^= size & 0xff;
    for (let n = 0; n < size; n++) sum[FIXED + n]! ^= packet[RTP_HEADER + n]!;
  }

  /** Adds what a packet of parity says. */
  addParity(packet: Uint8Array): void {
    const size = packet.length - RTP_HEADER - FEC_HEADER;
    this.#reserve(FIXED + size);
    const sum = this.#sum;
    const at = RTP_HEADER;
    sum[0]! ^= packet[0]! & 0x3f;
    sum[1]! ^= (packet[1]! & 0x80) | (packet[at + 4]! & 0x7f);
    for (let n = 0; n < 4; n++) sum[2 + n]! ^= packet[at + 8 + n]!;
    sum[6]! ^= packet[at + 2]!;
    sum[7]! ^= packet[at + 3]!;
    for (let n = 0; n < size; n++) sum[FIXED + n]! ^= packet[at + FEC_HEADER + n]!;
  }

  /** Writes it as a packet of its own stream. */
  write({ base, offset, count }: Protected, byRow: boolean, sequence: number, timestamp: Uint8Array): Uint8Array {
    const sum = this.#sum;
    const packet = new Uint8Array(RTP_HEADER + FEC_HEADER + this.#length - FIXED);
    packet.set([0x80 | (sum[0]! & 0x3f), (sum[1]! & 0x80) | FEC_TYPE, sequence >> 8, sequence & 0xff]);
    packet.set(timestamp, 4);
    packet.set([base >> 8, base & 0xff, sum[6]!, sum[7]!, 0x80 | (sum[1]! & 0x7f)], RTP_HEADER);
    packet.set(sum.subarray(2, 6), RTP_HEADER + 8);
    packet.set([byRow ? 0x40 : 0, offset, count], RTP_HEADER + 12);
    packet.set(sum.subarray(FIXED, this.#length), RTP_HEADER + FEC_HEADER);
    return packet;
  }

  /** The one packet whose sum this is; nothing, if it cannot be one. */
  recover(sequence: number, sender: Uint8Array): Uint8Array | undefined {
    const sum = this.#sum;
    const size = (sum[6]! << 8) | sum[7]!;
    if (size > this.#length - FIXED) return undefined;
    const packet = new Uint8Array(RTP_HEADER + size);
    packet.set([0x80 | (sum[0]! & 0x3f), sum[1]!, sequence >> 8, sequence & 0xff]);
    packet.set(sum.subarray(2, 6), 4);
    packet.set(sender, 8);
    packet.set(sum.subarray(FIXED, FIXED + size), RTP_HEADER);
    return packet;
  }

  #reserve(length: number): void {
    this.#length = Math.max(this.#length, length);
    if (length <= this.#sum.length) return;
    const larger = new Uint8Array(2 * length);
    larger.set(this.#sum);
    this.#sum = larger;
  }
}

/** What a packet protects; or in words why it protects nothing. */
export function protectedBy(packet: Uint8Array): Protected | string {
  if (packet.length < RTP_HEADER + FEC_HEADER) return `it has ${packet.length} bytes, and its headers ${RTP_HEADER + FEC_HEADER}`;
  if (packet[0]! >> 6 !== 2) return `its version is ${packet[0]! >> 6}, not 2`;
  if ((packet[RTP_HEADER + 12]! & 0x38) !== 0) return "it is no sum, but another code";
  const base = (packet[RTP_HEADER]! << 8) | packet[RTP_HEADER + 1]!;
  const [offset, count] = [packet[RTP_HEADER + 13]!, packet[RTP_HEADER + 14]!];
  if (offset === 0 || count === 0) return "it protects no packet";
  return { base, offset, count };
}
