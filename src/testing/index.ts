// SPDX-License-Identifier: Apache-2.0
/**
 * The test kit: run a component alone, in virtual time, with a seeded random source; step a system turn by turn; see what happened when a test fails.
 *
 * @module
 */
export { SeededRandom } from "../axon/index.ts";
export { assertSent } from "./assertSent.ts";
export { at, type Schedule } from "./at.ts";
export { assertCaptured, type CapturedPacket, readCapture } from "./capture.ts";
export { conforms } from "./conforms.ts";
export { drive, type DriveOptions, type Driven, type Inputs, type Outputs } from "./drive.ts";
export { Echo, Fails, Feed, ToList } from "./parts.ts";
export { seedOf } from "./seed.ts";
export {
  type AllInputs,
  type Conforming,
  type ConformOptions,
  specimen,
  type Specimen,
  type Specimens,
  type Surroundings,
  type Trait,
} from "./specimen.ts";
export { type Stepper, stepper } from "./stepper.ts";
export { Trace, trace, type TraceOptions } from "./Trace.ts";
export { VirtualClock, type VirtualClockOptions } from "./VirtualClock.ts";
