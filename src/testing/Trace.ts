// SPDX-License-Identifier: Apache-2.0
import type { Change, Component, System } from "../axon/index.ts";

/** How many lines a trace keeps, and how long a message is shown. */
const LINES = 60;
const LENGTH = 80;

/**
 * Writes down what happens in a system: who came and went, who was held, and the messages it is told of.
 *
 * @example
 * const trace = new Trace(system);
 * await system.run(component);
 * trace.toString(); // "0 ms  Echo_1 activated\n0 ms  Echo_1 ended"
 */
export class Trace {
  readonly #system: System;
  readonly #lines: string[] = [];
  #left = 0;

  constructor(system: System) {
    this.#system = system;
    system.observe((change) => {
      const text = describe(change);
      if (text !== undefined) this.note(text);
    });
  }

  /** Writes down a message that a component sent. */
  sent(component: Component<any, any>, outbox: string, message: unknown): void {
    this.note(`${component.name}.${outbox} sent ${show(message)}`);
  }

  /** Writes down anything. */
  note(text: string): void {
    this.#lines.push(`${this.#system.clock.now()} ms  ${text}`);
    if (this.#lines.length > LINES) {
      this.#lines.shift();
      this.#left++;
    }
  }

  /** The last lines. */
  toString(): string {
    const earlier = this.#left > 0 ? [`… ${this.#left} lines before`] : [];
    return [...earlier, ...this.#lines].join("\n");
  }

  /** An error that shows the trace. */
  failure(text: string, seed: number): Error {
    return new Error(`${text}\n\nWhat happened (seed ${seed}):\n${this.toString()}`);
  }
}

function describe(change: Change): string | undefined {
  switch (change.type) {
    case "activated":
      return `${change.component.name} activated`;
    case "ended":
      return `${change.component.name} ${change.reason}${change.failure === undefined ? "" : `: ${change.failure.message}`}`;
    case "held":
      return `${change.component.name} held: a box it sends to is full`;
    case "released":
      return `${change.component.name} goes on`;
    case "error":
      return `error: ${String(change.error)}`;
    default:
      return undefined;
  }
}

function show(message: unknown): string {
  const text = message instanceof Uint8Array ? `${message.length} bytes` : (JSON.stringify(message) ?? String(message));
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text;
}
