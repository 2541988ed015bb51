// SPDX-License-Identifier: Apache-2.0

/** Calls back when the event loop has had its turn. @internal */
export function afterEventLoop(callback: () => void): void {
  // oxlint-disable-next-line no-restricted-globals -- this is what makes virtual time pass; components take that
  setImmediate(callback);
}

/**
 * Calls back when all promises that are fulfilled have been heard, and all that they fulfilled, too: Node.js comes to its ticks only when no microtask is left.
 * Six times as fast as a turn of the event loop.
 *
 * @internal
 */
export function afterPromises(callback: () => void): void {
  queueMicrotask(() => process.nextTick(callback));
}
