// SPDX-License-Identifier: Apache-2.0
import { asFileError, type FileError } from "../file/index.ts";

/** A fault with a file whose folder was to be made, in words. */
export function fileFault(purpose: string, path: string, cause: unknown): FileError {
  return asFileError([purpose, path], cause, { EEXIST: "a part of the path is no folder (EEXIST); choose another" });
}
