// SPDX-License-Identifier: Apache-2.0
import { snapshot, type System } from "kamaelia/axon";
import { draw } from "./draw.ts";

/** Milliseconds between two looks while something goes on. */
const PACE = 200;
/** After so many looks without a change it stops looking until something happens. */
const QUIET = 5;

/** Where a picture is shown: a terminal, or something else that takes text. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: "resize" | "error", listener: () => void): unknown;
}

/** How a picture is made. */
export interface PictureOptions {
  /** Default: those of the process. */
  readonly environment?: { readonly TERM?: string; readonly NO_COLOR?: string };
}

/**
 * Shows a running system on a terminal: its tree of components with message counts, drawn again in place when something has changed.
 * Where the output is no terminal, the heading once, and then only what is said.
 */
export class Picture {
  /** What to say behind the names of some components. */
  readonly notes: Map<number, string> = new Map();
  readonly #system: System;
  readonly #screen: Screen;
  readonly #live: boolean;
  readonly #colours: boolean;
  #heading: readonly string[] = [];
  #drawn: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #unobserve = (): void => {};
  /** How many components there are when nobody is connected. */
  #atRest = 0;
  #quiet = 0;
  #started = false;
  /** How many turns each had had when it was last looked at. */
  #turns = new Map<number, number>();

  constructor(system: System, screen: Screen, { environment = process.env }: PictureOptions = {}) {
    const { TERM, NO_COLOR } = environment;
    this.#system = system;
    this.#screen = screen;
    this.#live = screen.isTTY === true && TERM !== "dumb";
    this.#colours = this.#live && (NO_COLOR ?? "") === "";
  }

  /** Shows these lines, and from now on what happens. */
  start(heading: readonly string[]): void {
    this.#screen.on("error", () => this.#stopLooking()); // whoever reads it has gone; the servers stay
    this.#heading = heading;
    this.#started = true;
    if (!this.#live) {
      this.#screen.write(heading.map((line) => `${line}\n`).join(""));
      return;
    }
    this.#atRest = snapshot(this.#system).components.length;
    this.#unobserve = this.#system.observe(() => this.#wake());
    this.#screen.on("resize", () => this.#show("\x1b[H\x1b[2J"));
    this.#show("");
    this.#wake();
  }

  /** Says something, where there is no terminal on which it is to be seen anyway. */
  say(line: string): void {
    if (this.#started && !this.#live) this.#screen.write(`${line}\n`);
  }

  /** Draws no more, and says a last word. */
  end(farewell: string): void {
    this.#stopLooking();
    // Ctrl-C makes a terminal forget what it has not shown yet: perhaps half of the picture.
    this.#screen.write(`${this.#live ? this.#frame() : ""}${farewell}\n`);
  }

  #stopLooking(): void {
    this.#started = false;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unobserve();
  }

  #wake(): void {
    this.#quiet = 0;
    this.#timer ??= setInterval(() => this.#look(), PACE);
  }

  /** Messages that come and go are no changes that one is told of: as long as somebody is connected, it has to look. */
  #look(): void {
    if (this.#redraw() || this.#turns.size > this.#atRest) this.#quiet = 0;
    else if (++this.#quiet >= QUIET) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Answers whether anything has changed. */
  #redraw(): boolean {
    const { columns } = sizeOf(this.#screen);
    const { components } = snapshot(this.#system);
    const busy = new Set(components.filter(({ id, turns }) => turns !== this.#turns.get(id)).map(({ id }) => id));
    this.#turns = new Map(components.map(({ id, turns }) => [id, turns]));
    const lines = draw(components, { columns, rows: this.#room(), colours: this.#colours, notes: this.notes, busy });
    if (lines.join("\n") === this.#drawn.join("\n")) return false;
    this.#drawn = lines;
    this.#screen.write(this.#frame());
    return true;
  }

  /** Shows heading and picture from here on. Where the picture begins is remembered by the terminal; it has room for a large one. */
  #show(before: string): void {
    const room = this.#room() + 1;
    this.#screen.write(`${before}${this.#heading.map((line) => `${line}\n`).join("")}${"\n".repeat(room)}\x1b[${room}A\x1b7`);
    this.#drawn = [];
    this.#redraw();
  }

  #frame(): string {
    return `\x1b8\x1b[J${this.#drawn.map((line) => `${line}\n`).join("")}`;
  }

  /** Lines that are left for the picture. A line of the heading that is too long for the terminal takes several. */
  #room(): number {
    const { columns, rows } = sizeOf(this.#screen);
    const taken = this.#heading.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    return Math.max(1, rows - taken - 2);
  }
}

/** A terminal that does not know its size says that it is 0. */
function sizeOf({ columns, rows }: Screen): { readonly columns: number; readonly rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}
