// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { anyOf, type Component, component, inboxOf, type Inbox, type Shutdown, sleep } from "../../../axon/index.ts";
import { TCPClient } from "../../../internet/index.ts";
import { getErrorPage } from "../errorPages.ts";
import { responseParser } from "../messageParser.ts";
import type { FieldList, RequestHeader, ResponseHeader } from "../messages.ts";
import { endToEnd, requestHead, type Upstream } from "./forwarding.ts";
import { UpstreamError } from "./proxyAsked.ts";

type Inboxes = { inbox: Uint8Array; control: Shutdown; _bytes: Uint8Array; _over: Shutdown };

/**
 * Passes on a request for another protocol. If the other server agrees (101), all that either side says goes to the other one; otherwise its answer is passed on,
 * and nothing of what the client says after its request, so that nobody comes past the handlers.
 *
 * @internal
 */
export function Tunnel(request: RequestHeader, upstream: Upstream): Component<Inboxes, { outbox: Uint8Array }> {
  return component(Tunnel, {
    inboxes: {
      inbox: "bytes from the client",
      control: "producerFinished: it has no more to say; shutdownMicroprocess: it has gone",
      _bytes: "bytes from the other server",
      _over: "it has no more to say",
    },
    outboxes: { outbox: "bytes to the client" },
    *main({ inbox, control, _bytes, _over }, { outbox }, self) {
      const { connectionclass = TCPClient } = upstream;
      const client = connectionclass(upstream.connect);
      self.addChildren(client);
      self.watch(client, () => {}); // that it is over comes by its signal
      const linkages = [self.link(client.outboxes.outbox, _bytes), self.link(client.outboxes.signal, _over)];
      client.inboxes.inbox.deliver(requestHead(request, upstream, request.upgrade));
      client.activate();
      const parser = responseParser();
      const gone = (): boolean => control.peekNext()?.type === "shutdownMicroprocess";
      try {
        let ended: Shutdown | undefined;
        for (let head: ResponseHeader | undefined; !gone();) {
          for (const bytes of _bytes) parser.push(bytes);
          for (const over of _over) ended = over;
          if (ended !== undefined) parser.finish();
          const part = parser.pull();
          if (part === undefined && ended === undefined) yield* waiting(self.system.clock, upstream.timeout, control, _bytes, _over);
          else if (part?.type === "ParsedHTTPBodyChunk") outbox.send(part.bodychunk);
          else if (part === undefined || part.type === "ParsedHTTPEnd" || part.header.bad !== false) {
            if (head !== undefined) return;
            throw new UpstreamError(502, ended?.message instanceof Error ? ended.message.message : "it does not speak HTTP");
          } else if (part.header.responsecode === 101) {
            outbox.send(
              headOf(part.header, ["Connection", "upgrade"], ["Upgrade", part.header.headers["upgrade"] ?? request.upgrade ?? ""]),
            );
            break;
          } else if (part.header.responsecode >= 200) {
            head = part.header;
            outbox.send(headOf(head, ["Connection", "close"]));
          }
        }
        if (gone()) return;
        for (const linkage of linkages) linkage.unlink();
        const rest = parser.rest();
        if (rest.length > 0) outbox.send(rest);
        for (const bytes of _bytes) outbox.send(bytes);
        self.link(client.outboxes.outbox, outbox, { passthrough: 2 });
        self.link(inbox, client.inboxes.inbox, { passthrough: 1 });
        self.link(control, inboxOf(client, "control"), { passthrough: 1 });
        while (!client.isStopped) {
          self.pause();
          yield;
        }
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        upstream.failed(error, request);
        const page = String(getErrorPage(error.status).data);
        const fields = `Content-Type: text/html; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(page)}\r\nConnection: close\r\n`;
        outbox.send(
          Buffer.from(`HTTP/1.1 ${error.status} ${error.status === 502 ? "Bad Gateway" : "Gateway Timeout"}\r\n${fields}\r\n${page}`),
        );
      }
    },
  });
}

/** Waits for the other server. @throws UpstreamError */
function* waiting(
  clock: { now(): number },
  timeout: number,
  control: Inbox,
  bytes: Inbox,
  over: Inbox,
): Generator<ReturnType<typeof anyOf>, void, boolean> {
  const before = clock.now();
  yield timeout === Infinity ? anyOf(control, bytes, over) : anyOf(control, bytes, over, sleep(timeout));
  while (control.length > 0 && (control as Inbox<Shutdown>).peekNext()?.type === "producerFinished") control.recv(); // what it has asked for goes on
  if (bytes.length + over.length + control.length === 0 && clock.now() - before >= timeout)
    throw new UpstreamError(504, `it said nothing for ${timeout} ms`);
}

function headOf(header: ResponseHeader, ...more: FieldList): Buffer {
  const { responsecode, reason } = header;
  const fields = [...endToEnd(header), ...more].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${responsecode} ${reason}\r\n${fields.join("")}\r\n`, "latin1");
}
