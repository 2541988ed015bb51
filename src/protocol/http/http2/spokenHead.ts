// SPDX-License-Identifier: Apache-2.0
import {
  type AnyComponent,
  anyOf,
  type Component,
  component,
  type Ended,
  inboxOf,
  outboxOf,
  type Shutdown,
  shutdownMicroprocess,
} from "../../../axon/index.ts";
import { responseParser } from "../messageParser.ts";
import type { StreamResponse } from "./streamResponse.ts";

type Boxes = { inbox: Uint8Array; control: Shutdown; _said: Uint8Array; _ended: Ended };

/** A component that says its response itself, as HTTP/1.1 has it: its head becomes that of a stream, and all the rest is the stream's. @internal */
export function SpokenHead(
  inner: AnyComponent,
  response: StreamResponse,
  wallTime: () => number,
): Component<Boxes, { outbox: Uint8Array }> {
  return component(SpokenHead, {
    inboxes: { inbox: "bytes from the client", control: "what the component is told", _said: "what it says", _ended: "it has ended" },
    outboxes: { outbox: "the body of the response" },
    *main({ inbox, control, _said, _ended }, { outbox }, self) {
      const parser = responseParser();
      const linkage = self.link(outboxOf(inner, "outbox"), _said);
      self.addChildren(inner);
      self.watch(inner, _ended);
      self.link(inbox, inboxOf(inner, "inbox"), { passthrough: 1 });
      self.link(control, inboxOf(inner, "control"), { passthrough: 1 });
      inner.activate();
      for (let begun = false; !begun;) {
        if (_said.length > 0) parser.push(_said.recv());
        else if (_ended.length > 0) {
          self.stop(shutdownMicroprocess("it has ended, and has said nothing"));
          return;
        } else yield anyOf(_said, _ended);
        const part = parser.pull();
        if (part?.type !== "ParsedHTTPHeader") continue;
        const { responsecode, reason, fields } = part.header;
        response.switchTo(`${responsecode} ${reason}`, fields, wallTime());
        begun = true;
      }
      linkage.unlink();
      const rest = parser.rest();
      if (rest.length > 0) outbox.send(rest);
      for (const bytes of _said) outbox.send(bytes);
      self.link(outboxOf(inner, "outbox"), outbox, { passthrough: 2 });
      while (!inner.isStopped) {
        self.pause();
        yield;
      }
    },
  });
}
