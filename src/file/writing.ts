// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from "node:fs/promises";
import { type Inbox, type Main, type Outbox, settled } from "../axon/index.ts";
import type { Work } from "./opened.ts";

/** What can be written: bytes, or text, which becomes UTF-8. */
export type Data = Uint8Array | string;

/** Pieces that are smaller all together are copied into one: a longer list costs the system more than that. */
const SMALL = 65_536;

/** Writes what comes, all that waits at a time, until there is no more. Sends it on when it is written. */
export function* pour<T extends Data>(inbox: Inbox<T>, file: FileHandle, outbox?: Outbox<T>): Main {
  while (yield inbox) {
    const pieces = [...inbox];
    if (outbox === undefined) yield* settled(writeAll(file, pieces));
    else yield* record(pieces, outbox, (write) => write(file));
  }
}

/** Writes pieces into a file, and sends them on when it is done with that; if not all can be written, those that are in the file whole. */
export function* record<T extends Data>(
  pieces: readonly T[],
  outbox: Outbox<T>,
  withFile: (write: (file: FileHandle) => Work<unknown>) => Work<unknown>,
): Main {
  let written = 0;
  let failed: { readonly error: unknown } | undefined;
  const count = (bytes: number): void => void (written += bytes);
  yield* withFile((file) => settled(writeAll(file, pieces, count).catch((error: unknown) => (failed = { error }))));
  if (failed === undefined) return yield* forward(pieces, outbox);
  const torn = pieces.findIndex((piece) => (written -= lengthOf(piece)) < 0);
  yield* forward(pieces.slice(0, torn), outbox);
  throw failed.error;
}

/** Sends pieces on, as there is room for them. */
function* forward<T>(pieces: readonly T[], outbox: Outbox<T>): Main {
  for (const piece of pieces) {
    outbox.send(piece);
    if (outbox.full) yield;
  }
}

/** Writes all of these pieces at the end of what was written before. `note` is told how many bytes are written, as it goes on. */
export async function writeAll(file: FileHandle, pieces: readonly Data[], note: (bytes: number) => void = () => {}): Promise<void> {
  let rest = joined(pieces);
  while (rest.length > 0) {
    const { bytesWritten } = rest.length === 1 ? await file.write(rest[0]!) : await file.writev(rest);
    note(bytesWritten);
    rest = without(rest, bytesWritten);
  }
}

/** How many bytes it is; see {@link toBytes} for what is not. */
export function lengthOf(data: Data | undefined): number {
  return typeof data === "string" ? Buffer.byteLength(data) : toBytes(data).length;
}

function joined(pieces: readonly Data[]): readonly Uint8Array[] {
  const bytes = pieces.map(toBytes).filter(({ length }) => length > 0);
  return bytes.length > 1 && bytes.reduce((sum, { length }) => sum + length, 0) <= SMALL ? [Buffer.concat(bytes)] : bytes;
}

/** @throws TypeError for what is neither bytes nor text: from JavaScript, where nobody checks types */
export function toBytes(data: Data | undefined): Uint8Array {
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
