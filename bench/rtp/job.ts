// SPDX-License-Identifier: Apache-2.0
/** A payload of 7 packets of an MPEG transport stream. */
export const PAYLOAD: Uint8Array = Uint8Array.from({ length: 1316 }, (_, n) => n & 0xff);
export const PACKETS = 50_000;

/** A packet that carries it. */
export const PACKET: Uint8Array = Uint8Array.of(0x80, 33, 0, 1, 1, 2, 3, 4, 0xde, 0xad, 0xbe, 0xef, ...PAYLOAD);
