// SPDX-License-Identifier: Apache-2.0
import { inspect } from "node:util";
import { type Component, component } from "../axon/index.ts";

/** How messages are shown. */
export interface ConsoleEchoerOptions {
  /** Send each message on, too. Default false. */
  readonly forwarder?: boolean;
  /** Show messages as they would be written in a program, one on each line. Default false. */
  readonly useRepr?: boolean;
  /** Shown before each message. Default: nothing. */
  readonly tag?: string;
  /** Default: the process's standard output. */
  readonly output?: NodeJS.WritableStream;
}

/**
 * Writes each message to the console: text and bytes as they are, anything else as it would be written in a program, on a line of its own.
 * When the console is slower than the messages come, their sender is held. If whoever reads our output has gone, it ends.
 *
 * @example
 * await Pipeline(ConsoleReader(), ConsoleEchoer()).run();
 */
export function ConsoleEchoer<T = any>({
  forwarder = false,
  useRepr = false,
  tag = "",
  output = process.stdout,
}: ConsoleEchoerOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  return component(ConsoleEchoer, {
    inboxes: { inbox: "what to write" },
    outboxes: { outbox: "the same, if it is a forwarder" },
    *main({ inbox }, { outbox }) {
      let gone = false;
      const leave = (): void => void (gone = true);
      output.on("error", leave);
      try {
        while (!gone && (yield inbox)) {
          let room = true;
          for (const message of inbox) {
            room = write(output, tag, message, useRepr);
            if (forwarder) outbox.send(message);
          }
          if (!room && !gone) yield drained(output);
        }
      } finally {
        output.off("error", leave);
      }
    },
  });
}

function write(output: NodeJS.WritableStream, tag: string, message: unknown, useRepr: boolean): boolean {
  if (tag !== "") output.write(tag);
  if (!useRepr && (typeof message === "string" || message instanceof Uint8Array)) return output.write(message);
  return output.write(`${inspect(message)}\n`);
}

/** Fulfilled when the stream takes more, or never will. */
function drained(output: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    output.once("drain", resolve);
    output.once("error", () => resolve());
    output.once("close", resolve);
  });
}
