// SPDX-License-Identifier: Apache-2.0
import { type Component, type Main, producerFinished, settled, type Shutdown, sleep, type Timer } from "../axon/index.ts";
import { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { networkOf } from "./NodeNetwork.ts";

/** Whom to connect to. */
export interface TCPClientOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds to wait before connecting. Default 0. */
  readonly delay?: number;
  /** Milliseconds the connection may take to open. Default 60,000. */
  readonly connectTimeout?: number;
}

/**
 * Connects to a server: bytes on its inbox are sent, bytes received leave from its outbox.
 *
 * producerFinished sends what is in the inbox, then closes; shutdownMicroprocess closes at once. When the server has no more to send, it sends what is in the
 * inbox, and closes, too. It signals exactly once: producerFinished when the server has no more to send; shutdownMicroprocess, with an error that says why as its message, when it cannot connect or the connection breaks.
 *
 * @example
 * await Pipeline(ConsoleReader(), TCPClient({ host: "127.0.0.1", port: 1500 }), ConsoleEchoer()).run();
 */
export function TCPClient(options: TCPClientOptions): Component<{ inbox: Uint8Array }, { outbox: Uint8Array; signal: Shutdown }> {
  return new TCPClientComponent(options);
}

class TCPClientComponent extends ConnectedSocketAdapter {
  readonly #options: TCPClientOptions;
  readonly #opening: { readonly promise: Promise<void>; readonly resolve: () => void } = Promise.withResolvers<void>();

  constructor(options: TCPClientOptions) {
    super();
    this.#options = options;
  }

  override get kind(): Function {
    return TCPClient;
  }

  override *main(): Main {
    const { host, port, delay = 0, connectTimeout = 60_000 } = this.#options;
    if (delay > 0) yield sleep(delay);
    if (this.toldToStop) return;
    const connection = networkOf(this).connect({ host, port }, this.events);
    const timer: Timer = this.system.clock.setTimer(() => {
      this.onClosed(new Error(`Cannot connect to ${host}:${port}: no answer within ${connectTimeout} ms`));
      connection.abort();
    }, connectTimeout);
    try {
      yield* settled(this.#opening.promise);
    } finally {
      timer.cancel();
      if (this.toldToStop) connection.abort();
    }
    yield* this.attend(connection);
  }

  protected override onOpened(): void {
    this.#opening.resolve();
  }

  /** A server that has no more to say has gone; what it was still to be told is sent, and we close, too. */
  protected override onEnded(): void {
    super.onEnded();
    this.stop(producerFinished("the server has no more to send"));
  }

  protected override onClosed(error?: Error): void {
    super.onClosed(error);
    this.#opening.resolve();
  }
}
