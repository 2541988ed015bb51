// SPDX-License-Identifier: Apache-2.0
import { type Change, snapshot, type System } from "kamaelia/axon";
import { draw } from "./draw.ts";

/** Milliseconds between two looks while something goes on. */
const PACE = 200;
/** How many pictures without a change, before it stops looking until something happens. */
const QUIET = 5;

/**
 * Shows a running system on a terminal: its tree of components with message counts, drawn again in place when something has changed.
 * Where the output is no terminal, a line for each component that comes and goes.
 */
export class Picture {
  readonly #system: System;
  readonly #output: NodeJS.WriteStream;
  readonly #heading: readonly string[];
  #timer: NodeJS.Timeout | undefined;
  #unobserve: (() => void) | undefined;
  #last = "";
  #quiet = 0;

  constructor(system: System, output: NodeJS.WriteStream, heading: readonly string[]) {
    this.#system = system;
    this.#output = output;
    this.#heading = heading;
  }

  start(): void {
    this.#output.on("error", () => this.#stopLooking()); // whoever reads it has gone; the servers stay
    for (const line of this.#heading) this.#output.write(`${line}\n`);
    this.#output.write(this.#output.isTTY ? "Ctrl-C stops both.\n\n" : "");
    this.#unobserve = this.#system.observe((change) => (this.#output.isTTY ? this.#wake() : this.#tell(change)));
    if (this.#output.isTTY) this.#wake();
  }

  /** Draws for the last time. */
  end(farewell?: string): void {
    this.#stopLooking();
    if (farewell !== undefined) this.#output.write(`${this.#output.isTTY ? "\r" : ""}${farewell}\n`);
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unobserve?.();
  }

  #wake(): void {
    this.#quiet = 0;
    this.#timer ??= setInterval(() => this.#redraw(), PACE);
  }

  #redraw(): void {
    const { columns = 80, rows = 24 } = this.#output;
    const text = draw(snapshot(this.#system).components, columns, rows - this.#heading.length - 3);
    if (text === this.#last) {
      const someoneIsThere = this.#system.live > 4;
      if (++this.#quiet < QUIET || someoneIsThere) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#quiet = 0;
    const up = this.#last === "" ? "" : `\x1b[${this.#last.split("\n").length - 1}A`;
    this.#last = text;
    this.#output.write(`${up}\x1b[J${text}`);
  }

  #tell(change: Change): void {
    if (change.type === "activated") this.#output.write(`+ ${change.component.path}\n`);
    else if (change.type === "ended") this.#output.write(`- ${change.component.path} ${change.reason}\n`);
  }
}
