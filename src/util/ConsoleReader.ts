// SPDX-License-Identifier: Apache-2.0
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Component, component, producerFinished, type Timer } from "../axon/index.ts";

/** Where lines come from, and what is shown before each. */
export interface ConsoleReaderOptions {
  /** Shown before each line when a person types. Default ">>> ". */
  readonly prompt?: string;
  /** Added to the end of each message. Default: a line feed. */
  readonly eol?: string;
  /** Lines that a person can go back to with the arrow keys, each kept once. Default 1000; 0 for none. */
  readonly history?: number;
  /** Default: the process's standard input. */
  readonly input?: Readable & { readonly isTTY?: boolean };
  /** Where the prompt goes. Default: the process's standard output. */
  readonly output?: Writable & { readonly isTTY?: boolean };
}

/** Milliseconds between a line and the next prompt, so that what answers the line is shown before it. */
const PAUSE = 20;

/**
 * Sends each line that is typed, or that comes from a pipe. The end of the input (Ctrl-D) is the end of the data: it ends, and what follows it ends, too.
 * When nobody takes the lines as fast as they come, it stops reading. The prompt is shown only if a person types and sees it.
 *
 * @throws RangeError for a history of less than nothing
 * @throws Error when the input cannot be read
 * @example
 * await Pipeline(ConsoleReader(), ConsoleEchoer()).run();
 */
export function ConsoleReader({
  prompt = ">>> ",
  eol = "\n",
  history = 1000,
  input = process.stdin,
  output = process.stdout,
}: ConsoleReaderOptions = {}): Component<{}, { outbox: string }> {
  if (!(history >= 0)) throw new RangeError(`Cannot remember ${history} lines: give 0 or more`);
  return component(ConsoleReader, {
    outboxes: { outbox: "a line, with its end" },
    *main({ control }, { outbox }, self) {
      const done = self.system.expect("lines from the console");
      const terminal = input.isTTY === true && output.isTTY === true;
      const typing = { output, prompt, historySize: history, removeHistoryDuplicates: true };
      const reader = createInterface({ input, terminal, ...(terminal ? typing : {}) });
      let timer: Timer | undefined;
      let open = true;
      let failure: Error | undefined;
      reader.on("line", (line) => {
        outbox.send(line + eol);
        if (open && outbox.full) {
          reader.pause();
          outbox.whenRoom(() => open && reader.resume());
        }
        timer?.cancel();
        if (terminal) timer = self.system.clock.setTimer(() => reader.prompt(true), PAUSE);
      });
      reader.on("SIGINT", () => process.kill(process.pid, "SIGINT")); // a terminal that is read raw makes no signals of its own
      const close = (): void => reader.close(); // a cable that was pulled out is an end, too
      reader.on("close", () => {
        open = false;
        self.stop(producerFinished("end of file"));
      });
      input.on("close", close);
      if (input.destroyed) close();
      reader.on("error", (error: Error) => {
        failure = error;
        reader.close();
      });
      try {
        if (terminal) reader.prompt();
        yield control;
        if (failure !== undefined) throw new Error(`Cannot read from the console: ${failure.message}`, { cause: failure });
      } finally {
        timer?.cancel();
        reader.close();
        input.off("close", close);
        if (terminal) output.write("\n");
        done();
      }
    },
  });
}
