// SPDX-License-Identifier: Apache-2.0
/**
 * Forward error correction: packets that make up for lost ones. RFC 5510.
 *
 * @module
 */
export type { FECLoss } from "./blocks.ts";
export { FECDecoder, type FECDecoderOptions } from "./FECDecoder.ts";
export { FECEncoder, type FECEncoderOptions } from "./FECEncoder.ts";
export { ReedSolomon, type ReedSolomonOptions } from "./ReedSolomon.ts";
