// SPDX-License-Identifier: Apache-2.0

/** A component ended with an error. `cause` is what it threw, with its stack. */
export class ComponentFailure extends Error {
  override readonly name = "ComponentFailure";
  /** The component that failed, with its parents: `Pipeline_1/LineSplit_3`. */
  readonly component: string;
  constructor(component: string, cause: unknown) {
    super(`${component} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.component = component;
  }
}

/** Nothing can run, nothing is pending, and somebody waits for room in a full box. */
export class Deadlock extends Error {
  override readonly name = "Deadlock";
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

/** The text of something thrown, whatever it is. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
