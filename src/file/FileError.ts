// SPDX-License-Identifier: Apache-2.0

/** What the operating system refused, in words: what could not be done, and why. `cause` is its own error. */
export class FileError extends Error {
  override readonly name = "FileError";
  /** The file, directory or program. */
  readonly path: string;
  /** The system's name for the fault: "ENOENT", "ENOSPC" … */
  readonly code: string;

  /** @param purpose what could not be done: "read", "replace" … */
  constructor(purpose: string, path: string, { code, message, cause }: FileFault) {
    const why = message ?? MEANINGS[code] ?? (cause instanceof Error ? cause.message : code);
    super(`Cannot ${purpose} ${path}: ${why}`, { cause });
    this.path = path;
    this.code = code;
  }
}

/** What is known of a fault. */
export interface FileFault {
  readonly code: string;
  /** In words, where it means something else than usual. */
  readonly message?: string;
  readonly cause?: unknown;
}

/** What the codes of the operating system mean, and what to do about it. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "permission denied (EACCES); change its permissions, or run as a user who may",
  EBUSY: "it is in use (EBUSY)",
  EDQUOT: "the disk quota is used up (EDQUOT)",
  EEXIST: "it exists already (EEXIST)",
  EFBIG: "it would become too large (EFBIG)",
  EIO: "the device failed (EIO)",
  EISDIR: "it is a directory (EISDIR)",
  ELOOP: "its symbolic links go round in a circle (ELOOP)",
  EMFILE: "this process has too many files open (EMFILE)",
  ENAMETOOLONG: "the name is too long (ENAMETOOLONG)",
  ENFILE: "the system has too many files open (ENFILE)",
  ENOENT: "there is no such file or directory (ENOENT)",
  ENOSPC: "the disk is full (ENOSPC)",
  ENOTDIR: "a part of the path is no directory (ENOTDIR)",
  EPERM: "not permitted (EPERM)",
  EROFS: "the file system is read-only (EROFS)",
};
