// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";

/** Bytes of a slab. A message that somebody keeps keeps its slab, so it is not large. */
const SIZE = 32_768;

/**
 * Memory for many small messages, none of which is ever written twice. An array of its own for each message would cost more than what is written into it.
 *
 * @internal
 */
export class Slab {
  /** Where to write. */
  bytes: Uint8Array = new Uint8Array(0);
  /** From where on. */
  start = 0;

  /** Sees to it that there is room for so many bytes. */
  reserve(most: number): void {
    if (this.bytes.length - this.start >= most) return;
    this.bytes = new Uint8Array(Buffer.allocUnsafeSlow(Math.max(SIZE, most)).buffer); // not zeroed: nobody sees what was not written
    this.start = 0;
  }

  /** What was written up to here is a message. */
  take(end: number): Uint8Array {
    const message = this.bytes.subarray(this.start, end);
    this.start = end;
    return message;
  }
}
