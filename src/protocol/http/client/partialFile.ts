// SPDX-License-Identifier: Apache-2.0
// A file that is not complete yet, and a note beside it that says what it is to become.
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { FileError } from "../../../file/index.ts";
import { Fault } from "./failures.ts";

/** What is there of a file. @internal */
export interface Part {
  readonly bytes: number;
  /** What proves that the rest belongs to it. */
  readonly validator: string;
}

/** What is there of a file from this URL, if it can be continued. @internal */
export async function findPart(path: string, url: string): Promise<Part | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(noteOf(path), "utf8"));
    const { size } = await stat(partOf(path));
    if (typeof note !== "object" || note === null || !("url" in note && "validator" in note)) return undefined;
    const { validator } = note;
    return note.url === url && typeof validator === "string" && size > 0 ? { bytes: size, validator } : undefined;
  } catch {
    return undefined; // nothing is there, or nobody knows what
  }
}

/** @internal */
export async function removePart(path: string): Promise<void> {
  await rm(noteOf(path), { force: true });
  await rm(partOf(path), { force: true });
}

/** @internal */
export class PartialFile {
  /** How long it is. */
  bytes: number;
  readonly #path: string;
  #file: FileHandle | undefined;

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.bytes = bytes;
  }

  /** Begins it, or goes on after `from` bytes. @throws Fault */
  static async open(
    path: string,
    { url, from, validator }: { url: string; from: number; validator: string | undefined },
  ): Promise<PartialFile> {
    return await working(path, async () => {
      await rm(noteOf(path), { force: true });
      const file = await open(partOf(path), from === 0 ? "w" : "r+");
      if (from > 0) await file.truncate(from);
      if (validator !== undefined) await writeFile(noteOf(path), JSON.stringify({ url, validator }));
      return new PartialFile(path, file, from);
    });
  }

  /** @throws Fault */
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    const file = this.#file;
    if (pieces.length === 0 || file === undefined) return;
    await working(this.#path, async () => {
      for (const piece of pieces)
        for (let at = 0; at < piece.length;) {
          const { bytesWritten } = await file.write(piece, at, piece.length - at, this.bytes);
          at += bytesWritten;
          this.bytes += bytesWritten;
        }
    });
  }

  /** It is complete, and gets its name. @throws Fault */
  async finish(): Promise<void> {
    await working(this.#path, async () => {
      await this.#file?.sync();
      await this.close();
      await rename(partOf(this.#path), this.#path);
      await rm(noteOf(this.#path), { force: true });
    });
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

async function working<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new Fault("file", new FileError("write", path, { code, cause: error }).message, { cause: error });
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

function noteOf(path: string): string {
  return `${path}.part.json`;
}
