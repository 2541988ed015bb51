// SPDX-License-Identifier: Apache-2.0
// The same rule for every component of this package: a fault leaves by the box that is for it, if that is linked; otherwise the component fails with it.
import { type AnyComponent, type Main, type Outbox, producerFinished } from "../axon/index.ts";
import { FileError } from "./FileError.ts";

/** What is being done, for the text of a fault: "read", and what it is done to. */
export type Attempt = readonly [purpose: string, path: string];

/**
 * Does some work on a file. If the operating system refuses, the component is told that there is no more (producerFinished, with the fault as its message),
 * so that what was sent before is still worked on.
 */
export function* minding(self: AnyComponent, error: Outbox<FileError>, attempt: Attempt, work: Main): Main {
  try {
    yield* work;
  } catch (cause) {
    const fault = asFileError(attempt, cause);
    tell(error, fault);
    self.stop(producerFinished(fault));
  }
}

/** Sends a fault; throws it if nobody would hear of it. */
export function tell(error: Outbox<FileError>, fault: FileError): void {
  if (!reaches(error, fault)) throw fault;
}

/** Sends a message; answers whether anybody gets it: a box of ours may be linked to one of a chassis, and that to nothing. */
export function reaches<T>(outbox: Outbox<T>, message: T): boolean {
  const { drops } = outbox;
  outbox.send(message);
  return outbox.drops === drops;
}

/**
 * An error of the operating system in words, for who works on files without components.
 *
 * @param meanings what codes mean that mean something else than usual
 * @throws what is no error of the operating system
 * @example
 * try {
 *   rmdirSync("nowhere");
 * } catch (cause) {
 *   asFileError(["remove", "nowhere"], cause).message; // Cannot remove nowhere: there is no such file or directory (ENOENT)
 * }
 */
export function asFileError([purpose, path]: Attempt, cause: unknown, meanings: Readonly<Record<string, string>> = {}): FileError {
  if (cause instanceof FileError) return cause;
  const refusal = refusalOf(path, cause);
  if (refusal !== undefined) return new FileError(purpose, path, { ...refusal, cause });
  if (!isSystemError(cause)) throw cause;
  const { code } = cause;
  const message = meanings[code];
  return new FileError(purpose, path, { code, cause, ...(message !== undefined && { message }) });
}

/** What Node.js refuses before it asks the operating system, though it is only the file that is not right. */
function refusalOf(path: string, cause: unknown): { readonly code: string; readonly message?: string } | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ERR_INVALID_ARG_VALUE" && path.includes("\0")) return { code: "EINVAL", message: "a name cannot contain a NUL (EINVAL)" };
  if (code === "ERR_FS_FILE_TOO_LARGE" || code === "ERR_STRING_TOO_LONG")
    return { code: "EFBIG", message: "it is too large to be sent as a whole (EFBIG)" };
  return undefined;
}

/** Whether an error came from the operating system; Node.js's own complaints have no number. */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "errno" in error;
}
