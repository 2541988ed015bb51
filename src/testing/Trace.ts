// SPDX-License-Identifier: Apache-2.0
import { type Change, type Component, type System, tap } from "../axon/index.ts";
import { show } from "./show.ts";

/** How many lines a trace keeps, unless it is told otherwise. */
const LINES = 60;

/** How to keep a trace. */
export interface TraceOptions {
  /** How many lines it keeps, the last ones. Default 60. */
  readonly lines?: number;
}

/**
 * What happened in a system, a line for each thing: who came, what they sent, who was held, failed, went.
 * Lines are put into words only when somebody reads them. {@link drive} keeps one, and shows it when a test fails.
 */
export class Trace {
  readonly #system: System;
  readonly #most: number;
  readonly #entries: { readonly time: number; readonly text: () => string }[] = [];
  readonly #stop: () => void;
  readonly #taps = new Map<Component<any, any>, (() => void)[]>();
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
    for (const component of this.#taps.keys()) this.#untap(component);
  }

  #changed(change: Change): void {
    const text = describe(change);
    if (text !== undefined) this.note(text);
    if (change.type === "activated") for (const name of Object.keys(change.component.outboxes)) this.#tap(change.component, name);
    else if (change.type === "boxAdded" && change.box in change.component.outboxes) this.#tap(change.component, change.box);
    else if (change.type === "ended") this.#untap(change.component);
  }

  #tap(component: Component<any, any>, name: string): void {
    const outbox = component.outboxes[name]!;
    const see = (message: unknown): void => {
      if ((outbox.sources?.length ?? 0) > 0) return; // a child sent it, and was seen doing so
      const verb = outbox.target === undefined ? "dropped" : "sent";
      this.note(() => `${component.name}.${name} ${verb} ${show(message)}`);
    };
    const known = this.#taps.get(component);
    if (known === undefined) this.#taps.set(component, [tap(outbox, see)]);
    else known.push(tap(outbox, see));
  }

  #untap(component: Component<any, any>): void {
    for (const untap of this.#taps.get(component) ?? []) untap();
    this.#taps.delete(component);
  }
}

/**
 * Starts to write down what happens in a system.
 *
 * @example
 * const happened = trace(system);
 * await system.run(Pipeline(Feed(["a"]), Echo()));
 * happened.lines; // ["0 ms  Pipeline_1 activated", "0 ms  Feed_2 activated", "0 ms  Echo_3 activated", "0 ms  Feed_2.outbox sent 'a'", …]
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
    default:
      return undefined;
  }
}

function rootCause(failure: Error): string {
  return failure.cause instanceof Error ? `${failure.cause.name}: ${failure.cause.message}` : failure.message;
}
