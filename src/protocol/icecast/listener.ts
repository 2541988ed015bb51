// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, shutdownMicroprocess } from "../../axon/index.ts";
import type { HTTPRequest } from "../http/index.ts";
import { Cursor } from "./history.ts";
import type { Mount, Tuned } from "./mount.ts";

type ListenerInboxes = { inbox: Uint8Array; _news: true };

/** Sends a listener what is played on a mount, no faster than the listener takes it. Who falls too far behind is disconnected. */
export function IcecastListener(
  home: Mount,
  on: Mount,
  { parsed }: HTTPRequest,
  begins: (tuned: Tuned) => () => void,
): Component<ListenerInboxes, { outbox: Uint8Array }> {
  return component(IcecastListener, {
    inboxes: { inbox: "what the listener says, not heard", _news: "there is more" },
    outboxes: { outbox: "the stream" },
    *main({ inbox, _news }, { outbox }, self) {
      const cursor = new Cursor(on.history, parsed.headers["icy-metadata"] === "1", on.burstSize);
      let isOver = false;
      const wake = (): void => {
        if (_news.length === 0) _news.deliver(true);
      };
      const tuned: Tuned = {
        cursor,
        home,
        peer: parsed.peer,
        agent: parsed.headers["user-agent"],
        since: self.system.clock.wallTime(),
        mount: on,
        wake,
        drop: () => self.stop(shutdownMicroprocess("the listener is too slow")),
        finish: () => {
          isOver = true;
          wake();
        },
      };
      const ends = begins(tuned);
      try {
        wake();
        while (!isOver && (yield anyOf(inbox, _news))) {
          for (const _ of inbox);
          for (const _ of _news);
          for (let bytes = cursor.next(); bytes !== undefined; bytes = cursor.next()) {
            outbox.send(bytes);
            if (outbox.full && !(yield)) return;
          }
        }
      } finally {
        ends();
      }
    },
  });
}
