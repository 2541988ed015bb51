// SPDX-License-Identifier: Apache-2.0
import { basename } from "node:path";
import { type Clock, realClock, type Timer } from "kamaelia/axon";

/** Where progress is shown: a terminal, or something else that takes text. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Says which file is played: on a terminal in one line, with the time that it has been played for; elsewhere in a line for each. */
export class Progress {
  readonly #screen: Screen;
  readonly #clock: Clock;
  readonly #isLive: boolean;
  readonly #total: number;
  #count = 0;
  #title = "";
  #began = 0;
  #timer: Timer | undefined;

  constructor(total: number, screen: Screen = process.stderr, clock: Clock = realClock) {
    this.#total = total;
    this.#screen = screen;
    this.#clock = clock;
    this.#isLive = screen.isTTY === true && process.env["TERM"] !== "dumb";
  }

  /** A file begins. */
  readonly next = (file: string): void => {
    this.#count++;
    this.#title = `Playing ${basename(file)}${this.#total > 1 ? ` (${this.#count} of ${this.#total})` : ""}`;
    this.#began = this.#clock.now();
    if (this.#isLive) this.#look();
    else this.#screen.write(`${this.#title}\n`);
  };

  /** All have been played. */
  end(): void {
    this.#timer?.cancel();
    if (this.#isLive && this.#count > 0) this.#screen.write("\n");
  }

  #look(): void {
    this.#timer?.cancel();
    const seconds = Math.floor((this.#clock.now() - this.#began) / 1000);
    this.#screen.write(`\r${this.#title}  ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}\x1b[K`);
    this.#timer = this.#clock.setTimer(() => this.#look(), 1000);
  }
}
