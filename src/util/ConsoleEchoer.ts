// SPDX-License-Identifier: Apache-2.0
import type { Writable } from "node:stream";
import { inspect, styleText } from "node:util";
import { type Component, component } from "../axon/index.ts";

/** How messages are shown. */
export interface ConsoleEchoerOptions {
  /** Send each message on, too. Default false. */
  readonly forwarder?: boolean;
  /** Show messages as they would be written in a program, one on each line. Default false. */
  readonly useRepr?: boolean;
  /** Shown before each message. Default: nothing. */
  readonly tag?: string;
  /**
   * Colour, on a terminal that has it, unless the environment says NO_COLOR: a style for all that is text ("green", or several: ["bold", "red"]);
   * true for values as Node.js shows them, which is the default; false for none.
   */
  readonly colour?: Style | boolean;
  /** Default: the process's standard output. */
  readonly output?: Writable & { readonly isTTY?: boolean; hasColors?(): boolean };
}

type Style = Parameters<typeof styleText>[0];

/**
 * Writes each message to the console: text and bytes as they are, anything else as it would be written in a program, on a line of its own.
 * When the console is slower than the messages come, their sender is held. It ends when all is written.
 *
 * If whoever reads the output has gone, it ends quietly; and if that was the standard output (`node words.ts | head`), the whole system stops, as programs do.
 *
 * @throws TypeError for a style that does not exist
 * @throws Error when the output cannot be written to
 * @example
 * await Pipeline(ConsoleReader(), ConsoleEchoer()).run();
 */
// oxlint-disable-next-line typescript/no-explicit-any -- any message is shown
export function ConsoleEchoer<T = any>({
  forwarder = false,
  useRepr = false,
  tag = "",
  colour = true,
  output = process.stdout,
}: ConsoleEchoerOptions = {}): Component<{ inbox: T }, { outbox: T }> {
  if (typeof colour !== "boolean") styleText(colour, "", { validateStream: false }); // so that a style that does not exist is found at once
  return component(ConsoleEchoer, {
    inboxes: { inbox: "what to write" },
    outboxes: { outbox: "the same, if it is a forwarder" },
    *main({ inbox }, { outbox }, self) {
      const isColoured = output.isTTY === true && output.hasColors?.() === true;
      const style = typeof colour === "boolean" || !isColoured ? undefined : colour;
      const show = (message: unknown): string | Uint8Array => textOf(message, tag, useRepr, isColoured && colour !== false, style);
      let failure: NodeJS.ErrnoException | undefined;
      let goOn = (): void => {};
      const drained = (): void => goOn();
      const fail = (error?: Error): void => {
        failure ??= error ?? Object.assign(new Error("it is closed"), { code: "EPIPE" });
        self.stop();
      };
      allowListeners(output, 1);
      output.on("drain", drained).on("error", fail).on("close", fail);
      if (output.destroyed) fail();
      try {
        while (yield inbox) {
          let room = true;
          for (const message of inbox) {
            room = output.write(show(message));
            if (forwarder) outbox.send(message);
          }
          if (!room) yield new Promise<void>((resolve) => (goOn = resolve));
        }
        if (!self.toldToStop) yield new Promise<void>((resolve) => output.write("", () => resolve()));
      } finally {
        output.off("drain", drained).off("error", fail).off("close", fail);
        allowListeners(output, -1);
      }
      if (failure === undefined) return;
      if (failure.code !== "EPIPE") throw new Error(`Cannot write to the console: ${failure.message}`, { cause: failure });
      if (output === process.stdout) void self.system.stop();
    },
  });
}

/** Any number of components may write to one output: that is no leak, of which Node.js would warn. */
function allowListeners(output: Writable, more: 1 | -1): void {
  const most = output.getMaxListeners();
  if (most > 0) output.setMaxListeners(most + more);
}

function textOf(message: unknown, tag: string, useRepr: boolean, colors: boolean, style: Style | undefined): string | Uint8Array {
  const paint = (text: string): string => (style === undefined ? text : styleText(style, text, { validateStream: false }));
  if (typeof message === "string" && !useRepr) return paint(tag + message);
  if (useRepr || !(message instanceof Uint8Array)) return paint(`${tag}${inspect(message, { colors: colors && style === undefined })}\n`);
  return tag === "" ? message : Buffer.concat([Buffer.from(paint(tag)), message]);
}
