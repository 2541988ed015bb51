// SPDX-License-Identifier: Apache-2.0
import { inspect } from "node:util";
import { type Component, component } from "../axon/index.ts";

/**
 * Turns each message into text: text stays as it is, bytes are read as UTF-8, what knows how to write itself does (its `toString`), and anything else is
 * written as in a program, on one line.
 *
 * @example
 * await Pipeline(DataSource([1, "two", [3]]), Stringify(), ConsoleEchoer()).run(); // 1two[ 3 ]
 */
export function Stringify<T = any>(): Component<{ inbox: T }, { outbox: string }> {
  return component(Stringify, {
    inboxes: { inbox: "anything" },
    outboxes: { outbox: "the same as text" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const message of inbox) outbox.send(textOf(message));
    },
  });
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** On one line, and nothing left out. */
const WHOLE = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity, breakLength: Infinity, compact: true };
/** What these say of an object is not worth reading. */
const SAY_LITTLE: readonly unknown[] = [undefined, Object.prototype.toString, Array.prototype.toString];

function textOf(message: unknown): string {
  if (typeof message === "string") return message;
  if (message instanceof Uint8Array) return decoder.decode(message);
  if (typeof message !== "object" || message === null) return String(message);
  if (!SAY_LITTLE.includes(message.toString)) return String(message);
  return inspect(message, WHOLE);
}
