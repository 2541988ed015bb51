// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from "node:fs/promises";
import { settled, type Wait } from "../axon/index.ts";

/** A part of a `main` that has a result. */
export type Work<T> = Generator<Wait, T, boolean>;

/**
 * Works on a file while it is open, and closes it in every case: also if the component fails, is stopped or is ended by force, even before the file was open.
 * When this is over, it is closed.
 */
export function* opened<T>(opening: Promise<FileHandle>, use: (file: FileHandle) => Work<T>): Work<T> {
  let failed: { readonly error: unknown } | undefined;
  let result: T;
  try {
    result = yield* use(yield* settled(opening));
  } finally {
    const closing = opening.then((file) => file.close());
    yield* completed(closing.catch((error: unknown) => (failed = { error })));
  }
  if (failed !== undefined) throw failed.error;
  return result;
}

/** Waits for what must be completed once it has begun, also when the component is told to stop meanwhile. Who ends it by force does not wait. */
export function* completed<T>(work: Promise<T>): Work<T> {
  const outcomes: ({ readonly value: T } | { readonly error: unknown })[] = [];
  const over = work.then(
    (value) => outcomes.push({ value }),
    (error: unknown) => outcomes.push({ error }),
  );
  for (;;) {
    const [outcome] = outcomes;
    if (outcome === undefined) yield over;
    else if ("error" in outcome) throw outcome.error;
    else return outcome.value;
  }
}
