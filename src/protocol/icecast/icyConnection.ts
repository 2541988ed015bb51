// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { type Component, component } from "../../axon/index.ts";
import { Graphline } from "../../chassis/index.ts";
import { type ConnectionInboxes, type ConnectionOutboxes, TCPClient, type TCPClientOptions } from "../../internet/index.ts";

const ICY = Buffer.from("ICY ");
const HTTP = Buffer.from("HTTP/1.0 ");

/** A connection to a server whose first line may be `ICY 200 OK`, as SHOUTcast's is: it becomes one of HTTP. */
export function icyConnection(options: TCPClientOptions): Component<ConnectionInboxes, ConnectionOutboxes> {
  return Graphline({
    components: { CLIENT: TCPClient(options), LINE: FirstLine() },
    linkages: {
      "self.inbox": "CLIENT.inbox",
      "self.makessl": "CLIENT.makessl",
      "self.control": "CLIENT.control",
      "CLIENT.outbox": "LINE.inbox",
      "CLIENT.signal": "LINE.control",
      "CLIENT.sslready": "self.sslready",
      "LINE.outbox": "self.outbox",
      "LINE.signal": "self.signal",
    },
  });
}

/** Looks at the first bytes only. */
function FirstLine(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(FirstLine, {
    inboxes: { inbox: "bytes from the server" },
    outboxes: { outbox: "the same, as HTTP" },
    *main({ inbox }, { outbox }) {
      let start: Uint8Array | undefined = new Uint8Array();
      while (yield inbox) {
        for (const bytes of inbox) {
          if (start === undefined) {
            outbox.send(bytes);
            continue;
          }
          start = Buffer.concat([start, bytes]);
          if (start.length < ICY.length && ICY.subarray(0, start.length).equals(start)) continue;
          outbox.send(ICY.equals(start.subarray(0, ICY.length)) ? Buffer.concat([HTTP, start.subarray(ICY.length)]) : start);
          start = undefined;
        }
      }
      if (start !== undefined && start.length > 0) outbox.send(start);
    },
  });
}
