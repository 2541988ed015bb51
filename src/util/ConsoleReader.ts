// SPDX-License-Identifier: Apache-2.0
import { createInterface, type Interface } from "node:readline";
import { type Component, component, producerFinished } from "../axon/index.ts";

/** Where lines come from, and what is shown before each. */
export interface ConsoleReaderOptions {
  /** Shown before each line when a person types. Default ">>> ". */
  readonly prompt?: string;
  /** Added to the end of each message. Default: a line feed. */
  readonly eol?: string;
  /** Default: the process's standard input. */
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where the prompt goes. Default: the process's standard output. */
  readonly output?: NodeJS.WritableStream;
}

/**
 * Sends each line that is typed, or that comes from a pipe. The end of the input (Ctrl-D) is the end of the data: it ends, and what follows it ends, too.
 * When nobody takes the lines as fast as they come, it stops reading.
 *
 * @example
 * await Pipeline(ConsoleReader(), ConsoleEchoer()).run();
 */
export function ConsoleReader({
  prompt = ">>> ",
  eol = "\n",
  input = process.stdin,
  output = process.stdout,
}: ConsoleReaderOptions = {}): Component<{}, { outbox: string }> {
  return component(ConsoleReader, {
    outboxes: { outbox: "a line, with its end" },
    *main({ control }, { outbox }, self) {
      const done = self.system.expect("lines from the console");
      const reader = createInterface(input.isTTY === true ? { input, output, prompt, terminal: true } : { input, terminal: false });
      reader.once("close", () => self.stop(producerFinished("end of file")));
      reader.on("line", (line) => {
        outbox.send(line + eol);
        if (outbox.full) wait(reader, (room) => outbox.whenRoom(room));
        else if (input.isTTY === true) reader.prompt();
      });
      reader.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
      try {
        if (input.isTTY === true) reader.prompt();
        yield control;
      } finally {
        reader.close();
        done();
      }
    },
  });
}

function wait(reader: Interface, whenRoom: (callback: () => void) => void): void {
  reader.pause();
  whenRoom(() => reader.resume());
}
