// SPDX-License-Identifier: Apache-2.0
/**
 * Messages in streams that may lose bytes, or be joined late.
 *
 * @module
 */
export { DataChunker, type DataChunkerOptions } from "./DataChunker.ts";
export { DataDeChunker, type DataDeChunkerOptions } from "./DataDeChunker.ts";
export { DeFramer, type Malformed } from "./DeFramer.ts";
export type { Sync } from "./escape.ts";
export { Framer, type Tagged } from "./Framer.ts";
export { ShortFrame, SimpleFrame } from "./SimpleFrame.ts";
