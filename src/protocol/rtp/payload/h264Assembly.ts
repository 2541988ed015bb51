// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { RTPContent } from "../packet.ts";
import type { ReceivedAccessUnit } from "./H264Depacketiser.ts";
import { NAL, nalType } from "./nalUnits.ts";

/**
 * A picture while its packets come: RFC 6184, section 5.
 *
 * @internal
 */
export class H264Assembly {
  readonly #maxSize: number;
  #nals: Uint8Array[] = [];
  #size = 0;
  #complete = true;
  #timestamp: number | undefined;
  #next: number | undefined;
  /** Pieces of a unit whose end has not come. */
  #pieces: Uint8Array[] = [];

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Whether a packet of this time is of the picture that is being put together. */
  belongs(timestamp: number): boolean {
    return this.#timestamp === undefined || this.#timestamp === timestamp;
  }

  /** Takes a packet; returns in words what is wrong with it. */
  add(sequence: number, { payload, timestamp }: RTPContent): string | undefined {
    if (this.#next !== undefined && sequence !== this.#next) this.#lose();
    this.#next = (sequence + 1) & 0xffff;
    this.#timestamp = timestamp;
    const fault = this.#read(payload);
    if (fault !== undefined) this.#lose();
    return fault;
  }

  /** The picture, as far as it has come; nothing, if nothing has. */
  take(): ReceivedAccessUnit | undefined {
    if (this.#pieces.length > 0) this.#lose();
    const nals = this.#nals;
    const picture = { nals, timestamp: this.#timestamp ?? 0, complete: this.#complete };
    this.#nals = [];
    this.#size = 0;
    this.#complete = true;
    this.#timestamp = undefined;
    return nals.length === 0 ? undefined : picture;
  }

  #lose(): void {
    this.#pieces = [];
    this.#complete = false;
  }

  #read(payload: Uint8Array): string | undefined {
    if (payload.length === 0) return "it is empty";
    const type = nalType(payload);
    if (type !== NAL.FU_A && this.#pieces.length > 0) this.#lose();
    if (type === NAL.FU_A) return this.#piece(payload);
    if (type === NAL.STAP_A) return this.#several(payload);
    if (type === 0 || type > 23) return `type ${type} is not one of 1 to 23, ${NAL.STAP_A} and ${NAL.FU_A}`;
    return this.#keep(payload.length) ?? void this.#nals.push(payload);
  }

  #several(payload: Uint8Array): string | undefined {
    const nals: Uint8Array[] = [];
    for (let at = 1; at < payload.length;) {
      const size = at + 1 < payload.length ? (payload[at]! << 8) | payload[at + 1]! : 0;
      if (size === 0 || at + 2 + size > payload.length) return `at ${at} is no unit with its size`;
      nals.push(payload.subarray(at + 2, at + 2 + size));
      at += 2 + size;
    }
    if (nals.length === 0) return "there is no unit in it";
    return this.#keep(payload.length) ?? void this.#nals.push(...nals);
  }

  #piece(payload: Uint8Array): string | undefined {
    if (payload.length < 3) return "a piece has at least 3 bytes";
    const flags = payload[1]!;
    const first = (flags & 0x80) !== 0;
    const last = (flags & 0x40) !== 0;
    if (first && last) return "a piece cannot be first and last";
    if (first && this.#pieces.length > 0) this.#lose();
    if (!first && this.#pieces.length === 0) {
      this.#complete = false; // its beginning did not come, which was told already
      return undefined;
    }
    const fault = this.#keep(payload.length);
    if (fault !== undefined) return fault;
    if (first) this.#pieces.push(Uint8Array.of((payload[0]! & 0xe0) | (flags & 0x1f)));
    this.#pieces.push(payload.subarray(2));
    if (!last) return undefined;
    this.#nals.push(Buffer.concat(this.#pieces));
    this.#pieces = [];
    return undefined;
  }

  #keep(size: number): string | undefined {
    if (this.#size + size > this.#maxSize) return `the picture has more than ${this.#maxSize} bytes`;
    this.#size += size;
    return undefined;
  }
}
