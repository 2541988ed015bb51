// SPDX-License-Identifier: Apache-2.0
// What the tests of HTTP/2 need.
import { type ClientHttp2Session, connect } from "node:http2";
import { anyOf, type Component, component } from "../../../axon/index.ts";
import { BoxDuplex } from "./boxDuplex.ts";

/** A client of Node.js between two boxes. It ends when its session does. @internal */
export function HTTP2Peer(
  begin: (session: ClientHttp2Session) => void,
): Component<{ inbox: Uint8Array; _news: true }, { outbox: Uint8Array }> {
  return component(HTTP2Peer, {
    inboxes: { inbox: "bytes from the server", _news: "something has happened" },
    outboxes: { outbox: "bytes to the server" },
    *main({ inbox, _news }, { outbox }, self) {
      const wire = new BoxDuplex(self.system, () => _news.deliver(true));
      const session = connect("http://server", { createConnection: () => wire });
      begin(session);
      while (!session.destroyed) {
        wire.receive(inbox, false);
        wire.transmit(outbox);
        yield wire.wants ? anyOf(inbox, _news) : _news;
        for (const _ of _news);
        if (self.toldToStop) break;
      }
      session.destroy();
      wire.rest();
    },
  });
}
