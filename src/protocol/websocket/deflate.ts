// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { FrameError } from "./frames.ts";

/** How to compress messages: permessage-deflate, RFC 7692. */
export interface CompressionOptions {
  /** Bytes from which on a message is compressed. Default 256. */
  readonly threshold?: number;
  /** From 1, fast, to 9, small. Default 6. */
  readonly level?: number;
  /**
   * Whether what we send may refer to messages before it: smaller, but each connection compresses for itself. Default true. With false, what is sent to
   * many is compressed once.
   */
  readonly takeover?: boolean;
  /** Whether what comes may refer to messages before it. Default true. */
  readonly peerTakeover?: boolean;
  /** How far back we refer, as a power of two, 9 to 15. Default 12: 4096 bytes, which are kept for each connection. */
  readonly windowBits?: number;
  /** How far back the other side may refer, 9 to 15. Default 15. */
  readonly peerWindowBits?: number;
}

/** With all that was left out. @internal */
export type Compression = Required<CompressionOptions>;

/** @throws RangeError for what there cannot be @internal */
export function settleCompression(options: CompressionOptions | boolean): Compression | undefined {
  if (options === false) return undefined;
  const {
    threshold = 256,
    level = 6,
    takeover = true,
    peerTakeover = true,
    windowBits = 12,
    peerWindowBits = 15,
  } = options === true ? {} : options;
  if (!(threshold >= 0)) throw new RangeError(`Cannot compress messages of ${threshold} bytes: give 0 or more`);
  if (!isWithin(level, 1, 9)) throw new RangeError(`Cannot compress with level ${level}: give 1 to 9`);
  for (const bits of [windowBits, peerWindowBits])
    if (!isWithin(bits, 9, 15)) throw new RangeError(`Cannot compress with a window of ${bits} bits: give 9 to 15`);
  return { threshold, level, takeover, peerTakeover, windowBits, peerWindowBits };
}

function isWithin(number: number, from: number, to: number): boolean {
  return Number.isInteger(number) && number >= from && number <= to;
}

const [FLUSH, NOTHING, END] = [constants.Z_SYNC_FLUSH, Buffer.alloc(0), Buffer.of(0, 0, 255, 255)];

/**
 * What was said before, as far as what follows may refer to it. With it as a dictionary each message is compressed by itself: no state of zlib's has to be
 * kept for a connection (which is 300 kB), and nothing has to be waited for.
 */
class Window {
  readonly #size: number;
  #bytes: Buffer = NOTHING;

  /** `bits` 0: nothing is referred to. */
  constructor(bits: number) {
    this.#size = bits === 0 ? 0 : 2 ** bits;
  }

  get dictionary(): { readonly dictionary?: Buffer } {
    return this.#bytes.length === 0 ? {} : { dictionary: this.#bytes };
  }

  remember(bytes: Buffer): void {
    if (this.#size === 0) return;
    const before = this.#bytes.subarray(Math.max(0, this.#bytes.length + bytes.length - this.#size));
    this.#bytes = Buffer.concat([before, bytes.subarray(Math.max(0, bytes.length - this.#size))]);
  }
}

/** Compresses what is sent. @internal */
export class Deflater {
  readonly threshold: number;
  readonly #options: { readonly level: number; readonly windowBits: number; readonly finishFlush: number };
  readonly #window: Window;

  /** `bits` 8 is less than zlib can do: then nothing is compressed. */
  constructor({ threshold, level }: Compression, bits: number, takeover: boolean) {
    this.threshold = bits < 9 ? Infinity : Math.max(1, threshold);
    this.#options = { level, windowBits: Math.max(9, bits), finishFlush: FLUSH };
    this.#window = new Window(takeover && bits >= 9 ? bits : 0);
  }

  /** Undefined if it would not be shorter. */
  deflate(payload: Buffer): Buffer | undefined {
    const deflated = deflateRawSync(payload, { ...this.#options, ...this.#window.dictionary });
    if (deflated.length - END.length >= payload.length) return undefined;
    this.#window.remember(payload);
    return deflated.subarray(0, -END.length);
  }
}

/** Undoes the compression of what comes. @internal */
export class Inflater {
  readonly #window: Window;

  constructor(bits: number, takeover: boolean) {
    this.#window = new Window(takeover ? bits : 0);
  }

  /** @throws FrameError for what was not compressed in this way, and for what becomes longer than `most` bytes */
  inflate(payload: Buffer, most: number): Buffer {
    const options = { finishFlush: FLUSH, ...(most < Number.MAX_SAFE_INTEGER ? { maxOutputLength: Math.max(1, most) } : {}) };
    try {
      const whole = inflateRawSync(Buffer.concat([payload, END]), { ...options, ...this.#window.dictionary });
      this.#window.remember(whole);
      return whole;
    } catch (error) {
      if (error instanceof RangeError) throw new FrameError(1009, "a message is too long");
      throw new FrameError(1007, "a message was not compressed as was agreed on");
    }
  }
}
