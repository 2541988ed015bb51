// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent, Component } from "./Component.ts";
import { component } from "./definition.ts";
import type { Outbox } from "./Outbox.ts";
import { callOutside } from "./running.ts";
import { type Main, settled } from "./waits.ts";

/** So many items are sent in one turn, unless the box is full before. */
const BATCH = 64;

/**
 * Sends what an iterable, an async iterable or a web stream gives, then ends. It asks for the next item only while there is room for it. When it fails,
 * so does the component; when the component is told to stop, it is told to clean up (`return` is called, the stream is cancelled).
 *
 * @example
 * await Pipeline(FromIterable(createReadStream("words.txt")), ConsoleEchoer()).run(); // alpha beta gamma
 */
export function FromIterable<T>(source: Iterable<T> | AsyncIterable<T>): Component<{}, { outbox: T }>;
export function FromIterable<T>(source: Iterable<T> | AsyncIterable<T> | ReadableStream<T>): Component<{}, { outbox: T }>;
export function FromIterable<T>(source: ReadableStream<T> | Iterable<T> | AsyncIterable<T>): Component<{}, { outbox: T }> {
  return component(FromIterable, {
    outboxes: { outbox: "what comes" },
    *main(_, { outbox }, self) {
      if ("getReader" in Object(source)) yield* sendReadable(source as ReadableStream<T>, outbox, self);
      else if (Symbol.asyncIterator in Object(source)) yield* sendAsync((source as AsyncIterable<T>)[Symbol.asyncIterator](), outbox, self);
      else yield* sendAll(source as Iterable<T>, outbox);
    },
  });
}

function* sendAll<T>(source: Iterable<T>, outbox: Outbox<T>): Main {
  let sent = 0;
  for (const item of source) {
    outbox.send(item);
    if ((outbox.full || ++sent % BATCH === 0) && !(yield)) return;
  }
}

/** A stream that is cancelled gives up at once what it was asked for, so one can wait until it has cleaned up. */
function* sendReadable<T>(source: ReadableStream<T>, outbox: Outbox<T>, self: AnyComponent): Main {
  const reader = source.getReader();
  const asking = new Asking<T>(self, () => reader.read());
  try {
    yield* asking.sendTo(outbox);
  } finally {
    asking.forget();
    if (!asking.isOver) yield* settled(reader.cancel());
  }
}

/** An iterator that is asked for something looks at nothing else before that has come: nobody waits for that. */
function* sendAsync<T>(iterator: AsyncIterator<T, unknown>, outbox: Outbox<T>, self: AnyComponent): Main {
  const asking = new Asking<T>(self, () => iterator.next());
  try {
    yield* asking.sendTo(outbox);
  } finally {
    const isBusy = asking.forget();
    if (!asking.isOver) {
      const returned = Promise.resolve(iterator.return?.());
      if (isBusy) returned.catch(report);
      else yield* settled(returned);
    }
  }
}

type Result<T> = IteratorResult<T, unknown> | { readonly done: true; readonly value?: unknown };
type Outcome<T> = { readonly item: T } | { readonly error: unknown } | "over";

/** Asks for one item after the other, and waits for each; unlike with `settled`, producerFinished ends the wait, too: this component has no input. */
class Asking<T> {
  /** Nothing more will come. */
  isOver = false;
  readonly #self: AnyComponent;
  readonly #ask: () => PromiseLike<Result<T>>;
  #outcome: Outcome<T> | undefined;
  /** Set from the moment it asks until something comes. */
  #asked: (() => void) | undefined;

  constructor(self: AnyComponent, ask: () => PromiseLike<Result<T>>) {
    this.#self = self;
    this.#ask = ask;
  }

  *sendTo(outbox: Outbox<T>): Main {
    for (;;) {
      this.#start();
      while (this.#outcome === undefined) {
        this.#self.pause();
        if (!(yield)) return;
      }
      const outcome = this.#outcome;
      if (outcome === "over") return;
      if ("error" in outcome) throw outcome.error;
      outbox.send(outcome.item);
      if (outbox.full && !(yield)) return;
      if (this.#self.shutdown !== undefined) return;
    }
  }

  #start(): void {
    this.#outcome = undefined;
    this.#asked = this.#self.system.expect(`what ${this.#self.name} has asked for`);
    Promise.resolve(this.#ask()).then(
      ({ done, value }) => this.#settle(done === true ? "over" : { item: value as T }),
      (error: unknown) => this.#settle({ error }),
    );
  }

  #settle(outcome: Outcome<T>): void {
    this.forget();
    this.#outcome = outcome;
    this.isOver = outcome === "over" || "error" in outcome;
    this.#self.unpause();
  }

  /** Does not wait any more. Answers whether it did. */
  forget(): boolean {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.();
    return asked !== undefined;
  }
}

function report(error: unknown): void {
  callOutside(() => {
    throw error;
  });
}
