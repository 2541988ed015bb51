// SPDX-License-Identifier: Apache-2.0

/** One end of a channel that carries what cannot lie in a ring. Nothing arrives by itself: it is taken. */
export interface ValuePort {
  /** Sends a copy; what is listed in `transfer` moves instead. Throws when a value cannot be copied. */
  post(message: unknown, transfer: readonly object[]): void;
  /** Takes the oldest value, of which there must be one. */
  take(): unknown;
  close(): void;
}

/** What is passed to a thread when it starts: plain data. */
export interface ThreadData {
  readonly memory: SharedArrayBuffer;
  /** The name of the component: `Crunch_3`. */
  readonly name: string;
  readonly inboxes: readonly string[];
  readonly outboxes: readonly string[];
  /** How many messages each box takes before its sender waits. */
  readonly bound: number;
}

/** Limits of a thread, in megabytes (2^20 bytes). What takes more ends it. */
export interface ResourceLimits {
  /** For what lives long. */
  readonly maxOldGenerationSizeMb?: number;
  /** For what was just made. */
  readonly maxYoungGenerationSizeMb?: number;
  /** For machine code. */
  readonly codeRangeSizeMb?: number;
  /** For calls in calls. Default 4. */
  readonly stackSizeMb?: number;
}

/** What a thread tells the one that started it. */
export interface ThreadEvents {
  /** It has something to say; look at the memory. */
  readonly bell: () => void;
  /** It has thrown, or could not start. */
  readonly failed: (error: unknown) => void;
  /** It is over. */
  readonly exited: (code: number) => void;
}

/** A thread, seen by the one that started it. */
export interface RunningThread {
  readonly port: ValuePort;
  /** Has the thread look at the memory, if it sleeps in its event loop. */
  readonly bell: () => void;
  /** Whether the process is to live on for it. */
  keepAlive(yes: boolean): void;
  /** Ends it at once. */
  terminate(): void;
}

/** The place itself, seen from inside a thread. */
export interface Inside {
  readonly data: ThreadData;
  readonly port: ValuePort;
  readonly bell: () => void;
  /** From now on bells of the other side are heard; `idle` is called when nothing but a bell can happen any more. */
  listen(events: { readonly bell: () => void; readonly idle: () => void }): void;
  /** Whether the thread is to live on for a bell. */
  keepAlive(yes: boolean): void;
  /** Ends the thread as soon as what it has printed is out. */
  exit(): void;
  /** Ends it with an error. */
  fail(error: unknown): void;
}

/** What differs between places that have threads, and those that do not. */
export interface Workers {
  /**
   * Starts a thread.
   *
   * @throws Error when it cannot: why
   */
  start(file: URL, data: ThreadData, limits: ResourceLimits | undefined, events: ThreadEvents): RunningThread;
  /** Set in a thread that runs a component. */
  inside(): Inside | undefined;
  /** Memory for byte arrays that share it, so that nobody may give it away. */
  allocate(size: number): ArrayBuffer;
  /** Of the things that a sender wants to give away, those that are its own. */
  transferable(list: readonly object[]): readonly object[];
}
