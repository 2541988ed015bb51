// SPDX-License-Identifier: Apache-2.0
import type { Clock, Timer } from "../axon/index.ts";
import type { Outcome } from "./plans.ts";

/** Where progress is shown: a terminal, or something else that takes text. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two looks on a terminal, and between two lines elsewhere. */
const [PACE, LINES] = [200, 10_000];
const BAR = 24;
/** What stands for a part of a character of the bar. */
const EIGHTHS = " ▏▎▍▌▋▊▉";

/** Says how far an experiment is, and how long it takes: on a terminal in one line, which goes on; elsewhere in a line now and then. */
export class Progress {
  readonly #screen: ProgressScreen;
  readonly #clock: Clock;
  readonly #isLive: boolean;
  /** Runs in all, those that were known before, and those since. */
  readonly #total: number;
  readonly #known: number;
  #done = 0;
  readonly #start: number;
  #failures: { readonly parameters: unknown; readonly seed: number; readonly error: string }[] = [];
  #shownAt: number;
  #timer: Timer | undefined;

  constructor(screen: ProgressScreen, clock: Clock, { total, known, threads }: { total: number; known: number; threads: number }) {
    this.#screen = screen;
    this.#clock = clock;
    this.#isLive = screen.isTTY === true;
    this.#total = total;
    this.#known = known;
    this.#start = clock.now();
    this.#shownAt = clock.now();
    const before = known > 0 ? `, ${known} of them known already` : "";
    if (this.#isLive) this.#look();
    else screen.write(`${count(total, "run")}${before}, on ${count(threads, "thread")}\n`);
  }

  add(outcome: Outcome): void {
    this.#done++;
    if ("error" in outcome) this.#failures.push(outcome);
    if (this.#isLive || this.#clock.now() - this.#shownAt < LINES) return;
    this.#shownAt = this.#clock.now();
    this.#screen.write(`${this.#so}\n`);
  }

  /** Says a last word, and which runs have failed. */
  end(): void {
    this.#timer?.cancel();
    const done = this.#known + this.#done;
    const time = duration(this.#clock.now() - this.#start);
    const all = done === this.#total ? `${count(done, "run")} in ${time}` : `Stopped after ${done} of ${count(this.#total, "run")}`;
    this.#screen.write(`${this.#isLive ? "\r\x1b[K" : ""}${all}\n`);
    const some = this.#failures
      .slice(0, 5)
      .map(({ parameters, seed, error }) => `  ${JSON.stringify(parameters)}, seed ${seed}: ${error}\n`);
    const more = this.#failures.length - some.length;
    if (some.length > 0) this.#screen.write(`${count(this.#failures.length, "run")} failed:\n${some.join("")}`);
    if (more > 0) this.#screen.write(`  and ${more} more\n`);
  }

  #look(): void {
    const done = this.#known + this.#done;
    const eighths = Math.floor((done / this.#total) * BAR * 8);
    const bar = `${"█".repeat(eighths >> 3)}${eighths % 8 === 0 ? "" : EIGHTHS.charAt(eighths % 8)}`.padEnd(BAR);
    const line = `${bar}▏ ${this.#so}`;
    this.#screen.write(`\r${line.slice(0, (this.#screen.columns || 80) - 1)}\x1b[K`);
    this.#timer = this.#clock.setTimer(() => this.#look(), PACE);
  }

  /** "12 of 40 runs, 1 failed, 25 s left". */
  get #so(): string {
    const done = this.#known + this.#done;
    const failed = this.#failures.length > 0 ? `, ${this.#failures.length} failed` : "";
    const left = ((this.#clock.now() - this.#start) * (this.#total - done)) / this.#done;
    return `${done} of ${count(this.#total, "run")}${failed}${this.#done === 0 ? "" : `, ${duration(left)} left`}`;
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** "0.3 s", "12 s", "3:07 min", "2:05 h". */
function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(Math.floor(seconds % 60))} min`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)} h`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
