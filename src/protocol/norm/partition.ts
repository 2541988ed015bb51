// SPDX-License-Identifier: Apache-2.0
import type { Transmission } from "./message.ts";

/** How an object is cut into blocks: RFC 5052, section 9.1. The first `large` ones have one symbol more than the others. */
export interface Partition {
  readonly blocks: number;
  readonly large: number;
  /** Source symbols of the others. */
  readonly small: number;
  readonly symbols: number;
}

export function partitionOf({ size, symbolSize, sources }: Pick<Transmission, "size" | "symbolSize" | "sources">): Partition {
  const symbols = Math.ceil(size / symbolSize);
  const blocks = Math.ceil(symbols / sources);
  if (blocks === 0) return { blocks, large: 0, small: 0, symbols };
  const small = Math.floor(symbols / blocks);
  return { blocks, large: symbols - small * blocks, small, symbols };
}

/** Source symbols of a block. */
export function sizeOfBlock({ large, small }: Partition, block: number): number {
  return block < large ? small + 1 : small;
}

/** The number of its first symbol in the object. */
export function startOfBlock({ large, small }: Partition, block: number): number {
  return block * small + Math.min(block, large);
}
