// SPDX-License-Identifier: Apache-2.0
// A new version of a file is written beside it, and takes its name when it is complete. So nobody ever sees half of it, whatever happens.
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError } from "./faults.ts";
import { FileError } from "./FileError.ts";
import { completed, type Work } from "./opened.ts";
import { type Data, writeAll } from "./writing.ts";
import { settled } from "../axon/index.ts";

/** A new version of a file. */
interface Draft {
  readonly file: FileHandle;
  /** What it is called until it is complete. */
  readonly name: string;
  /** The file that it will replace. */
  readonly target: string;
}

/** The number of the last draft of this process. */
let last = 0;

/**
 * Writes a new version of a file, and puts it in the place of the old one.
 *
 * @param write writes it, and answers whether it is complete; if not, the old one stays as it is
 * @param sync whether the disk itself has all of it before it takes the place of the old one, so that a power failure spoils neither
 */
export function* replacing(filename: string, sync: boolean, write: (file: FileHandle) => Work<boolean>): Work<void> {
  const beginning = begin(filename);
  let isComplete = false;
  let failed: { readonly error: unknown } | undefined;
  try {
    const { file } = yield* settled(beginning);
    isComplete = yield* write(file);
  } finally {
    const ending = beginning.then((draft) => (isComplete ? commit(draft, sync) : discard(draft)));
    yield* completed(ending.catch((error: unknown) => (failed = { error })));
  }
  if (failed !== undefined) throw failed.error;
}

/** The same, when all of it is there at once. */
export async function replace(filename: string, data: Data, sync: boolean): Promise<void> {
  const draft = await begin(filename);
  try {
    await writeAll(draft.file, [data]);
  } catch (error) {
    await discard(draft);
    throw error;
  }
  await commit(draft, sync);
}

async function begin(filename: string): Promise<Draft> {
  const target = (await ifThere(realpath(filename))) ?? filename; // a link stays a link
  const old = await ifThere(stat(target));
  if (old?.isDirectory() === true) throw new FileError("replace", filename, { code: "EISDIR" });
  if (old?.isFile() === false) throw new FileError("replace", filename, { code: "EINVAL", message: "it is no ordinary file" });
  for (;;) {
    const name = join(dirname(target), `.${basename(target).slice(0, 40)}.${process.pid}-${++last}.tmp`);
    const file = await ifThere(open(name, "wx"), "EEXIST");
    if (file === undefined) continue; // left behind by another process of this number
    const draft = { file, name, target };
    try {
      if (old !== undefined) await file.chmod(old.mode);
      return draft;
    } catch (error) {
      await discard(draft);
      throw error;
    }
  }
}

async function commit({ file, name, target }: Draft, sync: boolean): Promise<void> {
  try {
    try {
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
    await rename(name, target);
  } catch (error) {
    await rm(name, { force: true });
    throw error;
  }
  if (!sync || process.platform === "win32") return; // where directories cannot be opened
  const folder = await open(dirname(target));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function discard({ file, name }: Draft): Promise<void> {
  try {
    await file.close();
  } finally {
    await rm(name, { force: true });
  }
}

/** Undefined if it is not there, or whatever else is meant by the code. */
async function ifThere<T>(looking: Promise<T>, code = "ENOENT"): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (isSystemError(error) && error.code === code) return undefined;
    throw error;
  }
}
