// SPDX-License-Identifier: Apache-2.0
import { createInterface, type Interface } from "node:readline";

/** One keyboard for all buttons. It is opened by the first that listens, and closed after the last. */
class Keyboard {
  readonly #listeners = new Map<(typed: string) => void, () => void>();
  #reader: Interface | undefined;

  /** Calls back for each line that is typed, and at the end of the input. Answers how to stop that. */
  listen(onLine: (typed: string) => void, onEnd: () => void): () => void {
    this.#listeners.set(onLine, onEnd);
    this.#reader ??= this.#open();
    return () => {
      this.#listeners.delete(onLine);
      if (this.#listeners.size === 0) this.#reader?.close();
    };
  }

  #open(): Interface {
    const reader = createInterface({ input: process.stdin });
    reader.on("line", (line) => {
      for (const onLine of this.#listeners.keys()) onLine(line.trim());
    });
    reader.on("close", () => {
      for (const onEnd of this.#listeners.values()) onEnd();
    });
    return reader;
  }
}

export const keyboard: Keyboard = new Keyboard();
