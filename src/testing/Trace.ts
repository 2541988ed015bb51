// SPDX-License-Identifier: Apache-2.0
import type { Change, Component, System } from "../axon/index.ts";
import { show } from "./show.ts";

/** How many lines a trace keeps, unless it is told otherwise. */
const LINES = 60;

/** How to keep a trace. */
export interface TraceOptions {
  /** How many lines it keeps, the last ones. Default 60. */
  readonly lines?: number;
}

/**
 * What happened in a system, a line for each thing: who came, went, failed, was held; and what it is told of, messages above all.
 * Lines are put into words only when somebody reads them. {@link drive} keeps one, and shows it when a test fails.
 */
export class Trace {
  readonly #system: System;
  readonly #most: number;
  readonly #entries: { readonly time: number; readonly text: () => string }[] = [];
  readonly #stop: () => void;
  #left = 0;

  /** @internal */
  constructor(system: System, { lines = LINES }: TraceOptions = {}) {
    this.#system = system;
    this.#most = lines;
    this.#stop = system.observe((change) => this.#changed(change));
  }

  /** Writes down anything. */
  note(text: string | (() => string)): void {
    this.#entries.push({ time: this.#system.clock.now(), text: typeof text === "string" ? () => text : text });
    if (this.#entries.length <= this.#most) return;
    this.#entries.shift();
    this.#left++;
  }

  /** Writes down a message that came to an inbox from outside. */
  given(component: Component<any, any>, inbox: string, message: unknown): void {
    this.note(() => `${component.name}.${inbox} was given ${show(message)}`);
  }

  /** Writes down a message that left an outbox. */
  sent(component: Component<any, any>, outbox: string, message: unknown): void {
    this.note(() => `${component.name}.${outbox} sent ${show(message)}`);
  }

  /** The last lines, each with its time. */
  get lines(): string[] {
    const times = this.#entries.map(({ time }) => `${Math.round(time * 1000) / 1000} ms`);
    const width = Math.max(0, ...times.map((time) => time.length));
    const lines = this.#entries.map(({ text }, i) => `${times[i]!.padStart(width)}  ${text()}`);
    return this.#left > 0 ? [`… ${this.#left} lines before`, ...lines] : lines;
  }

  /** The last lines, as one text. */
  toString(): string {
    return this.lines.join("\n");
  }

  /** Writes down no more. */
  stop(): void {
    this.#stop();
  }

  #changed(change: Change): void {
    const text = describe(change);
    if (text !== undefined) this.note(text);
  }
}

/**
 * Starts to write down what happens in a system.
 *
 * @example
 * const happened = trace(system);
 * await system.run(Echo());
 * happened.lines; // ["0 ms  Echo_1 activated", …]
 */
export function trace(system: System, options: TraceOptions = {}): Trace {
  return new Trace(system, options);
}

function describe(change: Change): string | undefined {
  switch (change.type) {
    case "activated":
      return `${change.component.name} activated`;
    case "ended":
      return `${change.component.name} ${change.failure === undefined ? change.reason : `failed: ${rootCause(change.failure)}`}`;
    case "held":
      return `${change.component.name} held: ${change.by.owner.nameOfBox(change.by)} is full`;
    case "released":
      return `${change.component.name} released`;
    case "error":
      return `error: ${String(change.error)}`;
    case "linked":
    case "unlinked":
      return `${change.type} ${change.linkage.toString()}`;
    default:
      return `${change.component.name}.${change.box} ${change.type === "boxAdded" ? "added" : "deleted"}`;
  }
}

function rootCause(failure: Error): string {
  return failure.cause instanceof Error ? `${failure.cause.name}: ${failure.cause.message}` : failure.message;
}
