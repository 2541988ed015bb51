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

/** How to look after a connection. */
export interface ConnectedSocketAdapterOptions {
  /** Milliseconds the other side gets to close, too, after it was sent all there was. Default 30,000. */
  readonly patience?: number;
}

/**
 * Looks after one connection: bytes that come to its inbox are sent, bytes that are received leave from its outbox.
 *
 * What comes in one turn leaves in one write. If the network has no room, it takes nothing from its inbox, so that those who send to it are held; if its
 * outbox is full, it stops reading, so that the other side's window closes. producerFinished sends all that is in the inbox, says that nothing follows, and
 * waits for the other side to close; shutdownMicroprocess closes at once.
 *
 * It signals exactly once: producerFinished when the other side has no more to send (it can still be sent to), or when it was told to finish and has;
 * shutdownMicroprocess, with an Error that says why as its message, when the connection broke. TCPServer and TCPClient make these; protocols never see them.
 */
export class ConnectedSocketAdapter extends Component<{ inbox: Uint8Array }, { outbox: Uint8Array; signal: Shutdown }> {
  static readonly Inboxes = { inbox: "bytes to send" };
  static readonly Outboxes = {
    outbox: "bytes received",
    signal: "told once, when the other side has no more to send, or the connection is over",
  };
  /** What the network tells. @internal */
  readonly events: ConnectionEvents = {
    opened: () => this.onOpened(),
    data: (bytes) => this.#receive(bytes),
    ended: () => this.onEnded(),
    drained: () => this.#goOn(),
    finished: () => {
      this.#finished = true;
      this.#goOn();
    },
    closed: (error) => this.onClosed(error),
  };
  /** @internal */ protected connection: Connection | undefined;
  readonly #patience: number;
  /** The other side was sent all there was. */
  #finished = false;
  #closed = false;
  #signalled = false;
  #error: Error | undefined;
  /** Ends a wait for the network. */
  #goOn: () => void = () => {};

  constructor(connection?: Connection, { patience = 30_000 }: ConnectedSocketAdapterOptions = {}) {
    super();
    this.connection = connection;
    this.#patience = patience;
  }

  /** Why the connection broke, if it did. */
  get connectionError(): Error | undefined {
    return this.#error;
  }

  *main(): Main {
    const { connection } = this;
    if (connection === undefined) return;
    const { address, port } = connection.remote;
    const done = this.system.expect(`the connection with ${address}:${port}`);
    try {
      connection.resume();
      yield* this.#send(connection);
      if (!this.toldToStop) yield* this.#finish(connection);
    } catch (error) {
      this.#signalled = true; // who fails signals nothing: the parent decides
      throw error;
    } finally {
      this.refuse();
      this.signalOnce(this.#farewell());
      done();
    }
  }

  /** Closes the connection at once. For an adapter that nobody will activate. */
  refuse(): void {
    if (!this.#closed) this.connection?.abort();
  }

  *#send(connection: Connection): Main {
    const { inbox } = this.inboxes;
    while (!this.#closed && (yield inbox)) {
      if (!this.#closed && !connection.write([...inbox])) yield this.#news();
    }
  }

  /** The other side gets all there is, however slowly it reads; then it has some time to close, too. */
  *#finish(connection: Connection): Main {
    connection.end();
    while (!this.#finished && !this.toldToStop) yield this.#news();
    const timer = this.system.clock.setTimer(() => this.#goOn(), this.#patience);
    if (!this.toldToStop) yield this.#news();
    timer.cancel();
  }

  /** Fulfilled when the network tells that it can go on. (When the connection closes, the component is told to stop, which ends any wait.) */
  #news(): Promise<void> {
    return new Promise((resolve) => (this.#goOn = resolve));
  }

  /** @internal */
  protected onOpened(): void {}

  /** @internal The other side has no more to send; what we still have is sent. */
  protected onEnded(): void {
    this.signalOnce(producerFinished("the other side has no more to send"));
  }

  /** @internal */
  protected onClosed(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    if (this.id > 0) this.signalOnce(this.#farewell()); // otherwise nobody listens yet: `main` does it
    this.stop(shutdownMicroprocess(error ?? "the connection is closed"));
  }

  /** @internal */
  protected signalOnce(message: Shutdown): void {
    if (this.#signalled) return;
    this.#signalled = true;
    this.send(message, "signal");
  }

  #farewell(): Shutdown {
    if (this.#error !== undefined) return shutdownMicroprocess(this.#error);
    return this.shutdown ?? producerFinished("the connection is closed");
  }

  #receive(bytes: Uint8Array): void {
    const { outbox } = this.outboxes;
    outbox.send(bytes);
    if (!outbox.full) return;
    this.connection?.pause();
    outbox.whenRoom(() => this.connection?.resume());
  }
}
