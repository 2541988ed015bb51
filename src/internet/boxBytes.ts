// SPDX-License-Identifier: Apache-2.0
import { DEFAULT_BOUND, type Inbox } from "../axon/index.ts";

/** From so many bytes on, a message is large. */
const LARGE = 16_384;
/** How many large messages make a box full. */
const FEW = 8;

/**
 * A box counts messages, not bytes. When those that go through it are large, fewer of them make it full: 128 pieces of 64 KiB in each box of a chain would fill
 * the processor's caches, and the garbage collector's time. A box that somebody has given a size of its own keeps that.
 */
export function fit(box: Inbox | undefined, size: number): void {
  if (box === undefined) return;
  if (size >= LARGE) {
    if (box.bound === DEFAULT_BOUND) box.setBound(FEW);
  } else if (box.bound === FEW) box.setBound(DEFAULT_BOUND);
}
