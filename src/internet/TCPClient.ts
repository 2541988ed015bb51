// SPDX-License-Identifier: Apache-2.0
import { type Component, type Main, producerFinished, settled, type Shutdown, sleep } from "../axon/index.ts";
import { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { networkOf } from "./NodeNetwork.ts";
import { checkPort } from "./ports.ts";

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
 * Connects to a server: bytes on its inbox are sent, bytes received leave from its outbox. What comes before the connection is open waits.
 *
 * producerFinished sends what is in the inbox, says that nothing follows, and waits for the server to close; shutdownMicroprocess closes at once. When the
 * server has no more to send, the client sends what is in its inbox, and closes, too.
 *
 * It signals exactly once, when all is over: producerFinished after an orderly end; shutdownMicroprocess, with an Error that says why as its message, when it
 * cannot connect or the connection breaks.
 *
 * @throws RangeError for a port that there cannot be
 * @example
 * await Pipeline(Feed([Buffer.from("hello")]), TCPClient({ host: "127.0.0.1", port: 1500 }), ConsoleEchoer()).run();
 */
export function TCPClient(options: TCPClientOptions): Component<{ inbox: Uint8Array }, { outbox: Uint8Array; signal: Shutdown }> {
  return new TCPClientComponent(options);
}

class TCPClientComponent extends ConnectedSocketAdapter {
  readonly #options: TCPClientOptions;
  #goOn: () => void = () => {};

  constructor(options: TCPClientOptions) {
    checkPort(`connect to ${options.host}:${options.port}`, options.port, 1);
    super();
    this.#options = options;
  }

  override get kind(): Function {
    return TCPClient;
  }

  override *main(): Main {
    const { delay = 0 } = this.#options;
    try {
      if (delay > 0) yield sleep(delay);
      if (this.toldToStop) return;
      yield* this.#connect();
      if (!this.toldToStop) yield* super.main();
    } finally {
      this.refuse();
      this.signalOnce(this.shutdown ?? producerFinished());
    }
  }

  *#connect(): Main {
    const { host, port, connectTimeout = 60_000 } = this.#options;
    const opening = new Promise<void>((resolve) => (this.#goOn = resolve));
    this.connection = networkOf(this).connect({ host, port }, this.events);
    const timer = this.system.clock.setTimer(() => {
      this.refuse();
      this.onClosed(new Error(`Cannot connect to ${host}:${port}: no answer within ${connectTimeout} ms`));
    }, connectTimeout);
    try {
      yield* settled(opening);
    } finally {
      timer.cancel();
    }
  }

  protected override onOpened(): void {
    this.#goOn();
  }

  /** A server that has no more to say has gone; what it was still to be told is sent, and we close, too. */
  protected override onEnded(): void {
    this.stop(producerFinished("the server has no more to send"));
  }
}
