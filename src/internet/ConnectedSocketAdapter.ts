// SPDX-License-Identifier: Apache-2.0
import {
  Component,
  type Connection,
  type ConnectionEvents,
  type Main,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
} from "../axon/index.ts";

/**
 * Looks after one connection: bytes that come to its inbox are sent, bytes that are received leave from its outbox.
 *
 * What comes in one turn leaves in one write. If the network has no room, it is held, and so are those who send to it; if its outbox is full, it stops
 * reading, so that the other side's window closes. producerFinished sends all that is in the inbox, then closes; shutdownMicroprocess closes at once.
 * It signals exactly once: producerFinished when the other side has no more to send (it can still be sent to), shutdownMicroprocess with the error as
 * its message when the connection broke. TCPServer and TCPClient make these; protocols never see them.
 */
export class ConnectedSocketAdapter extends Component<{ inbox: Uint8Array }, { outbox: Uint8Array; signal: Shutdown }> {
  static readonly Inboxes = { inbox: "bytes to send" };
  static readonly Outboxes = {
    outbox: "bytes received",
    signal: "told once, when the other side has no more to send, or the connection broke",
  };
  /** Milliseconds the other side gets to close, too, after we have. */
  readonly #patience: number;
  readonly #over: { readonly promise: Promise<void>; readonly resolve: () => void } = Promise.withResolvers<void>();
  #connection: Connection | undefined;
  #onDrained: (() => void) | undefined;
  #signalled = false;
  #closed = false;
  #error: Error | undefined;

  /** What the network tells. @internal */
  readonly events: ConnectionEvents = {
    opened: () => this.onOpened(),
    data: (bytes) => this.#receive(bytes),
    ended: () => this.onEnded(),
    drained: () => this.#onDrained?.(),
    closed: (error) => this.onClosed(error),
  };

  /** @param patience milliseconds the other side gets to close after we have; default 30,000 */
  constructor(connection?: Connection, patience = 30_000) {
    super();
    this.#connection = connection;
    this.#patience = patience;
  }

  *main(): Main {
    if (this.#connection !== undefined) yield* this.attend(this.#connection);
  }

  /** Carries bytes both ways until the connection is closed. */
  protected *attend(connection: Connection): Main {
    this.#connection = connection;
    const done = this.system.expect(`the connection with ${connection.remote.address}:${connection.remote.port}`);
    const { inbox } = this.inboxes;
    try {
      connection.resume();
      while (!this.#closed && (yield inbox)) {
        if (this.#closed || connection.write([...inbox])) continue;
        yield new Promise<void>((resolve) => (this.#onDrained = resolve));
      }
      if (!this.#closed && this.shutdown?.type === "producerFinished") yield* this.#close(connection);
    } finally {
      if (!this.#closed) connection.abort();
      this.#signal(this.#error === undefined ? (this.shutdown ?? producerFinished()) : shutdownMicroprocess(this.#error));
      done();
    }
  }

  /** All is written; now the other side gets some time to close, too. */
  *#close(connection: Connection): Main {
    connection.end();
    const timer = this.system.clock.setTimer(this.#over.resolve, this.#patience);
    yield this.#over.promise;
    timer.cancel();
  }

  /** @internal */
  protected onOpened(): void {}

  /** @internal The other side has no more to send; what we still have is sent. */
  protected onEnded(): void {
    this.#signal(producerFinished("the other side has no more to send"));
  }

  /** @internal */
  protected onClosed(error?: Error): void {
    this.#closed = true;
    this.#error = error;
    this.#over.resolve();
    this.#onDrained?.();
    this.stop(shutdownMicroprocess(error ?? "the connection is closed"));
  }

  #receive(bytes: Uint8Array): void {
    const { outbox } = this.outboxes;
    outbox.send(bytes);
    if (!outbox.full) return;
    this.#connection!.pause();
    outbox.whenRoom(() => this.#connection!.resume());
  }

  #signal(message: Shutdown): void {
    if (this.#signalled) return;
    this.#signalled = true;
    this.send(message, "signal");
  }
}
