// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import type { MIMEHeader, MIMELimits } from "./headers.ts";
import { Multipart } from "./multipart.ts";

/** What separates the parts, and how many there may be. */
export interface MultipartOptions extends MIMELimits {
  /** The parameter `boundary` of the Content-Type. */
  readonly boundary: string;
  /** Parts at most. Default 1000. */
  readonly maxParts?: number;
}

/** A part begins, some of it, it ends. */
export type MultipartEvent =
  | { readonly type: "part"; readonly header: MIMEHeader }
  | { readonly type: "data"; readonly bytes: Uint8Array }
  | { readonly type: "end" };

/**
 * Takes a multipart body apart (RFC 2046, section 5.1) while it comes, wherever its messages are cut, and however large its parts are: uploads in a form, pictures of a camera
 * (multipart/x-mixed-replace). It keeps no more than a header. Line ends may be LF alone.
 * What it can not make sense of is told on "malformed", and ends it; also an end before the last boundary.
 *
 * @throws RangeError for a boundary that has not 1 to 70 characters
 * @example
 * const body = "--cut\r\nName: value\r\n\r\nhello\r\n--cut--";
 * await Pipeline(Feed([Buffer.from(body)]), MultipartParser({ boundary: "cut" }), PureTransformer(({ type }) => type), ConsoleEchoer()).run(); // part data end
 */
export function MultipartParser({
  boundary,
  ...limits
}: MultipartOptions): Component<{ inbox: Uint8Array }, { outbox: MultipartEvent; malformed: SyntaxError }> {
  if (boundary.length < 1 || boundary.length > 70)
    throw new RangeError(`Cannot find parts between boundaries of ${boundary.length} characters: they have 1 to 70`);
  return component(MultipartParser, {
    inboxes: { inbox: "the body" },
    outboxes: { outbox: "beginnings of parts, their data, their ends", malformed: "what is wrong with it" },
    *main({ inbox }, { outbox, malformed }, self) {
      const parts = new Multipart(boundary, limits);
      while (yield inbox) {
        for (const bytes of inbox) for (const event of parts.push(bytes)) outbox.send(event);
        if (parts.fault === undefined) continue;
        malformed.send(parts.fault);
        return;
      }
      if (self.toldToStop) return;
      for (const event of parts.flush()) outbox.send(event);
      if (parts.fault !== undefined) malformed.send(parts.fault);
    },
  });
}
