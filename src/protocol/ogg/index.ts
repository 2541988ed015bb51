// SPDX-License-Identifier: Apache-2.0
/**
 * Ogg: packets of sound in files and streams, RFC 3533 and 7845.
 *
 * @module
 */
export { OggDeframer, type OggDeframerOptions } from "./OggDeframer.ts";
export { OggFramer, type OggFramerOptions } from "./OggFramer.ts";
