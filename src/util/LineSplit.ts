// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkWord } from "./checks.ts";
import { Lines, type Overlong } from "./lines.ts";
import { sendEach } from "./sendEach.ts";

/** How long lines may be. */
export interface LineSplitOptions {
  /** The most characters of a line, counted as `length` does. Default 1,048,576; Infinity for no limit. */
  readonly maxLength?: number;
  /** What becomes of a longer one: "fail" (default) ends the component with an error, "cut" sends it in pieces, "skip" leaves it out. */
  readonly overlong?: Overlong;
}

/**
 * Cuts text, or bytes in UTF-8, into lines, wherever the messages are cut. Lines end with a line feed, or with carriage return and line feed; they are
 * sent without their end. A last line that has no end is sent at the end of the data. Bytes that are no UTF-8 become U+FFFD.
 *
 * @throws RangeError when a line is too long, unless it is to be cut or skipped; and when maxLength is less than 1, or overlong is another word
 * @throws TypeError, as a failure, for what is neither text nor bytes
 * @example
 * await drive(LineSplit(), { inbox: ["a\nb", "c\r\n"] }).expect({ outbox: ["a", "bc"] });
 */
export function LineSplit({ maxLength = 2 ** 20, overlong = "fail" }: LineSplitOptions = {}): Component<
  { inbox: string | Uint8Array },
  { outbox: string }
> {
  if (!(maxLength >= 1))
    throw new RangeError(`Cannot split lines of at most ${maxLength} characters: give 1 or more, Infinity for no limit`);
  checkWord("split lines", "overlong", overlong, ["fail", "cut", "skip"]);
  return component(LineSplit, {
    inboxes: { inbox: "text, or its bytes, however they come" },
    outboxes: { outbox: "lines, without their ends" },
    *main({ inbox }, { outbox }, self) {
      const lines = new Lines(maxLength, overlong);
      while (yield inbox)
        for (const piece of inbox) {
          lines.take(piece);
          for (let line = lines.next(); line !== undefined; line = lines.next()) {
            outbox.send(line);
            if (!outbox.full) continue;
            yield;
            if (self.toldToStop) return;
          }
        }
      if (self.toldToStop) return;
      lines.end();
      yield* sendEach(rest(lines), outbox, self);
    },
  });
}

function* rest(lines: Lines): Generator<string> {
  for (let line = lines.next(); line !== undefined; line = lines.next()) yield line;
}
