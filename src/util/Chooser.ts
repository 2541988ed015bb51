// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/** What a Chooser understands. */
export type Choice = "SAME" | "NEXT" | "PREV" | "FIRST" | "LAST";

/** How a Chooser goes on at its ends. */
export interface ChooserOptions {
  /** After the last item comes the first, and the other way round. Default false: nothing is sent beyond an end. */
  readonly loop?: boolean;
}

/**
 * Steps through a list of items, one command at a time. It sends the first item at once. Beyond an end nothing is sent, unless it loops; what is no
 * command is ignored.
 *
 * @example
 * await Pipeline(Feed<Choice>(["NEXT", "NEXT", "PREV"]), Chooser(["a", "b", "c"]), ConsoleEchoer()).run(); // abcb
 */
export function Chooser<T>(items: Iterable<T>, { loop = false }: ChooserOptions = {}): Component<{ inbox: Choice }, { outbox: T }> {
  return component(Chooser, {
    inboxes: { inbox: "commands: SAME, NEXT, PREV, FIRST, LAST" },
    outboxes: { outbox: "the item chosen" },
    *main({ inbox }, { outbox }) {
      const list = [...items];
      let at = 0;
      if (list.length > 0) outbox.send(list[0]!);
      while (yield inbox) {
        const to = move(at, inbox.recv(), list.length, loop);
        if (to === undefined) continue;
        at = to;
        outbox.send(list[at]!);
      }
    },
  });
}

/** The place that a command leads to; undefined beyond an end, and for words that are no command. */
function move(at: number, choice: Choice, length: number, loop: boolean): number | undefined {
  const to = destination(at, choice, length);
  if (to === undefined || length === 0) return undefined;
  if (loop) return (to + length) % length;
  return to >= 0 && to < length ? to : undefined;
}

function destination(at: number, choice: Choice, length: number): number | undefined {
  switch (choice) {
    case "SAME":
      return at;
    case "NEXT":
      return at + 1;
    case "PREV":
      return at - 1;
    case "FIRST":
      return 0;
    case "LAST":
      return length - 1;
    default:
      return undefined;
  }
}
