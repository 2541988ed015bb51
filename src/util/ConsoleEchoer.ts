// SPDX-License-Identifier: Apache-2.0
import type { Writable } from "node:stream";
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
  readonly output?: Writable;
}

/**
 * Writes each message to the console: text and bytes as they are, anything else as it would be written in a program, on a line of its own.
 * When the console is slower than the messages come, their sender is held. It ends when all is written.
 *
 * If whoever reads the output has gone, it ends quietly; and if that was the standard output (`node words.ts | head`), the whole system stops, as programs do.
 *
 * @throws Error when the output cannot be written to
 * @example
 * await Pipeline(ConsoleReader(), ConsoleEchoer()).run();
 */
// oxlint-disable-next-line typescript/no-explicit-any -- any message is shown
export function ConsoleEchoer<T = any>({
  forwarder = false,
  useRepr = false,
  tag = "",
  output = process.stdout,
}: ConsoleEchoerOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  return component(ConsoleEchoer, {
    inboxes: { inbox: "what to write" },
    outboxes: { outbox: "the same, if it is a forwarder" },
    *main({ inbox }, { outbox }, self) {
      let failure: NodeJS.ErrnoException | undefined;
      let goOn = (): void => {};
      const drained = (): void => goOn();
      const fail = (error?: Error): void => {
        failure ??= error ?? Object.assign(new Error("it is closed"), { code: "EPIPE" });
        self.stop();
      };
      output.on("drain", drained).on("error", fail).on("close", fail);
      if (output.destroyed) fail();
      try {
        while (yield inbox) {
          let room = true;
          for (const message of inbox) {
            room = output.write(textOf(message, tag, useRepr));
            if (forwarder) outbox.send(message);
          }
          if (!room) yield new Promise<void>((resolve) => (goOn = resolve));
        }
        if (!self.toldToStop) yield new Promise<void>((resolve) => output.write("", () => resolve()));
      } finally {
        output.off("drain", drained).off("error", fail).off("close", fail);
      }
      if (failure === undefined) return;
      if (failure.code !== "EPIPE") throw new Error(`Cannot write to the console: ${failure.message}`, { cause: failure });
      if (output === process.stdout) void self.system.stop();
    },
  });
}

function textOf(message: unknown, tag: string, useRepr: boolean): string | Uint8Array {
  if (useRepr || !(typeof message === "string" || message instanceof Uint8Array)) return `${tag}${inspect(message)}\n`;
  if (tag === "") return message;
  return typeof message === "string" ? tag + message : Buffer.concat([Buffer.from(tag), message]);
}
