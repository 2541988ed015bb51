// SPDX-License-Identifier: Apache-2.0

/** A component ended with an error. `cause` is what it threw, with its stack. */
export class ComponentFailure extends Error {
  override readonly name = "ComponentFailure";
  /** The component that failed, with its parents: `Pipeline_1/LineSplit_3`. */
  readonly component: string;
  /** What failed on top of it, while this failure was being dealt with. */
  declare readonly also?: readonly unknown[];
  constructor(component: string, cause: unknown) {
    super(`${component} failed: ${textOf(cause)}`, { cause });
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

/** A service of this name is registered already. */
export class ServiceAlreadyExists extends Error {
  override readonly name = "ServiceAlreadyExists";
}

/** What was to provide a service is not a component, or not one of this system, or has ended. */
export class BadComponent extends TypeError {
  override readonly name = "BadComponent";
}

/** The component that was to provide a service has no inbox of this name. */
export class BadInbox extends RangeError {
  override readonly name = "BadInbox";
}

/** A service was deregistered that is not registered, or not any more. */
export class MultipleServiceDeletion extends Error {
  override readonly name = "MultipleServiceDeletion";
}

/** A value of this name is tracked already. */
export class NamespaceClash extends Error {
  override readonly name = "NamespaceClash";
}

/** Nobody tracks a value of this name. */
export class AccessToUndeclaredTrackedVariable extends RangeError {
  override readonly name = "AccessToUndeclaredTrackedVariable";
}

/** A value in a store was changed by somebody else since it was taken out: take it out again, and do the work again. */
export class ConcurrentUpdate extends Error {
  override readonly name = "ConcurrentUpdate";
}

/** The store is being used just now: try again. */
export class BusyRetry extends Error {
  override readonly name = "BusyRetry";
}

/** Thrown by `settled` into a component that is told to stop while it waits. The kernel takes it for an ordinary end. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  constructor(message = "Told to stop while waiting for a promise") {
    super(message);
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
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return `${typeof error === "function" ? "a function" : "an object"} that has no text`;
  }
}
