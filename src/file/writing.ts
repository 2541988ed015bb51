// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from "node:fs/promises";
import { type Inbox, type Main, type Outbox, settled } from "../axon/index.ts";

/** What can be written: bytes, or text, which becomes UTF-8. */
export type Data = Uint8Array | string;

/** Pieces that are smaller all together are copied into one: a longer list costs the system more than that. */
const SMALL = 65_536;

/** Writes what comes, all that waits at a time, until there is no more. Sends it on when it is written. */
export function* pour<T extends Data>(inbox: Inbox<T>, file: FileHandle, outbox?: Outbox<T>): Main {
  while (yield inbox) {
    const pieces = [...inbox];
    yield* settled(writeAll(file, pieces));
    if (outbox !== undefined) yield* forward(pieces, outbox);
  }
}

/** Sends pieces on, as there is room for them. */
export function* forward<T>(pieces: readonly T[], outbox: Outbox<T>): Main {
  for (const piece of pieces) {
    outbox.send(piece);
    if (outbox.full) yield;
  }
}

/** Writes all of these pieces at the end of what was written before. */
export async function writeAll(file: FileHandle, pieces: readonly Data[]): Promise<void> {
  let rest = joined(pieces);
  while (rest.length > 0) {
    const { bytesWritten } = rest.length === 1 ? await file.write(rest[0]!) : await file.writev(rest);
    rest = without(rest, bytesWritten);
  }
}

/** How many bytes it is. */
export function lengthOf(data: Data): number {
  return typeof data === "string" ? Buffer.byteLength(data) : data.length;
}

function joined(pieces: readonly Data[]): readonly Uint8Array[] {
  const bytes = pieces.map(toBytes).filter(({ length }) => length > 0);
  return bytes.length > 1 && bytes.reduce((sum, { length }) => sum + length, 0) <= SMALL ? [Buffer.concat(bytes)] : bytes;
}

/** @throws TypeError for what is neither bytes nor text: from JavaScript, where nobody checks types */
export function toBytes(data: Data): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === "string") return Buffer.from(data);
  throw new TypeError(`Cannot write ${String(data)}: send bytes or text`);
}

/** What is left of these pieces when so many bytes are written. */
function without(pieces: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let rest = written;
  for (const [i, piece] of pieces.entries()) {
    if (rest < piece.length) return [piece.subarray(rest), ...pieces.slice(i + 1)];
    rest -= piece.length;
  }
  return [];
}
