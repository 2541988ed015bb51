// SPDX-License-Identifier: Apache-2.0

/** A component ended with an error. `cause` is what it threw, with its stack. */
export class ComponentFailure extends Error {
  override readonly name = "ComponentFailure";
  /** The component that failed, with its parents: `Pipeline_1/LineSplit_3`. */
  readonly component: string;
  /** What failed on top of it, while this failure was being dealt with. */
  declare readonly also?: readonly unknown[];
  constructor(component: string, cause: unknown) {
    super(`${component} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.component = component;
  }
}

/** Nothing can run, nothing is pending, and somebody waits for room in a full box. */
export class Deadlock extends Error {
  override readonly name = "Deadlock";
  /** What failed on top of it. */
  declare readonly also?: readonly unknown[];
}

/** An outbox, or an inbox that is passed through, goes to one place only. */
export class BoxAlreadyLinkedToDestination extends Error {
  override readonly name = "BoxAlreadyLinkedToDestination";
}

/** Thrown by `settled` into a component that is told to stop while it waits. The kernel takes it for an ordinary end. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  constructor() {
    super("Told to stop while waiting for a promise");
  }
}

/** Notes a further error with the one that is being dealt with, as its `also`, so that it does not vanish. @internal */
export function andAlso(first: unknown, further: unknown): void {
  if (first === further) return;
  const error = first as { also?: unknown[] };
  (error.also ??= []).push(further);
}

/** The text of something thrown, whatever it is. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
