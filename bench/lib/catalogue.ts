// SPDX-License-Identifier: Apache-2.0
// How works and their rows are described; see works.ts.

/** One program that does the work. */
export interface Row {
  /** What the program calls itself in what it prints. */
  readonly name: string;
  /** Ours is judged; a control does the same work without the library; information is good to know. */
  readonly kind: "ours" | "control" | "information";
  /** A file of this folder, in TypeScript or Go, and its arguments. */
  readonly program: readonly [file: string, ...args: string[]];
}

/** What a row of ours must reach. */
export interface Requirement {
  readonly row: string;
  /** The rows to compare with: the best of them counts. Without any, the value itself is judged. */
  readonly over?: readonly string[];
  /** What of the figures beside the value is judged instead of it: its name. */
  readonly of?: string;
  /** The least that the ratio, or the value, must be. */
  readonly atLeast?: number;
  /** The most that the value may be; not for ratios, which say how many times better ours is. */
  readonly atMost?: number;
  /** What we would like it to be. */
  readonly goal?: number;
}

/** One kind of work, done by several rows. */
export interface Work {
  readonly name: string;
  readonly title: string;
  readonly better: "more" | "less";
  /** Figures after the decimal point in the table. */
  readonly digits: number;
  /**
   * "cpu" (default): one thread that is busy all the time. It is pinned to a core, and judged by CPU time, because somebody else's work on that core is not its own.
   * "wall": by the time that passes.
   */
  readonly time?: "cpu" | "wall";
  /** Rows that use more than one core are not pinned to one. */
  readonly unpinned?: boolean;
  /** How often it is measured at most, for rows that take long and always say the same. */
  readonly rounds?: number;
  readonly rows: readonly Row[];
  readonly requirements: readonly Requirement[];
}

export const ours = (name: string, ...program: Row["program"]): Row => ({ name, kind: "ours", program });
export const control = (name: string, ...program: Row["program"]): Row => ({ name, kind: "control", program });
export const information = (name: string, ...program: Row["program"]): Row => ({ name, kind: "information", program });
