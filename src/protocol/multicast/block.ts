// SPDX-License-Identifier: Apache-2.0
// What is in a block: how long its content is, where in it the first message begins, and the content; messages are preceded by their lengths.

/** Messages on their way, as so many symbols. */
export interface Block {
  readonly number: number;
  /** Source symbols. The last one may be shorter. */
  readonly symbols: readonly Uint8Array[];
}

/** A block that came. */
export interface ReceivedBlock {
  /** Who sent it. */
  readonly from: number;
  readonly number: number;
  readonly symbols: readonly Uint8Array[];
}

/** Blocks that could not be had. */
export interface MissedBlocks {
  readonly from: number;
  readonly block: number;
  readonly count: number;
}

/** A message that came. */
export interface MulticastMessage<T = Uint8Array> {
  /** The sender's number: chosen by chance, a new one each time it starts. */
  readonly from: number;
  readonly message: T;
}

/** Bytes at the beginning of a block. */
export const BLOCK_HEADER = 8;
/** Bytes before a message: its length. */
export const MESSAGE_HEADER = 4;
/** No message begins in this block. */
export const NO_START = 0xffff_ffff;
