// SPDX-License-Identifier: Apache-2.0

/** How often others are let go first while it is waited whether a stream ends after its first piece. A Response made of text does, within a few. */
const PATIENCE = 32;

/** The beginning of a stream. */
interface Beginning {
  readonly first: string | Uint8Array;
  /** What follows, if the stream has not ended. */
  readonly next: Promise<IteratorResult<string | Uint8Array>> | undefined;
}

/** Takes the first piece, and looks whether it is all: then its length is known. */
export async function peek(pieces: AsyncIterator<string | Uint8Array>): Promise<Beginning> {
  const first = await pieces.next();
  if (first.done === true) return { first: "", next: undefined };
  const next = pieces.next();
  let second: IteratorResult<string | Uint8Array> | undefined;
  next.then(
    (result) => (second = result),
    () => {},
  );
  for (let i = 0; i < PATIENCE && second === undefined; i++) await undefined;
  return { first: first.value, next: second?.done === true ? undefined : next };
}
