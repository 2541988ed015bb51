// SPDX-License-Identifier: Apache-2.0
import { component, producerFinished, shutdownMicroprocess, type Timer } from "../../../axon/index.ts";
import type { Call } from "./call.ts";
import type { Engine } from "./engine.ts";
import type { HTTPResponseBody } from "./response.ts";

/** So many pieces wait at most before the server is made to wait. */
const MANY = 4;

/** The body of a response, between the connection and the component that gives it. @internal */
export class BodyFeed {
  readonly component: HTTPResponseBody;
  readonly #call: Call;
  readonly #abandoned: () => void;
  #pieces: Uint8Array[] = [];
  #isOver = false;
  #error: Error | undefined;
  /** Runs until somebody reads. */
  #patience: Timer | undefined;

  /** `abandoned`: nobody wants the rest. `unread`: nobody has read for so many milliseconds. */
  constructor(call: Call, { clock, settings: { timeout } }: Engine, abandoned: () => void, unread: (limit: number) => void) {
    this.#call = call;
    this.#abandoned = abandoned;
    this.component = bodyComponent(this);
    if (Number.isFinite(timeout)) this.#patience = clock.setTimer(() => unread(timeout), timeout);
  }

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    if (this.#pieces.length >= MANY) this.#call.pause();
    this.component.unpause();
  }

  end(): void {
    this.#isOver = true;
    this.#patience?.cancel();
    this.component.unpause();
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#error = error;
    this.end();
  }

  cancel(): void {
    this.component.stop();
    if (!this.#isOver) this.leave();
  }

  /** @internal Somebody reads. */
  begin(): void {
    this.#patience?.cancel();
  }

  /** @internal */
  take(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    if (pieces.length > 0) this.#pieces = [];
    return pieces;
  }

  /** @internal */
  get isOver(): boolean {
    return this.#isOver && this.#pieces.length === 0;
  }

  /** @internal */
  get error(): Error | undefined {
    return this.#error;
  }

  /** @internal There is room for more. */
  relax(): void {
    this.#call.resume();
  }

  /** @internal Nobody wants the rest. */
  leave(): void {
    this.#patience?.cancel();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pieces = [];
    this.#abandoned();
  }
}

function bodyComponent(feed: BodyFeed): HTTPResponseBody {
  const body: HTTPResponseBody = component(BodyFeed, {
    outboxes: {
      outbox: "the body of a response",
      signal: "producerFinished at its end; shutdownMicroprocess, with an Error, if it breaks off",
    },
    *main(_, { outbox, signal }, self) {
      feed.begin();
      try {
        for (;;) {
          for (const piece of feed.take()) outbox.send(piece);
          if (outbox.full && !(yield)) break;
          if (feed.isOver || self.toldToStop) break;
          self.pause();
          feed.relax();
          if (!(yield)) break;
        }
      } finally {
        const { error } = feed;
        const told = self.shutdown;
        feed.leave();
        signal.send(error === undefined ? (told ?? producerFinished()) : shutdownMicroprocess(error));
      }
    },
  });
  return body;
}
