// SPDX-License-Identifier: Apache-2.0
/**
 * The states of a microprocess, as bits.
 *
 * An imported binding is looked up through five objects each time it is used. So what is done for every message or turn uses copies in constants
 * of its own module: `const held = HELD`.
 *
 * @module
 */

/** In the run queue, or in the middle of its turn: waking it changes nothing. */
export const QUEUED = 0x1;
/** Activated. */
export const STARTED = 0x2;
/** A box it sent to is full. */
export const HELD = 0x8;
/** producerFinished has come. */
export const FINISHING = 0x10;
/** shutdownMicroprocess has come. */
export const STOPPING = 0x20;
/** shutdownMicroprocess has come, and has not yet been answered by a `false`: it ends whatever wait is on. */
export const INTERRUPT = 0x40;
/** To be ended by force. */
export const KILLED = 0x80;
/** An error is to be thrown at its `yield`. */
export const THROWING = 0x100;
/** `main` is over, children are not. */
export const CLOSING = 0x200;
/** Over. */
export const ENDED = 0x400;
/** `pause()` was called in this turn. */
export const PAUSING = 0x800;
/** The timer it sleeps on has rung. */
export const RANG = 0x1000;
/** It reads "control" itself. */
export const OWNS_CONTROL = 0x2000;
/** It sends "signal" itself. */
export const OWNS_SIGNAL = 0x4000;
/** It has data inboxes. */
export const HAS_INPUT = 0x8000;
/** Services may be registered for it. */
export const REGISTERED = 0x10000;
/** Reads "control" itself, and shutdownMicroprocess has come there: nothing holds it any more. */
export const OVERRULED = 0x20000;
/** Its `main` is over, and it has passed producerFinished on to its children. */
export const PASSED_FINISH = 0x40000;
/** Its `main` is over, and it has passed shutdownMicroprocess on to its children. */
export const PASSED_STOP = 0x80000;
