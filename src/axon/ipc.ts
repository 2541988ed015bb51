// SPDX-License-Identifier: Apache-2.0

/** "I have no more to send": finish what you hold, then stop. */
export interface ProducerFinished {
  readonly type: "producerFinished";
  readonly message?: unknown;
}

/** "Stop now." */
export interface ShutdownMicroprocess {
  readonly type: "shutdownMicroprocess";
  readonly message?: unknown;
}

/** What travels from "signal" to "control". */
export type Shutdown = ProducerFinished | ShutdownMicroprocess;

/**
 * Makes the message that says: the data has ended. Whoever gets it on "control" finishes what it holds, then stops.
 *
 * These messages are plain objects, so that they survive the way to another thread.
 *
 * @param message anything that explains why, for example the reason a connection closed
 * @example
 * producerFinished("end of file"); // { type: "producerFinished", message: "end of file" }
 */
export function producerFinished(message?: unknown): ProducerFinished {
  return message === undefined ? { type: "producerFinished" } : { type: "producerFinished", message };
}

/**
 * Makes the message that says: stop now. It outranks an earlier producerFinished.
 *
 * @param message anything that explains why
 * @example
 * shutdownMicroprocess(); // { type: "shutdownMicroprocess" }
 */
export function shutdownMicroprocess(message?: unknown): ShutdownMicroprocess {
  return message === undefined ? { type: "shutdownMicroprocess" } : { type: "shutdownMicroprocess", message };
}

/** Tells whether a message is one of the two that stop a component. */
export function isShutdown(message: unknown): message is Shutdown {
  if (typeof message !== "object" || message === null) return false;
  const type = (message as { type?: unknown }).type;
  return type === "producerFinished" || type === "shutdownMicroprocess";
}
