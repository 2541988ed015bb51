// SPDX-License-Identifier: Apache-2.0
/**
 * The test kit: run a component alone, in virtual time, with a seeded random source.
 *
 * @module
 */
export { at, type Schedule } from "./at.ts";
export { drive, type DriveOptions, type Inputs, type Outputs } from "./drive.ts";
export { seedOf } from "./seed.ts";
export { Trace } from "./Trace.ts";
export { VirtualClock, type VirtualClockOptions } from "./VirtualClock.ts";
