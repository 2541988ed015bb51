// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { anyOf, type Component, component, type Inbox, type Shutdown, sleep } from "../../../axon/index.ts";
import { getErrorPage } from "../errorPages.ts";
import type { RequestHeader } from "../messages.ts";
import type { Resource } from "../resource.ts";
import { requestHead, type Upstream } from "./forwarding.ts";
import { Asked, UpstreamError } from "./proxyAsked.ts";
import { lineTo } from "./proxyLine.ts";

type Inboxes = { inbox: Uint8Array; control: Shutdown; _news: true };

/** Has another server answer one request. @internal */
export function Forward(request: RequestHeader, upstream: Upstream): Component<Inboxes, { outbox: Resource }> {
  return component(Forward, {
    inboxes: {
      inbox: "the body of the request",
      control: "producerFinished: that was all; shutdownMicroprocess: nobody wants the response any more",
      _news: "the other server has said something, or takes more",
    },
    outboxes: { outbox: "the response" },
    *main({ inbox, control, _news }, { outbox }, self) {
      const line = lineTo(upstream, self);
      const wake = (): void => {
        if (_news.length === 0) _news.deliver(true);
      };
      const asked = new Asked(request, requestHead(request, upstream), line, self.system, wake);
      const body = new Body(request);
      const { clock } = self.system;
      try {
        for (;;) {
          if (told(control)) return;
          for (const _ of control) body.ended = true;
          for (const _ of _news);
          if (asked.mayWrite) asked.write(body.take(inbox), body.passed);
          for (const resource of asked.read()) outbox.send(resource);
          if (asked.isOver) return;
          asked.expect(!outbox.full && (body.passed || !asked.mayWrite));
          if (outbox.full) {
            yield;
            continue;
          }
          asked.relax();
          const limit = body.passed || !asked.mayWrite ? upstream.timeout : Infinity;
          const before = clock.now();
          yield anyOf(asked.mayWrite ? inbox : control, control, _news, ...(limit === Infinity ? [] : [sleep(limit)]));
          if (clock.now() - before < limit || inbox.length + control.length + _news.length > 0) continue;
          throw new UpstreamError(504, `it said nothing for ${limit} ms`);
        }
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        upstream.failed(error, request);
        if (asked.hasBegun) throw error;
        outbox.send(getErrorPage(error.status));
      } finally {
        asked.leave();
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
  /** The client has no more of it. */
  ended = false;
  /** All of it has been taken. */
  passed: boolean;
  readonly #isChunked: boolean;

  constructor({ length }: RequestHeader) {
    this.#isChunked = length === undefined;
    this.passed = length === 0;
  }

  /** What is there, as it is sent. */
  take(inbox: Inbox<Uint8Array>): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (const bytes of inbox) {
      if (bytes.length === 0) continue;
      if (this.#isChunked) pieces.push(Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF);
      else pieces.push(bytes);
    }
    if (!this.ended || this.passed) return pieces;
    this.passed = true;
    if (this.#isChunked) pieces.push(LAST);
    return pieces;
  }
}

const [CRLF, LAST] = [Buffer.from("\r\n"), Buffer.from("0\r\n\r\n")];
