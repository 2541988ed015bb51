// SPDX-License-Identifier: Apache-2.0
// What a component and its thread share: a few words that both look at, and a ring of bytes for each direction.

/** Words of a cache line: what one side writes often is kept away from what the other one writes. */
const LINE = 16;

/** The side that runs the system. */
export const SYSTEM = 0;
/** The side in the thread. */
export const THREAD = 1;
export type Side = typeof SYSTEM | typeof THREAD;

/** Word: what a side is doing; see the states below. */
export const state = (side: Side): number => side * LINE;
/** Word: how many bytes this side has ever written. */
export const tail = (side: Side): number => (2 + side) * LINE;
/** Word: how many of them the other side has read. */
export const head = (side: Side): number => (4 + side) * LINE;
/** Word: this side waits for room in its ring. */
export const wantsRing = (side: Side): number => 6 * LINE + side;
/** Word: what the thread was told; see below. */
export const TOLD: number = 6 * LINE + 2;
/** Word: how far the thread has come; see below. */
export const PHASE: number = 6 * LINE + 3;
/** Word: the system counts on the thread, and wants to hear when it can do nothing by itself. */
export const COUNTED_ON: number = 6 * LINE + 4;
/** Words of a box: how many of its messages were taken, whether its sender waits for room, and until how many are taken. */
export const taken = (box: number): number => (7 + box) * LINE;
export const wantsRoom = (box: number): number => taken(box) + 1;
export const roomAt = (box: number): number => taken(box) + 2;

/** States of a side. Awake: it will look by itself. Otherwise any of the following. */
export const AWAKE = 0;
/** A message wakes it. */
export const WANTS_DATA = 1;
/** Room for a message of its own wakes it. */
export const WANTS_ROOM = 2;
/** It sleeps in `Atomics.wait`. */
export const BLOCKED = 4;
/** It sleeps in its event loop. */
export const LISTENING = 8;
/** Nothing but the other side can wake it. */
export const IDLE = 16;
/** It is falling asleep, and looks round once more. */
export const DROWSY: number = WANTS_DATA | WANTS_ROOM;

/** Told nothing yet: 0. Finish what was sent, then end. */
export const FINISH = 1;
/** End now. */
export const STOP = 2;

/** Phases. Before: it is starting. */
export const STARTED = 1;
/** Its function has returned. */
export const RETURNED = 2;

/** Bytes of a ring, a power of two. */
export const RING_BYTES: number = 2 ** 19;

/** Memory for a component of so many boxes. */
export function allocateMemory(boxes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(taken(boxes) * 4 + 2 * RING_BYTES);
}

/** Where the ring of a side begins. */
export function ringOf(side: Side, memory: SharedArrayBuffer): number {
  return memory.byteLength - (2 - side) * RING_BYTES;
}
