// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { asFileError } from "../../file/index.ts";

/** What is in a text file. @throws FileError */
export async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw asFileError(["read", path], cause, { ENOENT: `there is no such file in ${folderOf(path)} (ENOENT); give the path of one` });
  }
}

/** Writes a file anew. @throws FileError */
export async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw asFileError(["write", path], cause, {
      ENOENT: `there is no folder ${folderOf(path)} (ENOENT); make it first, or choose another`,
      EISDIR: "it is a folder (EISDIR); give the path of a file in it",
    });
  }
}

/** In full, for paths are looked for in the folder in which the program was started. */
function folderOf(path: string): string {
  return dirname(resolve(path));
}
