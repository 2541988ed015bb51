// SPDX-License-Identifier: Apache-2.0
import { ReedSolomon } from "./ReedSolomon.ts";

/** What FECEncoder sends: a datagram as it came, or a parity symbol. */
export interface FECPacket {
  readonly block: number;
  /** Its number in the block. */
  readonly symbol: number;
  /** How many datagrams the block has; 0 in packets that carry one, because that is not known yet. */
  readonly sources: number;
  readonly payload: Uint8Array;
}

/** Bytes before the payload. */
const HEADER = 8;
/** "FEC", version 1. */
const VERSION = 0xf1;
/** Bytes in a symbol that say how long the datagram is. */
const LENGTH = 2;

export function packFEC({ block, symbol, sources, payload }: FECPacket): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  bytes[0] = VERSION;
  bytes[1] = sources;
  bytes[2] = symbol;
  new DataView(bytes.buffer).setUint32(4, block);
  bytes.set(payload, HEADER);
  return bytes;
}

/** Answers the packet, or in words why it is none. */
export function parseFEC(bytes: Uint8Array): FECPacket | string {
  if (bytes.length < HEADER) return `it has ${bytes.length} bytes, and the header alone has ${HEADER}`;
  if (bytes[0] !== VERSION) return `it begins with ${bytes[0]}, and not with ${VERSION}: it is none, or of another version`;
  const [sources, symbol] = [bytes[1]!, bytes[2]!];
  if (sources > symbol || symbol === 0xff) return `there is no symbol ${symbol} of a block of ${sources}`;
  const block = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
  return { block, symbol, sources, payload: bytes.subarray(HEADER) };
}

/** A datagram as a symbol: its length, then itself. */
export function toSymbol(datagram: Uint8Array): Uint8Array {
  const symbol = new Uint8Array(LENGTH + datagram.length);
  new DataView(symbol.buffer).setUint16(0, datagram.length);
  symbol.set(datagram, LENGTH);
  return symbol;
}

/** The datagram in a symbol; undefined if there is none. */
export function fromSymbol(symbol: Uint8Array): Uint8Array | undefined {
  if (symbol.length < LENGTH) return undefined;
  const length = (symbol[0]! << 8) | symbol[1]!;
  return LENGTH + length > symbol.length ? undefined : symbol.subarray(LENGTH, LENGTH + length);
}

/** The codes for blocks of all sizes, each made when it is needed. Their parity symbols have the numbers from `sources` to 254. */
export class Codes {
  readonly #codes: (ReedSolomon | undefined)[] = [];

  for(sources: number): ReedSolomon {
    return (this.#codes[sources] ??= new ReedSolomon(sources, 255 - sources));
  }
}
