// SPDX-License-Identifier: Apache-2.0

/** The few things the kernel asks of the place it runs in. */
export interface Host {
  /** Runs a callback after the event loop has looked at its sockets and timers. */
  defer(callback: () => void): void;
  /** Milliseconds, with fractions; never goes back. */
  now(): number;
  /** Calls back when the user asks the program to stop (Ctrl-C), until the returned function is called. */
  onInterrupt(callback: () => void): () => void;
  /** Ends the process at once, where there is one. */
  exit(code: number): void;
  /** Reports an error nobody waits for, as the runtime reports an uncaught one. */
  report(error: unknown): void;
}
