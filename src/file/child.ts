// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { atExit } from "./atExit.ts";
import { asFileError, isSystemError } from "./faults.ts";
import { FileError } from "./FileError.ts";

/** The name of a signal: "SIGTERM". */
export type SignalName = NodeJS.Signals;

/** Another program. */
export class Child {
  readonly process: ChildProcess;
  readonly #isGroup: boolean;

  /** @param isGroup whether it leads a group of processes, all of which get its signals */
  constructor([command, ...args]: readonly [string, ...string[]], options: SpawnOptions, isGroup: boolean) {
    this.#isGroup = isGroup;
    this.process = spawn(command, args, { ...options, detached: isGroup });
    if (this.process.pid === undefined) return;
    this.process.on(
      "exit",
      atExit(() => this.signal("SIGTERM")),
    ); // it does not outlive this process
  }

  /** What it ended with; null while it runs, and when a signal ended it. */
  get code(): number | null {
    return this.process.exitCode;
  }

  /** The signal that ended it. */
  get signalled(): SignalName | null {
    return this.process.signalCode;
  }

  /** It has ended, or never started; its pipes may still hold something. */
  get hasExited(): boolean {
    return this.process.pid === undefined || this.code !== null || this.signalled !== null;
  }

  /** Sends a signal, to its group, too, if it has one; nothing if there is nobody any more. */
  signal(name: SignalName): void {
    const { pid } = this.process;
    if (pid === undefined) return;
    if (!this.#isGroup) {
      this.process.kill(name);
      return;
    }
    try {
      process.kill(-pid, name);
    } catch (error) {
      if (!isSystemError(error) || error.code !== "ESRCH") throw error;
    }
  }

  /** Nobody cares for it any more: it ends now, if it has not yet, and its pipes are closed. */
  letGo(): void {
    if (!this.hasExited || this.process.stdout?.closed === false) this.signal("SIGKILL");
    closeAll(this.process);
  }

  /** What is to be said of its end, unless all went well. */
  complaint(command: string): Error | undefined {
    if (this.code === 0) return undefined;
    return new Error(`${command} ${this.signalled === null ? `ended with code ${this.code}` : `was ended by ${this.signalled}`}`);
  }
}

/** Why a program could not be started. */
export function explained(command: string, cwd: string | undefined, cause: unknown): FileError {
  if (cause instanceof FileError) return cause;
  const fault = asFileError(["start", command], cause);
  const { code } = fault;
  const message = (cwd === undefined ? undefined : faultOf(cwd)) ?? MEANINGS[code];
  return message === undefined ? fault : new FileError("start", command, { code, message, cause });
}

/** Why nothing can be started in a directory; undefined if that is not the reason. */
function faultOf(cwd: string): string | undefined {
  try {
    if (!statSync(cwd).isDirectory()) return `there is no directory ${cwd} to start it in (ENOTDIR)`;
    accessSync(cwd, constants.X_OK);
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === "ENOENT" || error.code === "ENOTDIR"
      ? `there is no directory ${cwd} to start it in (${error.code})`
      : `it cannot be started in ${cwd} (${error.code})`;
  }
}

/** Closes our ends of all pipes of a program. There are none if the system had no room for them. */
export function closeAll({ stdio }: { readonly stdio?: ChildProcess["stdio"] }): void {
  for (const pipe of stdio ?? []) pipe?.destroy();
}

/** What the codes of the operating system mean where a program is to be started. */
const MEANINGS: Readonly<Record<string, string>> = {
  E2BIG: "its arguments and environment are too long (E2BIG)",
  EACCES: "it is not executable, or no file (EACCES)",
  EAGAIN: "there are too many processes (EAGAIN)",
  ENOENT: "there is no such program (ENOENT); install it, or give its whole path",
};
