// SPDX-License-Identifier: Apache-2.0
/**
 * The test kit: run a component alone, in virtual time, with a seeded random source.
 *
 * @module
 */
export { drive } from "./drive.ts";
export { VirtualClock, type VirtualClockOptions } from "./VirtualClock.ts";
