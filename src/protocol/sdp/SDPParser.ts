// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { parseSDP } from "./parseSDP.ts";
import { SDPError, type SDPSession } from "./session.ts";

/** A description that could not be read, and why. */
export interface MalformedSDP {
  readonly text: string;
  readonly error: SDPError;
}

/** How large a description may be. */
export interface SDPParserOptions {
  /** Characters of a description at most; a longer one is malformed. Default 65536. */
  readonly maxSize?: number;
}

/**
 * Reads session descriptions (RFC 8866), a line a message. A description is sent when the next one begins, with "v=", or at the end of the data.
 * One that cannot be read goes to "malformed" with the line and the column; where nobody listens to that, it is counted there (`drops`).
 *
 * @throws RangeError for a size that is not 1 or more
 * @example
 * await Pipeline(Feed(["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=News"]), SDPParser(), PureTransformer(({ sessionname }) => sessionname), ConsoleEchoer()).run(); // News
 */
export function SDPParser({ maxSize = 65_536 }: SDPParserOptions = {}): Component<
  { inbox: string },
  { outbox: SDPSession; malformed: MalformedSDP }
> {
  if (!(maxSize >= 1)) throw new RangeError(`Cannot read descriptions of ${maxSize} characters: give 1 or more, Infinity for no limit`);
  return component(SDPParser, {
    inboxes: { inbox: "lines, with or without their ends" },
    outboxes: { outbox: "descriptions", malformed: "what could not be read, and why" },
    *main({ inbox }, { outbox, malformed }, self) {
      let text = "";
      let count = 0;
      let tooLong = false;
      const finish = (): void => {
        if (text === "") return;
        const session = tooLong ? new SDPError(`the description has more than ${maxSize} characters`, count, 1) : read(text);
        if (session instanceof SDPError) malformed.send({ text, error: session });
        else outbox.send(session);
        [text, count, tooLong] = ["", 0, false];
      };
      while (yield inbox) {
        const line = inbox.recv().replace(/\r?\n$/, "");
        if (line.startsWith("v=")) finish();
        if (line === "" && text === "") continue;
        count++;
        tooLong ||= text.length + line.length >= maxSize;
        if (!tooLong) text += `${line}\n`;
        else if (text === "") text = line.slice(0, maxSize);
      }
      if (!self.toldToStop) finish();
    },
  });
}

function read(text: string): SDPSession | SDPError {
  try {
    return parseSDP(text);
  } catch (error) {
    if (error instanceof SDPError) return error;
    throw error;
  }
}
