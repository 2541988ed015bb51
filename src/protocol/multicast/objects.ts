// SPDX-License-Identifier: Apache-2.0
// How objects become messages: one that says what follows, then the pieces.

/** Something with a name and an end: a file, a picture. */
export interface MulticastObject {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** First byte of a message: what it is. */
export const BEGIN = 1;
export const PIECE = 2;
/** Type, number of the object (4), size of the whole (6); then the name. */
export const BEGIN_HEADER = 11;
/** Type, number of the object (4); then the bytes. */
export const PIECE_HEADER = 5;
