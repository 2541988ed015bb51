// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { anyOf, type Component, component, type Shutdown } from "../../axon/index.ts";
import { Asker, type HTTPClientOptions, type HTTPFailure } from "./asking.ts";
import { type HTTPAsked, prepare } from "./clientRequest.ts";
import type { HTTPAnswered } from "./SingleShotHTTPClient.ts";

type ClientInboxes = { inbox: string | HTTPAsked; control: Shutdown; _bytes: Uint8Array; _over: Shutdown };

/**
 * Asks for one URL after the other: for each message the whole body of the answer, in order. What cannot be had (no connection, a status of 400 or more, an
 * answer that breaks off) is told on "failures", with the reason. Consecutive requests to one server share a connection.
 *
 * @example
 * // until it is stopped
 * await Pipeline(ConsoleReader(), LineSplit(), SimpleHTTPClient(), ConsoleEchoer()).run();
 */
export function SimpleHTTPClient(options: HTTPClientOptions = {}): Component<ClientInboxes, { outbox: Uint8Array; failures: HTTPFailure }> {
  return component(SimpleHTTPClient, {
    inboxes: {
      inbox: "URLs, or what to ask for",
      control: "producerFinished: no more will be asked; shutdownMicroprocess ends it",
      _bytes: "from the server",
      _over: "the connection is over",
    },
    outboxes: { outbox: "the body of each answer", failures: "what could not be had, and why" },
    *main(inboxes, { outbox, failures }, self) {
      const { inbox, control, _over } = inboxes;
      const asker = new Asker(self, inboxes, options);
      const idle = anyOf(inbox, control);
      const watching = anyOf(inbox, control, _over);
      try {
        for (;;) {
          asker.hear();
          if (asker.stopped || (asker.finished && inbox.length === 0)) return;
          if (inbox.length === 0) {
            yield _over.length === 0 ? watching : idle;
            continue;
          }
          const collected = new Collected(inbox.recv());
          yield* collected.ask(asker);
          if (asker.stopped) return;
          if (collected.failure === undefined) outbox.send(collected.body);
          else failures.send(collected.failure);
          yield; // so that it is held while nobody takes what it has
        }
      } finally {
        asker.close();
      }
    },
  });
}

/** One answer, as it is put together. */
class Collected {
  failure: HTTPFailure | undefined;
  readonly #asked: HTTPAsked;
  readonly #pieces: Uint8Array[] = [];

  constructor(asked: string | HTTPAsked) {
    this.#asked = typeof asked === "string" ? { url: asked } : asked;
  }

  get body(): Uint8Array {
    return this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
  }

  *ask(asker: Asker): ReturnType<Asker["ask"]> {
    try {
      yield* asker.ask(prepare(this.#asked), (said) => this.#take(said));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(said: HTTPAnswered): void {
    if (said.type === "HTTPFailure") this.failure = said;
    else if (said.type === "ParsedHTTPBodyChunk") this.#pieces.push(said.bodychunk);
    else if (said.type === "ParsedHTTPHeader" && said.header.responsecode >= 400)
      this.#fail(new Error(`Cannot get ${this.#asked.url}: ${said.header.responsecode} ${said.header.reason}`));
  }

  #fail(error: Error): void {
    this.failure = { type: "HTTPFailure", url: this.#asked.url, error };
  }
}
