// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { addOutbox, anyOf, type Component, component, type Inbox, type Shutdown, sleep, type Wait } from "../../../axon/index.ts";
import { getErrorPage } from "../errorPages.ts";
import { type MessageParser, responseParser } from "../messageParser.ts";
import type { ParsedHTTP, RequestHeader, ResponseHeader } from "../messages.ts";
import type { Resource } from "../resource.ts";
import { endToEnd, requestHead, type Upstream } from "./forwarding.ts";

type Inboxes = { inbox: Uint8Array; control: Shutdown; _bytes: Uint8Array; _over: Shutdown; _room: true };

/** What the other server did that costs the response. @internal */
export class UpstreamError extends Error {
  readonly status: 502 | 504;
  constructor(status: 502 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

/** Has another server answer one request. @internal */
export function Forward(request: RequestHeader, upstream: Upstream): Component<Inboxes, { outbox: Resource }> {
  return component(Forward, {
    inboxes: {
      inbox: "the body of the request",
      control: "producerFinished: that was all; shutdownMicroprocess: nobody wants the response any more",
      _bytes: "bytes from the other server",
      _over: "it has no more to say",
      _room: "there is room for more of the body",
    },
    outboxes: { outbox: "the response" },
    *main({ inbox, control, _bytes, _over, _room }, { outbox }, self) {
      const client = upstream.connectionclass(upstream.connect);
      const up = addOutbox<Uint8Array>(self, "_up", { doc: "bytes to the other server" });
      self.addChildren(client);
      self.watch(client, () => {}); // that it is over comes by its signal
      self.link(up, client.inboxes.inbox);
      self.link(client.outboxes.outbox, _bytes);
      self.link(client.outboxes.signal, _over);
      client.activate();
      up.send(requestHead(request, upstream));
      const body = new Body(request);
      const reply = new Reply(request);
      try {
        for (;;) {
          if (told(control)) return;
          for (const _ of control) body.ended = true;
          for (const _ of _room);
          body.pass(
            inbox,
            (bytes) => up.send(bytes),
            () => up.full,
          );
          if (up.full) up.whenRoom(() => _room.deliver(true));
          for (const bytes of _bytes) reply.parser.push(bytes);
          for (const over of _over) reply.end(over);
          for (const resource of reply.read()) outbox.send(resource);
          if (reply.over) return;
          const waits: [Inbox, ...Wait[]] = up.full ? [control] : [inbox];
          const limit = body.passed || up.full ? upstream.timeout : Infinity;
          const before = self.system.clock.now();
          yield anyOf(...(waits as [Inbox]), control, _bytes, _over, _room, ...(limit === Infinity ? [] : [sleep(limit)]));
          if (
            limit !== Infinity &&
            self.system.clock.now() - before >= limit &&
            _bytes.length + _over.length + inbox.length + control.length === 0
          )
            throw new UpstreamError(504, `it said nothing for ${limit} ms`);
        }
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        upstream.failed(error, request);
        if (reply.begun) throw error;
        outbox.send(getErrorPage(error.status));
      }
    },
  });
}

/** The message stays, so that the kernel passes it on. */
function told(control: Inbox<Shutdown>): boolean {
  return control.peekNext()?.type === "shutdownMicroprocess";
}

/** The body on its way up. */
class Body {
  ended = false;
  /** All of it has been sent. */
  passed: boolean;
  readonly #isChunked: boolean;

  constructor({ length }: RequestHeader) {
    this.#isChunked = length === undefined;
    this.passed = length === 0;
  }

  /** Passes on what is there, while there is room. */
  pass(inbox: Inbox<Uint8Array>, send: (bytes: Uint8Array) => void, full: () => boolean): void {
    while (inbox.length > 0 && !full()) {
      const bytes = inbox.recv();
      if (bytes.length > 0) send(this.#isChunked ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]) : bytes);
    }
    if (!this.ended || this.passed || inbox.length > 0) return;
    this.passed = true;
    if (this.#isChunked) send(Buffer.from("0\r\n\r\n"));
  }
}

const CRLF = Buffer.from("\r\n");

/** The response on its way down. */
class Reply {
  readonly parser: MessageParser<ResponseHeader> = responseParser();
  begun = false;
  over = false;
  #error: string | undefined;
  #ended = false;

  constructor({ method }: RequestHeader) {
    this.parser.method = method;
  }

  /** Nothing more comes. */
  end({ message }: Shutdown): void {
    if (message instanceof Error) this.#error = message.message;
    this.#ended = true;
    this.parser.finish();
  }

  /** What has come, as resources. @throws UpstreamError */
  *read(): Generator<Resource, void> {
    while (!this.over) {
      const part = this.parser.pull();
      if (part === undefined && this.#ended) throw new UpstreamError(502, this.#error ?? "it closed the connection before it had answered");
      if (part === undefined) return;
      const resource = this.#resource(part);
      if (resource !== undefined) yield resource;
    }
  }

  #resource(part: ParsedHTTP<ResponseHeader>): Resource | undefined {
    if (part.type === "ParsedHTTPBodyChunk") return { data: part.bodychunk };
    if (part.type === "ParsedHTTPEnd") {
      if (part.bad !== undefined) throw new UpstreamError(502, this.#error ?? part.bad.reason);
      this.over = true;
      return { complete: true, ...(part.trailers === undefined ? {} : { trailers: part.trailers }) };
    }
    const { header } = part;
    if (header.bad !== false) throw new UpstreamError(502, this.#error ?? header.bad.reason);
    if (header.responsecode === 101) throw new UpstreamError(502, "it changes to a protocol that nobody asked for");
    if (header.responsecode < 200) return undefined;
    this.begun = true;
    return headOf(header);
  }
}

/** The head as the client gets it. @internal */
function headOf(header: ResponseHeader): Resource {
  const { responsecode, reason, headers } = header;
  const length = headers["content-length"];
  const fields = endToEnd(header).filter(([name]) => name.toLowerCase() !== "content-length");
  return { statuscode: `${responsecode} ${reason}`, headers: fields, ...(length === undefined ? {} : { length: Number(length) }) };
}
